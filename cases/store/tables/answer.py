"""What an office answered to each question, and where two answers do not agree."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant


class GivenAnswer(SQLModel, table=True):
    """What one reply says to one question (分项答复); a later one never takes its place."""

    __tablename__ = "given_answer"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    request_id: UUID = Field(foreign_key="request.id", index=True)
    question: str = Field(default="", max_length=40)  #: As the type names it; empty: the whole.
    reply_id: UUID = Field(foreign_key="reply.id")
    words: str = Field(default="", max_length=1000)  #: Empty: it stands in the reply itself.
    is_refusal: bool = False
    given_at: datetime = Field(sa_type=UtcInstant)
    is_current: bool = True  #: One at most of each question of a request.


class Discrepancy(SQLModel, table=True):
    """Two answers to one question that do not agree (答复不一致); a person says which holds."""

    __tablename__ = "discrepancy"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    request_id: UUID = Field(foreign_key="request.id", index=True)
    question: str = Field(default="", max_length=40)
    first_reply_id: UUID = Field(foreign_key="reply.id")  #: Whose answer was the current one.
    second_reply_id: UUID = Field(foreign_key="reply.id")
    opened_at: datetime = Field(sa_type=UtcInstant)
    opened_by: str = Field(max_length=60)
    reason: str = Field(default="", max_length=300)  #: What a person saw, if a person opened it.
    resolved_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    resolved_by: str = Field(default="", max_length=60)
    resolution: str = Field(default="", max_length=300)
    kept_reply_id: UUID | None = None  #: The reply that holds.
