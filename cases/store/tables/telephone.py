"""Inquiries by telephone (电话查询): what was asked and answered, as the clerk wrote it down."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant


class TelephoneCall(SQLModel, table=True):
    """One call to an office (电话记录), answered or not; a second clerk may confirm it."""

    __tablename__ = "telephone_call"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="request.id", index=True)
    office_id: UUID = Field(foreign_key="office.id")  #: The one that was called.
    rung: int = 0  #: The rung whose days ran when it was made; 0 before anything was asked.
    called_at: datetime = Field(sa_type=UtcInstant)
    called_by: str = Field(max_length=60)  #: Who called and wrote it down.
    number: str = Field(max_length=30)  #: As it was dialled.
    is_directory_number: bool  #: It is the office's number in our directory.
    recorded_at: datetime = Field(sa_type=UtcInstant)
    is_reached: bool  #: False: nobody answered, or nobody who could say anything.
    spoke_with: str = Field(default="", max_length=60)
    asked: str = Field(default="", max_length=1000)
    answered: str = Field(default="", max_length=1000)
    is_read_back: bool = False  #: The answer was read back to who gave it (复述核对).
    reply_id: UUID | None = Field(default=None, foreign_key="reply.id", index=True)
    confirmed_by: str = Field(default="", max_length=60)  #: The second clerk.
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
