"""Partners: installations that inquiries are exchanged with, their keys, and what they sent."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.exchange import ExchangeStatus


class Partner(SQLModel, table=True):
    """Another installation (协查平台对方) that speaks for the offices which name it."""

    __tablename__ = "partner"

    code: str = Field(primary_key=True, max_length=40)
    name: str = Field(max_length=120)
    folder: str = Field(max_length=400)  #: Where both sides write; perhaps a mounted one.
    clerk: str = Field(max_length=60)  #: Login of who gets the inquiries that come by it.


class PartnerKey(SQLModel, table=True):
    """A public key that a partner signs with; retired ones prove nothing any more."""

    __tablename__ = "partner_key"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    partner_code: str = Field(foreign_key="partner.code", index=True, max_length=40)
    public_key: str = Field(max_length=60)  #: Ed25519, base64.
    fingerprint: str = Field(max_length=40)
    added_at: datetime = Field(sa_type=UtcInstant)
    added_by: str = Field(max_length=60)
    retired_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class ExchangeRecord(SQLModel, table=True):
    """One message of a partner and what became of it; kept, so that it is taken in once."""

    __tablename__ = "exchange_record"

    message_id: str = Field(primary_key=True, max_length=120)
    partner_code: str = Field(foreign_key="partner.code", max_length=40)
    digest: str = Field(max_length=64)  #: Of its content: the same id never says two things.
    status: ExchangeStatus = Field(sa_type=Word(ExchangeStatus))
    reason: str = Field(default="", max_length=300)
    case_id: UUID | None = Field(default=None, foreign_key="cases.id")
    taken_at: datetime = Field(sa_type=UtcInstant)
