"""Links by which asked offices answer, and the receipts that they were given."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.reply_link import LinkAct


class ReplyLink(SQLModel, table=True):
    """The link that one request's letter carries (答复链接); its token is kept nowhere."""

    __tablename__ = "reply_link"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    letter_id: UUID = Field(foreign_key="letter.id", unique=True)
    office_id: UUID = Field(foreign_key="office.id")  #: The one that is asked.
    token_hash: str = Field(max_length=64, unique=True)
    code_hash: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    failures: int = 0  #: Wrong codes since somebody last knew the right one.
    refusals: int = 0  #: Acts tried after it was spent.
    opened_at: datetime | None = Field(default=None, sa_type=UtcInstant)  #: For the first time.
    answered_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_by: str = Field(default="", max_length=60)


class ReplyReceipt(SQLModel, table=True):
    """A receipt (回执) for one act by a link."""

    __tablename__ = "reply_receipt"
    __table_args__ = (UniqueConstraint("link_id", "form_key"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    number: str = Field(unique=True, max_length=40)  #: HC-2026-000123-7/R1
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    link_id: UUID = Field(foreign_key="reply_link.id")
    act: LinkAct = Field(sa_type=Word(LinkAct))
    at: datetime = Field(sa_type=UtcInstant)
    #: Of the form that was sent: sent twice, it is the same act.
    form_key: str = Field(max_length=64)
    reply_id: UUID | None = Field(default=None, foreign_key="reply.id")
    pages: int = 0  #: Of the file that came with it.
