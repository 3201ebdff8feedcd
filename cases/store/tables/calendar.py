"""The work calendar: years, their named days, and which edition is in force (工作日历)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import DayKind, YearStatus
from cases.store.types import UtcInstant, Word

_HOLDS = text("superseded_at IS NULL")


class CalendarYear(SQLModel, table=True):
    """A year of the national calendar: entered by one person, published by another."""

    __tablename__ = "calendar_year"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    status: YearStatus = Field(sa_type=Word(YearStatus))
    notice_no: str = Field(default="", max_length=80)  #: 国办发明电〔2024〕12号
    source: str = Field(default="", max_length=500)  #: Where the days were taken from.
    note: str = Field(default="", max_length=300)
    entered_by: str = Field(max_length=60)
    approved_by: str = Field(default="", max_length=60)
    loaded_at: datetime = Field(sa_type=UtcInstant)
    approved_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class CalendarDay(SQLModel, table=True):
    """A named day. Rows are superseded, never changed: what held on a day can be shown later."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        Index(
            "ux_calendar_day_holds",
            *("falls_on", "scope", "is_override", "is_proposed"),
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    falls_on: date
    kind: DayKind = Field(sa_type=Word(DayKind))
    name: str = Field(max_length=60)
    scope: str = Field(max_length=60)  #: "national", "division:<prefix>", "office:<id>".
    is_override: bool = False
    reason: str = Field(default="", max_length=300)
    is_proposed: bool = False  #: Waits for a second person; no date rests on it.
    entered_by: str = Field(max_length=60)
    entered_at: datetime = Field(sa_type=UtcInstant)
    approved_by: str = Field(default="", max_length=60)
    approved_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    superseded_by: str = Field(default="", max_length=60)
    superseded_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class CalendarEdition(SQLModel, table=True):
    """The one row that says which calendar is in force; every change that counts renews it."""

    __tablename__ = "calendar_edition"

    id: int = Field(default=1, primary_key=True)
    token: UUID = Field(default_factory=uuid4)  #: Names the state of all published days.
    receipt_on_rest_day: ReceiptOnRestDay = Field(
        default=ReceiptOnRestDay.AS_IS,
        sa_type=Word(ReceiptOnRestDay),
    )
    changed_at: datetime = Field(sa_type=UtcInstant)
