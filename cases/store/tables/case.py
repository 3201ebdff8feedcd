"""The case itself, the people it is about, and the case types it follows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.status import Awaiting, CaseStatus, Language, NextAction, Outcome


class Case(SQLModel, table=True):
    """One matter handled from registration to closure (办件).

    The second half of the columns is the engine's: when it looks next, who holds the lease,
    and the head of the journal's chain. They stand here so that one row is locked, not three.
    """

    __tablename__ = "cases"  # "case" is a word of SQL
    __table_args__ = (
        Index("ix_cases_due", "priority", "office_id", "wake_at"),
        Index("ix_cases_open", "office_id", "status", "next_action_at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str = Field(unique=True, max_length=30)
    office_id: UUID = Field(foreign_key="office.id")  #: Ours, which works the case.
    home_office_id: UUID = Field(foreign_key="office.id")  #: The one that is asked.
    clerk_id: UUID = Field(foreign_key="person.id", index=True)
    type_code: str = Field(max_length=60)
    type_version: int
    flow: str = Field(max_length=60)
    flow_version: int
    language: Language = Field(sa_type=Word(Language))
    fields: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    consent_on: date | None = None  #: Day of the applicant's recorded consent.
    status: CaseStatus = Field(default=CaseStatus.OPEN, sa_type=Word(CaseStatus))
    outcome: Outcome | None = Field(default=None, sa_type=Word(Outcome))
    outcome_reason: str = Field(default="", max_length=500)
    opened_at: datetime = Field(sa_type=UtcInstant)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    round: int = 1  #: One pass of the timetable; reopening and referral begin the next.

    awaiting: Awaiting = Field(default=Awaiting.ENGINE, sa_type=Word(Awaiting))
    wake_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    priority: int = 1
    next_action: NextAction = Field(default=NextAction.ENGINE_TURN, sa_type=Word(NextAction))
    next_action_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    owner: str = Field(default="engine", max_length=80)
    lease_holder: str | None = Field(default=None, max_length=80)
    lease_until_ms: int = Field(default=0, sa_type=BigInteger)  #: Database time; see leases.
    fence: int = 0  #: Grows at each claim; a write with an older number is refused.
    attempts: int = 0  #: Claims since the last turn that ended well.
    journal_seq: int = 0
    journal_head: str = Field(default="", max_length=64)

    @property
    def is_finished(self) -> bool:
        """Whether it has ended; a finished case may be in quarantine."""
        return self.closed_at is not None


class Party(SQLModel, table=True):
    """A person whom a case is about; the least that a letter needs."""

    __tablename__ = "party"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    name: str = Field(max_length=60)
    person_number_masked: str = Field(default="", max_length=24)
    person_number_sealed: bytes | None = None  #: Only the key ring can read it.
    person_number_key: str | None = Field(default=None, max_length=64, index=True)  #: Keyed hash.
    email: str = Field(default="", max_length=254)  #: Where the closing notice goes, if given.


class CaseTypeVersion(SQLModel, table=True):
    """A published version of a case type (事项); never changed, only followed by the next."""

    __tablename__ = "case_type_version"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(max_length=60)
    version: int
    definition: dict[str, Any] = Field(sa_type=JSON)
    published_at: datetime = Field(sa_type=UtcInstant)


class Counter(SQLModel, table=True):
    """The last number given out in a series."""

    __tablename__ = "counter"

    series: str = Field(primary_key=True, max_length=80)
    last: int = 0
