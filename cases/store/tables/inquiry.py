"""What another office asks of us, and what we answer."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.status import Channel, Outcome


class Inquiry(SQLModel, table=True):
    """How an inquiry of another office reached us (来函); the case holds what it asks."""

    __tablename__ = "inquiry"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    channel: Channel = Field(sa_type=Word(Channel))
    their_reference: str = Field(max_length=60)  #: 来文字号 or their case reference.
    dated_on: date
    received_on: date
    their_case: str = Field(default="", max_length=60, index=True)  #: Over a platform: their case.
    #: Of the message that carried it, over a platform; the same message makes no second case.
    message_id: str | None = Field(default=None, unique=True, max_length=120)


class OurAnswer(SQLModel, table=True):
    """What our office answers (拟复); rewritten before it is signed, the newest holds."""

    __tablename__ = "our_answer"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    request_id: UUID = Field(foreign_key="request.id", index=True)
    outcome: Outcome = Field(sa_type=Word(Outcome))  #: Answered or refused.
    words: str = Field(max_length=500)
    written_at: datetime = Field(sa_type=UtcInstant)
    written_by: str = Field(max_length=60)
