"""Keep the years of the work calendar: enter one, publish it, compare it.

What changes the days that count moves due dates in the same transaction, once, and returns them by
reference (`moved_dates`). Entering a draft moves none. Single days: `calendar_days`.
"""

from datetime import date, datetime

from sqlmodel import Session

from cases.operations.moved_dates import MovedDate, moving
from cases.rules.access import Act, require
from cases.rules.calendar_days import (
    NATIONAL,
    YearStatus,
)
from cases.rules.calendar_notice import DayDifference, differences, read_notice
from cases.rules.calendar_seed import SEED_SOURCE, seed_days, seed_years
from cases.store import calendars
from cases.store.open_counts import Reach
from cases.store.tables.calendar import CalendarYear
from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.values import ENGINE, Actor

SEED = "seed"  #: Stands for both persons on the years that come with the installation.


def seed_calendar(session: Session, *, now: datetime) -> tuple[int, ...]:
    """Publish the years that `chinesecalendar` knows; return those that were not there before.

    A year that somebody has entered stays as it is. On an installation at work, dates that
    rested on a year which a newer version knows are moved.
    """
    entered = {year.year for year in calendars.years(session)}
    missing = tuple(year for year in seed_years() if year not in entered)
    if missing:
        reach = Reach(days=(date(missing[0], 1, 1), date(missing[-1], 12, 31)))
        with moving(session, ENGINE, f"{SEED_SOURCE} was taken in", reach, now=now):
            _enter_seed(session, missing, now)
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
            calendars.supersede(row, actor.name, now)
    session.flush()  # the new rows may hold only after the old ones do not
    session.add_all(calendars.row_of(day, actor.name, now) for day in notice.days)
    session.flush()
    return year


def publish_year(
    session: Session, actor: Actor, year: int, *, now: datetime
) -> tuple[MovedDate, ...]:
    """Publish a draft year, as a second person. Dates that rest on it are now final.

    Raises NotAllowed, also for the person who entered it; YearNotPublished when nobody entered
    it; InvalidValue when it is published already.
    """
    require(actor, Act.PUBLISH_CALENDAR)
    draft = calendars.get_year(session, year)
    if draft.status is YearStatus.PUBLISHED:
        raise InvalidValue(f"{year} is published already")
    if draft.entered_by == actor.name:
        raise NotAllowed(f"{actor.name} entered {year}; a second person must publish it")
    reach = Reach(days=(date(year, 1, 1), date(year, 12, 31)))
    with moving(session, actor, f"{year} was published", reach, now=now) as moved:
        draft.status = YearStatus.PUBLISHED
        draft.approved_by, draft.approved_at = actor.name, now
        calendars.renew_edition(session, now=now)
    return tuple(moved)


def diff(session: Session, payload: object) -> tuple[DayDifference, ...]:
    """Return where a holiday-cn-shaped object differs from the year as entered, by date.

    Raises InvalidValue for what is wrong with the days, as `import_year` does.
    """
    notice = read_notice(payload)
    return differences(calendars.national_days(session, notice.year), notice.days)


def _enter_seed(session: Session, years: tuple[int, ...], now: datetime) -> None:
    for year in years:
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
        if day.on.year in years:
            session.add(calendars.row_of(day, SEED, now))
    calendars.renew_edition(session, now=now)
