"""What is to leave the house, and what the engine still owes the orchestrator."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.status import Channel, OutboxStatus


class OutboxMessage(SQLModel, table=True):
    """One copy of one letter for one recipient, its bytes frozen (待发件)."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("letter_id", "recipient", "channel"),
        Index("ix_outbox_ready", "status", "not_before"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    letter_id: UUID = Field(foreign_key="letter.id", index=True)
    office_id: UUID | None = Field(default=None, foreign_key="office.id")
    recipient: str = Field(max_length=300)  #: Mail address, or the postal address of a letter.
    is_copy: bool = False  #: 抄送; its fate does not hold up the case.
    channel: Channel = Field(sa_type=Word(Channel))
    message_id: str = Field(unique=True, max_length=120)
    content: str = Field(max_length=64)  #: Address of the frozen bytes; empty: yet to be written.
    joint_id: UUID | None = Field(default=None, foreign_key="joint_letter.id", index=True)
    status: OutboxStatus = Field(default=OutboxStatus.PENDING, sa_type=Word(OutboxStatus))
    created_at: datetime = Field(sa_type=UtcInstant)
    not_before: datetime = Field(sa_type=UtcInstant)
    is_ladder: bool = False  #: Waits while a reply to its request waits for a look.
    claimed_by: str | None = Field(default=None, max_length=80)
    claim_until_ms: int = Field(default=0, sa_type=BigInteger)
    sends: int = 0  #: Times it was handed to the server; above 1 the same Message-ID went again.
    failures: int = 0  #: Refusals since a person last looked.
    last_error: str = Field(default="", max_length=500)
    sent_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    server_words: str = Field(default="", max_length=300)

    @property
    def kept_for(self) -> UUID:
        """What its bytes are bound to: its case, or the joint letter of several cases."""
        return self.joint_id or self.case_id


class OutboxHold(SQLModel, table=True):
    """After a restore, no mail of an office leaves until a manager has looked (暂停发件)."""

    __tablename__ = "outbox_hold"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    known_until: datetime = Field(sa_type=UtcInstant)  #: When the backup was made.
    held_at: datetime = Field(sa_type=UtcInstant)
    released_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    released_by: str = Field(default="", max_length=60)
    release_reason: str = Field(default="", max_length=300)


class RunLink(SQLModel, table=True):
    """Which flow run carries a case, and the last state that we gave it."""

    __tablename__ = "run_link"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    generation: int = 1  #: Grows when a run was deleted, or the case reopened.
    run_id: UUID | None = Field(default=None, index=True)
    state_id: UUID | None = None  #: Another one in Prefect: a person changed it there.


class OwedState(SQLModel, table=True):
    """A run state that the orchestrator has not been told yet; the latest wins."""

    __tablename__ = "owed_state"

    case_id: UUID = Field(primary_key=True, foreign_key="cases.id")
    name: str = Field(max_length=40)  #: A member of `Awaiting`, "Completed" or "Held".
    at: datetime | None = Field(default=None, sa_type=UtcInstant)
    owed_since: datetime = Field(sa_type=UtcInstant, index=True)
    serial: int = 1  #: Grows with each change, so that a report settles only what it reported.


class IntakeSource(SQLModel, table=True):
    """A mailbox or folder that replies come by, and when it was last read to the end."""

    __tablename__ = "intake_source"

    name: str = Field(primary_key=True, max_length=80)
    is_active: bool = True
    read_at: datetime | None = Field(default=None, sa_type=UtcInstant)
