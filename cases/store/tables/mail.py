"""What came in by mail, where it went, and the tags by which an answer is known."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.mail import MailNature, MailPlace


class IncomingMail(SQLModel, table=True):
    """One message as it came in (来件), taken once however often it is delivered.

    A message that went to cases or to the tray has its document there; one that is only kept
    has it here, bound to its own id.
    """

    __tablename__ = "incoming_mail"
    __table_args__ = (Index("ix_incoming_mail_taken", "taken_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key: str = Field(max_length=64, unique=True)  #: Of its digest and the tags it was sent to.
    digest: str = Field(max_length=64, index=True)  #: Of what was written, not of its way here.
    source: str = Field(max_length=80)  #: Name of the `IntakeSource`.
    message_id: str = Field(default="", max_length=250)
    sender: str = Field(default="", max_length=254)
    nature: MailNature = Field(sa_type=Word(MailNature))
    place: MailPlace = Field(sa_type=Word(MailPlace))
    why: str = Field(default="", max_length=500)
    spf: str = Field(default="none", max_length=12)
    dkim: str = Field(default="none", max_length=12)
    dmarc: str = Field(default="none", max_length=12)
    size: int = 0  #: Bytes.
    attached: int = 0
    arrived_at: datetime = Field(sa_type=UtcInstant)  #: In our mailbox.
    taken_at: datetime = Field(sa_type=UtcInstant)
    document: str = Field(default="", max_length=64)


class FiledMail(SQLModel, table=True):
    """A message in one of its cases: a reply, or something that is no answer (备查)."""

    __tablename__ = "filed_mail"
    #: Two copies of one message, to two of our addresses, are one in each case.
    __table_args__ = (UniqueConstraint("case_id", "digest"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    mail_id: UUID = Field(foreign_key="incoming_mail.id", index=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    digest: str = Field(max_length=64)
    reply_id: UUID | None = Field(default=None, foreign_key="reply.id")
    document: str = Field(default="", max_length=64)  #: The message as it came.
    filed_at: datetime = Field(sa_type=UtcInstant)
    filed_by: str = Field(max_length=60)


class ReplyTag(SQLModel, table=True):
    """The tag in the address that one copy of a letter asks to be answered at (回信标识).

    Random, and only its hash is here: whoever has the database cannot write such an address.
    """

    __tablename__ = "reply_tag"

    hash: str = Field(primary_key=True, max_length=64)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    message_id: UUID = Field(foreign_key="outbox_message.id", index=True)
