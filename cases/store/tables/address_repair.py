"""Addresses in doubt: what holds the letters of an office until a person has looked."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.post import RepairOutcome

_IS_OPEN = text("closed_at IS NULL")


class AddressRepair(SQLModel, table=True):
    """A letter came back or a mail was refused for good: the address needs a look (地址核对).

    While it is open no letter leaves for the office, on whatever channel.
    """

    __tablename__ = "address_repair"
    __table_args__ = (
        Index(
            "ux_address_repair_open",
            "office_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")  #: The one that letters do not reach.
    reason: str = Field(max_length=300)
    opened_at: datetime = Field(sa_type=UtcInstant)
    opened_by: str = Field(max_length=60)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    closed_by: str = Field(default="", max_length=60)
    outcome: RepairOutcome | None = Field(default=None, sa_type=Word(RepairOutcome))
