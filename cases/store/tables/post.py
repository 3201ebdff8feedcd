"""Letters that leave on paper: batches of the mail room, their envelopes, what they cost."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.post import EnvelopeSize, MailClass


class PostBatch(SQLModel, table=True):
    """The letters that our mail room posts together (邮寄批次)."""

    __tablename__ = "post_batch"
    __table_args__ = (UniqueConstraint("office_id", "day", "number"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(unique=True, max_length=60)  #: 机关代字-20260302-1
    office_id: UUID = Field(foreign_key="office.id")  #: Ours.
    day: date
    number: int  #: 1 for the day's first.
    cut_off_at: datetime = Field(sa_type=UtcInstant)  #: Until then letters can be taken out.
    made_by: str = Field(max_length=60)
    made_at: datetime = Field(sa_type=UtcInstant)
    closed_by: str = Field(default="", max_length=60)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)  #: First printed.
    posted_by: str = Field(default="", max_length=60)
    posted_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class PostEnvelope(SQLModel, table=True):
    """One envelope of a closed batch, with the address that is printed for it."""

    __tablename__ = "post_envelope"
    __table_args__ = (UniqueConstraint("batch_id", "position"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(unique=True, max_length=64)  #: 机关代字-20260302-1-007
    batch_id: UUID = Field(foreign_key="post_batch.id")
    position: int  #: In posting order, from 1.
    office_id: UUID = Field(foreign_key="office.id")  #: Whom it is for.
    recipient: str = Field(max_length=120)
    contact: str = Field(default="", max_length=60)
    address: str = Field(max_length=300)
    postcode: str = Field(max_length=12)
    telephone: str = Field(default="", max_length=40)
    mail_class: MailClass = Field(sa_type=Word(MailClass))
    size: EnvelopeSize = Field(sa_type=Word(EnvelopeSize))
    pages: int  #: Printed sides, the carrier sheet among them.
    tracking_number: str = Field(default="", max_length=20)
    postage_fen: int | None = None


class PostLetter(SQLModel, table=True):
    """One copy of a letter in a batch; from the closing on in an envelope."""

    __tablename__ = "post_letter"
    __table_args__ = (UniqueConstraint("batch_id", "message_id"),)  #: Come back, it goes again.

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    batch_id: UUID = Field(foreign_key="post_batch.id", index=True)
    message_id: UUID = Field(foreign_key="outbox_message.id")
    envelope_id: UUID | None = Field(default=None, foreign_key="post_envelope.id", index=True)
    position: int = 0  #: In its envelope, from 1; the same for all that one paper carries.
    joint_id: UUID | None = Field(default=None, foreign_key="joint_letter.id")


class CostLine(SQLModel, table=True):
    """What a case has cost: its share of an envelope's postage (费用)."""

    __tablename__ = "cost_line"
    __table_args__ = (UniqueConstraint("case_id", "envelope_id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    envelope_id: UUID = Field(foreign_key="post_envelope.id")
    fen: int  #: 1/100 yuan.
    recorded_at: datetime = Field(sa_type=UtcInstant)
    recorded_by: str = Field(max_length=60)
