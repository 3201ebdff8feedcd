"""What came in as scans, what of it was filed, and the tray (待认领件) of scans and mail."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant, Word
from cases.vocabulary.scans import ScanKind, TrayReason, TrayStatus


class ScanBatch(SQLModel, table=True):
    """One scanned file, taken in whole and once: its content decides, not its name."""

    __tablename__ = "scan_batch"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    office_id: UUID = Field(foreign_key="office.id", index=True)
    digest: str = Field(max_length=64, unique=True)  #: SHA-256 of the file, in hex.
    pages: int
    blanks: int = 0  #: Backs that nothing is on; they are not kept.
    taken_at: datetime = Field(sa_type=UtcInstant)
    taken_by: str = Field(max_length=60)


class FiledScan(SQLModel, table=True):
    """A scanned document in its case: a reply, a sealed letter, a return (退件)."""

    __tablename__ = "filed_scan"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    batch_id: UUID = Field(foreign_key="scan_batch.id", index=True)
    case_id: UUID = Field(foreign_key="cases.id", index=True)
    letter: int | None = None  #: Which of the case's letters its code names.
    kind: ScanKind = Field(sa_type=Word(ScanKind))
    reply_id: UUID | None = Field(default=None, foreign_key="reply.id")
    document: str = Field(max_length=64)
    pages: list[int] = Field(sa_type=JSON)  #: Their numbers in the stack, in reading order.
    filed_at: datetime = Field(sa_type=UtcInstant)
    filed_by: str = Field(max_length=60)


class TrayItem(SQLModel, table=True):
    """A scanned document or a message that a person has to assign (待认领件); never by a guess.

    It belongs to no case, so its document is bound to its own id. Filed, the document is
    encrypted anew for the case, and the old one is swept.
    """

    __tablename__ = "tray_item"
    __table_args__ = (Index("ix_tray_waiting", "office_id", "status", "put_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    batch_id: UUID | None = Field(default=None, foreign_key="scan_batch.id", index=True)
    mail_id: UUID | None = Field(default=None, foreign_key="incoming_mail.id", index=True)
    office_id: UUID = Field(foreign_key="office.id")
    ordinal: int = 1  #: In its stack.
    #: Their numbers in the stack, in reading order; a message has none.
    pages: list[int] = Field(default_factory=list, sa_type=JSON)
    subject: str = Field(default="", max_length=200)  #: Of a message; empty once it is settled.
    summary: str = Field(default="", max_length=1000)  #: Its beginning; likewise.
    document: str = Field(default="", max_length=64)  #: Empty once it is settled.
    reason: TrayReason = Field(sa_type=Word(TrayReason))
    why: str = Field(max_length=500)
    code: str = Field(default="", max_length=40)  #: A code of ours on it or before it.
    guess: str = Field(default="", max_length=30)  #: Reference of the case it may belong to.
    guess_as: ScanKind | None = Field(default=None, sa_type=Word(ScanKind))
    reply_id: UUID | None = Field(default=None, foreign_key="reply.id")  #: It is proposed for.
    status: TrayStatus = Field(default=TrayStatus.WAITING, sa_type=Word(TrayStatus))
    put_at: datetime = Field(sa_type=UtcInstant)
    settled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    settled_by: str = Field(default="", max_length=60)
    settled_why: str = Field(default="", max_length=300)
    case_id: UUID | None = Field(default=None, foreign_key="cases.id", index=True)  #: It is in.
    part_of_id: UUID | None = Field(default=None, foreign_key="tray_item.id")
