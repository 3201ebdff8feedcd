"""The directory's own record: who changed which office or division, and what it was before."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant


class DirectoryEntry(SQLModel, table=True):
    """One change of the directory (名录变更记录). Rows are only ever added."""

    __tablename__ = "directory_entry"
    __table_args__ = (Index("ix_directory_entry_subject", "subject", "at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    at: datetime = Field(sa_type=UtcInstant)
    actor: str = Field(max_length=60)
    subject: str = Field(max_length=80)  #: "office:<code>", "division:<code>", "partner:<code>" ...
    act: str = Field(max_length=40)  #: "added", "changed", "imported", "numbers skipped" ...
    #: Column to what it was and what it is, as JSON has them.
    changes: dict[str, list[Any]] = Field(default_factory=dict, sa_type=JSON)
    source: str = Field(default="", max_length=120)  #: The notice that says so, if one does.
