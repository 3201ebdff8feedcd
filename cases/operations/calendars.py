"""Keep the work calendar: enter a year, publish it, order single days."""

from datetime import date, datetime

from sqlmodel import Session

from cases.rules.access import Act, require, require_reason
from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import (
    NATIONAL,
    DayKind,
    NamedDay,
    YearStatus,
    check_scope,
)
from cases.rules.calendar_notice import DayDifference, differences, read_notice
from cases.rules.calendar_seed import SEED_SOURCE, seed_days, seed_years
from cases.store import calendars, provisional
from cases.store.tables.calendar import CalendarDay, CalendarEdition, CalendarYear
from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.values import Actor

SEED = "seed"  #: Stands for both persons on the years that come with the installation.


def seed_calendar(session: Session, *, now: datetime) -> tuple[int, ...]:
    """Publish the years that `chinesecalendar` knows; return those that were not there before.

    A year that somebody has entered stays as it is.
    """
    entered = {year.year for year in calendars.years(session)}
    missing = tuple(year for year in seed_years() if year not in entered)
    if not missing:
        return ()
    for year in missing:
        session.add(
            CalendarYear(
                year=year,
                status=YearStatus.PUBLISHED,
                source=SEED_SOURCE,
                entered_by=SEED,
                approved_by=SEED,
                loaded_at=now,
                approved_at=now,
            )
        )
    for day in seed_days():
        if day.on.year in missing:
            session.add(_row(day, SEED, now))
    calendars.renew_edition(session, now=now)
    return missing


def import_year(
    session: Session,
    actor: Actor,
    payload: object,
    *,
    notice_no: str = "",
    source: str = "",
    now: datetime,
) -> CalendarYear:
    """Enter a year from a holiday-cn-shaped object as a draft; no date rests on it yet.

    Entering a draft again replaces it. Raises NotAllowed, InvalidValue for what is wrong with
    the days (see `read_notice`) or when the year is published already.
    """
    require(actor, Act.PUBLISH_CALENDAR)
    notice = read_notice(payload)
    year = session.get(CalendarYear, notice.year)
    if year is None:
        year = CalendarYear(
            year=notice.year,
            status=YearStatus.DRAFT,
            entered_by=actor.name,
            loaded_at=now,
        )
        session.add(year)
    elif year.status is YearStatus.PUBLISHED:
        raise InvalidValue(
            f"{notice.year} is published; change single days with an override instead"
        )
    year.entered_by, year.loaded_at = actor.name, now
    year.notice_no, year.note = notice_no.strip(), notice.note
    year.source = (source or " ".join(notice.papers))[:500]
    for row in calendars.days_of_year(session, notice.year):
        if row.scope == NATIONAL and not row.is_override:
            _supersede(row, actor.name, now)
    session.flush()  # the new rows may hold only after the old ones do not
    session.add_all(_row(day, actor.name, now) for day in notice.days)
    session.flush()
    return year


def publish_year(session: Session, actor: Actor, year: int, *, now: datetime) -> CalendarYear:
    """Publish a draft year, as a second person. Dates that rest on it are now final.

    Each case that waits for the calendar gets a turn of the engine, which counts its date anew.
    Raises NotAllowed, also for the person who entered it; YearNotPublished when nobody entered
    it; InvalidValue when it is published already.
    """
    require(actor, Act.PUBLISH_CALENDAR)
    draft = calendars.get_year(session, year)
    if draft.status is YearStatus.PUBLISHED:
        raise InvalidValue(f"{year} is published already")
    if draft.entered_by == actor.name:
        raise NotAllowed(f"{actor.name} entered {year}; a second person must publish it")
    draft.status = YearStatus.PUBLISHED
    draft.approved_by, draft.approved_at = actor.name, now
    calendars.renew_edition(session, now=now)
    provisional.wake_waiting(session, now=now)
    return draft


