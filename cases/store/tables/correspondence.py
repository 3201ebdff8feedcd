"""Requests, the letters that carry them, and the replies that come back (往来函件)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.rules.numbering import letter_number
from cases.store.types import UtcInstant, Word
from cases.vocabulary.status import (
    Channel,
    Language,
    LetterKind,
    LetterStatus,
    ReceivedBasis,
    RequestStatus,
    Verdict,
)


class Request(SQLModel, table=True):
    """What one office is asked, with its own due date (协查请求); the office may be ours."""

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_running", "status", "due_on"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    round: int
    office_id: UUID = Field(foreign_key="office.id", index=True)
    status: RequestStatus = Field(sa_type=Word(RequestStatus))
    asked_at: datetime = Field(sa_type=UtcInstant)
    rung: int = 1  #: The rung whose days run now; one above the ladder: the manager has it.
    due_on: date | None = None  #: A cache; its inputs are the letters, stops and extensions.
    due_is_provisional: bool = False
    answered_by_id: UUID | None = None  #: The reply, or our own answer, that ended the waiting.
    accepted_at: datetime | None = Field(default=None, sa_type=UtcInstant)  #: 签收
    reached_us_on: date | None = None  #: We are asked: our own days count from here.

    @property
    def is_ours(self) -> bool:
        """Whether our office is the one that is to answer."""
        return self.reached_us_on is not None


class Letter(SQLModel, table=True):
    """One letter of ours, from draft to dispatch. Signed, it no longer changes."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("case_id", "step_id"),
        UniqueConstraint("case_id", "ordinal"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="request.id", index=True)
    step_id: str = Field(max_length=80)  #: The step of the flow that wrote it.
    kind: LetterKind = Field(sa_type=Word(LetterKind))
    language: Language = Field(sa_type=Word(Language))
    ordinal: int  #: Which of the case's letters it is, from 1; the code on its pages says so.
    rung: int = 0  #: The rung that begins with it: 0 is the request itself.
    office_id: UUID | None = Field(default=None, foreign_key="office.id")  #: None: the applicant.
    copy_office_ids: list[str] = Field(default_factory=list, sa_type=JSON)
    status: LetterStatus = Field(sa_type=Word(LetterStatus))
    number: str = Field(default="", max_length=60)  #: 发文字号
    is_joint: bool = False  #: Waits for the mail room, which writes one letter for all of its day.
    joint_id: UUID | None = Field(default=None, foreign_key="joint_letter.id", index=True)
    drafted_at: datetime = Field(sa_type=UtcInstant)
    signed_by: str = Field(default="", max_length=60)
    signed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    comment: str = Field(default="", max_length=500)  #: Why a draft was sent back.
    written: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  #: A `WrittenLetter`.
    document: str = Field(default="", max_length=64)
    subject: str = Field(default="", max_length=200)
    pages: int = 0
    sealed_document: str = Field(default="", max_length=64)  #: What leaves instead of `document`.
    sealed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    sealed_by: str = Field(default="", max_length=60)  #: Who scanned it back, or the seal's holder.
    left_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    received_on: date | None = None
    due_on: date | None = None  #: When the answer to it was due; kept once the rung is climbed.
    received_basis: ReceivedBasis | None = Field(default=None, sa_type=Word(ReceivedBasis))

    @property
    def kept_for(self) -> UUID:
        """What its document is bound to: its case, or the joint letter of several cases."""
        return self.joint_id or self.case_id


class LetterNumber(SQLModel, table=True):
    """A letter number given out (发文字号); gapless per office and year, void ones are kept.

    One without a letter was skipped after a restore: a letter that is not here may carry it.
    """

    __tablename__ = "letter_number"
    __table_args__ = (UniqueConstraint("office_code", "year", "serial"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    office_code: str = Field(max_length=40)
    year: int
    serial: int
    letter_id: UUID | None = Field(default=None, foreign_key="letter.id", unique=True)
    joint_id: UUID | None = Field(default=None, foreign_key="joint_letter.id", unique=True)
    void_reason: str = Field(default="", max_length=200)

    @property
    def printed(self) -> str:
        """The number as it stands on paper. Raises InvalidValue for one that cannot be."""
        return letter_number(self.office_code, self.year, self.serial)


class Reply(SQLModel, table=True):
    """The office's answer (复函); never refused, always filed."""

    __tablename__ = "reply"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="request.id", index=True)
    channel: Channel = Field(sa_type=Word(Channel))
    received_on: date
    recorded_at: datetime = Field(sa_type=UtcInstant)
    recorded_by: str = Field(max_length=60)
    summary: str = Field(default="", max_length=1000)
    document: str = Field(default="", max_length=64)
    #: What it says to single questions, as it came; a clerk who looks may say otherwise.
    answers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    is_late: bool = False  #: After the day by which the request itself asked for it.
    is_surplus: bool = False  #: The request had its answer, or was withdrawn, already.
    verdict: Verdict | None = Field(default=None, sa_type=Word(Verdict))
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    reviewed_by: str = Field(default="", max_length=60)
    review_note: str = Field(default="", max_length=500)


class StoppedClock(SQLModel, table=True):
    """A period that does not count against the office (中止计时)."""

    __tablename__ = "stopped_clock"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    request_id: UUID = Field(foreign_key="request.id", index=True)
    since: date
    until: date | None = None  #: The first day that counts again.
    reason: str = Field(max_length=300)


class Extension(SQLModel, table=True):
    """More time granted on one rung, or on the whole of our own time (延期), with its reason."""

    __tablename__ = "extension"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    request_id: UUID = Field(foreign_key="request.id", index=True)
    rung: int  #: 0: the whole of our own time.
    days: int
    reason: str = Field(max_length=300)
    granted_by: str = Field(max_length=60)
    granted_at: datetime = Field(sa_type=UtcInstant)


class Enclosure(SQLModel, table=True):
    """A file that goes out with a letter of the case, or came in with it."""

    __tablename__ = "enclosure"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    kind: str = Field(max_length=40)  #: As the case type names it: "application".
    title: str = Field(max_length=120)  #: As the letter prints it.
    document: str = Field(max_length=64)
    ordinal: int = 1
