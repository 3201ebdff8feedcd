"""What people are told: digests for those who work here, notices to applicants, absences."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.status import Language, OutboxStatus
from cases.vocabulary.telling import NoticeKind, NoticeWay, Rhythm


class Departing(SQLModel):
    """What leaves the house like mail of a case: claimed, sent, settled (`store.departures`)."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id")  #: Ours; a held outbox holds this, too.
    message_id: str = Field(unique=True, max_length=120)
    status: OutboxStatus = Field(default=OutboxStatus.PENDING, sa_type=Word(OutboxStatus))
    created_at: datetime = Field(sa_type=UtcInstant)
    not_before: datetime = Field(sa_type=UtcInstant)
    claimed_by: str | None = Field(default=None, max_length=80)
    claim_until_ms: int = Field(default=0, sa_type=BigInteger)
    sends: int = 0  #: Times it was handed over; above 1 the same id went again.
    failures: int = 0
    last_error: str = Field(default="", max_length=500)
    sent_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    server_words: str = Field(default="", max_length=300)


class DigestChoice(SQLModel, table=True):
    """How often somebody is told what waits for them, where, and what they were told last."""

    __tablename__ = "digest_choice"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    rhythm: Rhythm = Field(default=Rhythm.NONE, sa_type=Word(Rhythm))
    email: str = Field(default="", max_length=254)
    language: Language = Field(default=Language.CHINESE, sa_type=Word(Language))
    served: str = Field(default="", max_length=40)  #: Last period; also when nothing was to tell.
    #: Keys of the lines that waited when the last digest at once was written.
    told: list[str] = Field(default_factory=list, sa_type=JSON)


class Digest(Departing, table=True):
    """One mail to one person for one period, its bytes frozen (待办提醒)."""

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("person_id", "period"),
        Index("ix_digest_ready", "status", "not_before"),
    )

    person_id: UUID = Field(foreign_key="person.id")
    period: str = Field(max_length=40)  #: See `rules.digests.period_of`.
    recipient: str = Field(max_length=254)
    content: bytes  #: References, office names and dates only, so it needs no sealing.


class Absence(SQLModel, table=True):
    """Somebody is away, both days within it; ended early, `until` lies before what was meant."""

    __tablename__ = "absence"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    substitute_id: UUID = Field(foreign_key="person.id")
    since: date
    until: date = Field(index=True)
    recorded_by: str = Field(max_length=60)
    recorded_at: datetime = Field(sa_type=UtcInstant)


class ApplicantTelephone(SQLModel, table=True):
    """An applicant's telephone number, only where the case type tells by telephone or SMS."""

    __tablename__ = "applicant_telephone"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    masked: str = Field(max_length=24)
    sealed: bytes  #: Only the key ring can read it.


class ApplicantNotice(Departing, table=True):
    """One message to an applicant, its text frozen before it is first handed over (告知)."""

    __tablename__ = "applicant_notice"
    __table_args__ = (
        UniqueConstraint("case_id", "round", "kind"),
        Index("ix_applicant_notice_ready", "status", "not_before"),
    )

    case_id: UUID = Field(foreign_key="cases.id", index=True)
    round: int
    kind: NoticeKind = Field(sa_type=Word(NoticeKind))
    way: NoticeWay = Field(sa_type=Word(NoticeWay))
    text: str = Field(default="", max_length=500)  #: Empty until it is written.


class NoticeCall(SQLModel, table=True):
    """One call to an applicant, whether it reached them or not (电话告知记录)."""

    __tablename__ = "notice_call"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    notice_id: UUID = Field(foreign_key="applicant_notice.id", index=True)
    at: datetime = Field(sa_type=UtcInstant)
    by: str = Field(max_length=60)
    is_reached: bool