def override_day(
    session: Session,
    actor: Actor,
    on: date,
    kind: DayKind,
    name: str,
    *,
    scope: str = NATIONAL,
    reason: str,
    now: datetime,
) -> CalendarDay:
    """Order one day off or worked over every other rule of its scope (a storm, 2020-01-31).

    Takes the place of an earlier order for the day and scope. Raises NotAllowed, InvalidValue
    without a name or a reason or for an unreadable scope, YearNotPublished for a national
    order in a year that is not published.
    """
    if scope == NATIONAL:
        year = calendars.get_year(session, on.year)
        if year.status is not YearStatus.PUBLISHED:
            raise InvalidValue(f"{on.year} is a draft; enter it again with this day instead")
    day = NamedDay(on, kind, name.strip(), scope, is_override=True)
    return _enter(session, actor, day, reason, now)


def add_local_day(
    session: Session,
    actor: Actor,
    on: date,
    kind: DayKind,
    name: str,
    *,
    scope: str,
    reason: str,
    now: datetime,
) -> CalendarDay:
    """Enter a day that a division or an office keeps by its own rule (三月三, a removal).

    Takes the place of an earlier one. Raises NotAllowed, and InvalidValue without a name or a
    reason or for a scope that is national or unreadable.
    """
    if scope == NATIONAL:
        raise InvalidValue("national days come with their year; use an override for a single day")
    return _enter(session, actor, NamedDay(on, kind, name.strip(), scope), reason, now)


def withdraw_day(
    session: Session,
    actor: Actor,
    on: date,
    *,
    scope: str,
    is_override: bool,
    now: datetime,
) -> None:
    """Take back an override or a local day; its row stays, superseded.

    Raises NotAllowed, and InvalidValue when there is none or when it belongs to a notice.
    """
    require(actor, Act.PUBLISH_CALENDAR)
    if scope == NATIONAL and not is_override:
        raise InvalidValue("a day of the yearly notice is changed by an override")
    row = calendars.day_that_holds(session, on, scope, is_override=is_override)
    if row is None:
        raise InvalidValue(f"no such day holds on {on} for {scope}")
    _supersede(row, actor.name, now)
    calendars.renew_edition(session, now=now)


def read_receipts(
    session: Session, actor: Actor, setting: ReceiptOnRestDay, *, now: datetime
) -> CalendarEdition:
    """Set how a receipt on a rest day is read from now on. Raises NotAllowed."""
    require(actor, Act.PUBLISH_CALENDAR)
    edition = calendars.renew_edition(session, now=now)
    edition.receipt_on_rest_day = setting
    session.flush()
    return edition


def diff(session: Session, payload: object) -> tuple[DayDifference, ...]:
    """Return where a holiday-cn-shaped object differs from the year as entered, by date.

    Raises InvalidValue for what is wrong with the days, as `import_year` does.
    """
    notice = read_notice(payload)
    return differences(calendars.national_days(session, notice.year), notice.days)


def _enter(
    session: Session, actor: Actor, day: NamedDay, reason: str, now: datetime
) -> CalendarDay:
    require(actor, Act.PUBLISH_CALENDAR)
    require_reason(reason)
    check_scope(day.scope)
    if not day.name:
        raise InvalidValue("the day needs a name that can be printed as its reason")
    earlier = calendars.day_that_holds(session, day.on, day.scope, is_override=day.is_override)
    if earlier is not None:
        _supersede(earlier, actor.name, now)
        session.flush()
    row = _row(day, actor.name, now, reason.strip())
    session.add(row)
    calendars.renew_edition(session, now=now)
    return row


def _row(day: NamedDay, entered_by: str, now: datetime, reason: str = "") -> CalendarDay:
    return CalendarDay(
        falls_on=day.on,
        kind=day.kind,
        name=day.name,
        scope=day.scope,
        is_override=day.is_override,
        reason=reason,
        entered_by=entered_by,
        entered_at=now,
    )


def _supersede(row: CalendarDay, by: str, now: datetime) -> None:
    row.superseded_by, row.superseded_at = by, now
