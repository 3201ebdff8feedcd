"""What this installation knows better than the list of divisions that it came with."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from cases.store.types import UtcInstant


class DivisionChange(SQLModel, table=True):
    """A division that is new, renamed or abolished since the list was made (区划变更)."""

    __tablename__ = "division_change"

    code: str = Field(primary_key=True, max_length=12)
    name: str = Field(max_length=60)
    valid_from: date | None = None
    valid_to: date | None = None  #: The last day that it exists.
    successor_code: str = Field(default="", max_length=12)
    source: str = Field(default="", max_length=120)  #: The notice, like 国函〔2024〕1号.
    entered_by: str = Field(max_length=60)
    entered_at: datetime = Field(sa_type=UtcInstant)
