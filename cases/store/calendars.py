"""Queries on the work calendar, and the calendars of offices, kept per process.

The edition's token is new with every change that counts, so it is a safe key: another database,
or a change that was rolled back, never shares one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, col, select

from cases.rules.calendar import CHINA, ReceiptOnRestDay, WorkCalendar
from cases.rules.calendar_days import NATIONAL, OFFICE, NamedDay, YearStatus, scopes_of
from cases.store.tables.calendar import CalendarDay, CalendarEdition, CalendarYear
from cases.vocabulary.errors import InvalidValue, YearNotPublished

EDITION = 1  #: Id of the one row.
KEPT_EDITIONS = 8  #: Databases that one process has open, roughly.
KEPT_CALENDARS = 1_024  #: Offices with days of their own; all others share one calendar.


@dataclass(frozen=True, slots=True)
class _Edition:
    """Everything that is published under one token, and the calendars made from it."""

    days: dict[str, list[NamedDay]]  #: By scope.
    years: frozenset[int]
    receipt_on_rest_day: ReceiptOnRestDay
    calendars: dict[tuple[tuple[str, ...], str], WorkCalendar] = field(default_factory=dict)

    def calendar(self, scopes: Sequence[str], zone: str) -> WorkCalendar:
        """Return the calendar of these scopes; the same ones give the same object."""
        key = tuple(scope for scope in scopes if scope in self.days), zone
        found = self.calendars.get(key)
        if found is None:
            if len(self.calendars) >= KEPT_CALENDARS:
                self.calendars.clear()
            days = (day for scope in key[0] for day in self.days[scope])
            found = WorkCalendar.of(days, self.years, _zone(zone), self.receipt_on_rest_day)
            self.calendars[key] = found
        return found


_editions: dict[UUID, _Edition] = {}


def load_calendar(
    session: Session,
    *,
    division_code: str = "",
    office_id: UUID | None = None,
    zone: str = CHINA.key,
) -> WorkCalendar:
    """Return the calendar in force for an office: national days, those of its divisions, its own.

    Costs one look at one row. Offices without days of their own share one object. Before the
    first year is published every date is provisional. Raises InvalidValue for an unknown zone.
    """
    in_force = session.get(CalendarEdition, EDITION)
    if in_force is None:
        return WorkCalendar.of((), (), _zone(zone))
    edition = _editions.get(in_force.token)
    if edition is None:
        if len(_editions) >= KEPT_EDITIONS:
            _editions.clear()
        edition = _read_edition(session, in_force.receipt_on_rest_day)
        _editions[in_force.token] = edition
    return edition.calendar(_scopes(division_code, office_id), zone)


def office_scope(office_id: UUID) -> str:
    """Return the scope of one office's own days."""
    return f"{OFFICE}{office_id}"


def years(session: Session) -> Sequence[CalendarYear]:
    """Return every year that was entered, the first one first."""
    return session.exec(select(CalendarYear).order_by(col(CalendarYear.year))).all()


def get_year(session: Session, year: int) -> CalendarYear:
    """Return the year. Raises YearNotPublished when nobody has entered it."""
    found = session.get(CalendarYear, year)
    if found is None:
        raise YearNotPublished(f"nobody has entered the year {year}")
    return found


def days_of_year(session: Session, year: int) -> Sequence[CalendarDay]:
    """Return the days of every scope that hold in a year, drafts included, by date."""
    return session.exec(
        select(CalendarDay)
        .where(
            col(CalendarDay.superseded_at).is_(None),
            CalendarDay.falls_on >= date(year, 1, 1),
            CalendarDay.falls_on <= date(year, 12, 31),
        )
        .order_by(
            col(CalendarDay.falls_on),
            col(CalendarDay.scope),
            col(CalendarDay.is_override),
        )
    ).all()


def day_that_holds(
    session: Session, on: date, scope: str, *, is_override: bool, is_proposed: bool = False
) -> CalendarDay | None:
    """Return the row of this date and scope that was not superseded, or the one proposed."""
    return session.exec(
        select(CalendarDay).where(
            CalendarDay.falls_on == on,
            CalendarDay.scope == scope,
            CalendarDay.is_override == is_override,
            CalendarDay.is_proposed == is_proposed,
            col(CalendarDay.superseded_at).is_(None),
        )
    ).one_or_none()


def national_days(session: Session, year: int) -> tuple[NamedDay, ...]:
    """Return the days of the year's notice as entered, without overrides, by date."""
    return tuple(
        _named(day)
        for day in days_of_year(session, year)
        if day.scope == NATIONAL and not day.is_override
    )


def row_of(
    day: NamedDay, entered_by: str, now: datetime, reason: str = "", *, is_proposed: bool = False
) -> CalendarDay:
    """Return a named day as a row."""
    return CalendarDay(
        falls_on=day.on,
        kind=day.kind,
        name=day.name,
        scope=day.scope,
        is_override=day.is_override,
        is_proposed=is_proposed,
        reason=reason,
        entered_by=entered_by,
        entered_at=now,
    )


def supersede(row: CalendarDay, by: str, now: datetime) -> None:
    """Let a day hold no longer; its row stays."""
    row.superseded_by, row.superseded_at = by, now


def lock_edition(session: Session) -> CalendarEdition | None:
    """Return what is in force, its row locked; None before the first year is published."""
    return session.get(CalendarEdition, EDITION, with_for_update=True, populate_existing=True)


def renew_edition(session: Session, *, now: datetime) -> CalendarEdition:
    """Name the state of the published days anew, so that every process reads them again."""
    edition = lock_edition(session)
    if edition is None:
        edition = CalendarEdition(id=EDITION, changed_at=now)
        session.add(edition)
    edition.token, edition.changed_at = uuid4(), now
    session.flush()
    return edition


def _read_edition(session: Session, receipt_on_rest_day: ReceiptOnRestDay) -> _Edition:
    published = {year.year for year in years(session) if year.status is YearStatus.PUBLISHED}
    days: dict[str, list[NamedDay]] = {}
    for day in _days_that_hold(session):
        is_draft = day.scope == NATIONAL and not day.is_override and day.on.year not in published
        if not is_draft:
            days.setdefault(day.scope, []).append(day)
    return _Edition(days, frozenset(published), receipt_on_rest_day)


def _days_that_hold(session: Session) -> Iterable[NamedDay]:
    rows = session.exec(
        select(CalendarDay).where(
            col(CalendarDay.superseded_at).is_(None), ~col(CalendarDay.is_proposed)
        )
    )
    return (_named(row) for row in rows)


def _named(row: CalendarDay) -> NamedDay:
    return NamedDay(row.falls_on, row.kind, row.name, row.scope, row.is_override)


def _scopes(division_code: str, office_id: UUID | None) -> tuple[str, ...]:
    return scopes_of(division_code, "" if office_id is None else str(office_id))


def _zone(key: str) -> ZoneInfo:
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InvalidValue(f"there is no time zone {key!r}") from unknown
