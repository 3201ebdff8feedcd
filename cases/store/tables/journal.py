"""The journal: append-only, hash-chained per case, its personal part erasable."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.status import EntryKind


class JournalEntry(SQLModel, table=True):
    """Who did what to which case, when (日志). Rows are only ever added."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("case_id", "step_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    case_id: UUID = Field(foreign_key="cases.id")
    seq: int  #: 1, 2, 3 ... without a gap in each case.
    at: datetime = Field(sa_type=UtcInstant)
    actor: str = Field(max_length=60)
    kind: EntryKind = Field(sa_type=Word(EntryKind))
    step_id: str | None = Field(default=None, max_length=80)  #: Set on the flow's own steps.
    arguments_hash: str = Field(default="", max_length=64)
    result: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  #: Holds no personal data.
    payload_hash: str = Field(default="", max_length=64)
    previous_hash: str = Field(max_length=64)
    entry_hash: str = Field(max_length=64)


class JournalPayload(SQLModel, table=True):
    """The personal part of an entry; erased, its salted hash in the chain remains."""

    __tablename__ = "journal_payload"

    entry_id: UUID = Field(primary_key=True, foreign_key="journal_entry.id")
    #: Never read; it tells the session to write the entry first.
    entry: JournalEntry = Relationship(sa_relationship_kwargs={"lazy": "raise"})
    salt: str = Field(max_length=32)
    content: dict[str, Any] = Field(sa_type=JSON)


class JournalCheckpoint(SQLModel, table=True):
    """A seal over the heads of all chains that grew since the checkpoint before."""

    __tablename__ = "journal_checkpoint"

    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcInstant)
    heads: list[list[Any]] = Field(sa_type=JSON)  #: [case id, seq, head], by case id.
    digest: str = Field(max_length=64)
