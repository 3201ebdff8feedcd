"""What the days of a request are counted from: one place for the date and for its reason."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlmodel import Session

from cases.rules.calendar import WorkCalendar
from cases.rules.due_date_trace import explain
from cases.rules.due_dates import due_date
from cases.store import correspondence, offices, open_counts
from cases.store.calendars import load_calendar
from cases.store.case_types import pinned
from cases.store.open_counts import OpenCount
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.office import Office
from cases.vocabulary.status import Language
from cases.vocabulary.values import Allowance, ClockStop, CountedDay, DueDate


@dataclass(frozen=True, slots=True)
class Counting:
    """The facts of one count; the date and its explanation come from the same ones."""

    received_on: date
    allowance: Allowance
    calendar: WorkCalendar
    clock_stops: tuple[ClockStop, ...] = ()
    extension_days: int = 0
    also_calendar: WorkCalendar | None = None

    def due_date(self) -> DueDate | None:
        """Return the last day in time, or None while the clock is stopped."""
        return due_date(
            self.received_on,
            self.allowance,
            self.calendar,
            self.clock_stops,
            extension_days=self.extension_days,
            also_calendar=self.also_calendar,
        )

    def explain(self, language: Language) -> tuple[CountedDay, ...]:
        """Return every day from receipt to due date and why it counts or not."""
        return explain(
            self.received_on,
            self.allowance,
            self.calendar,
            self.clock_stops,
            extension_days=self.extension_days,
            also_calendar=self.also_calendar,
            language=language,
        )


def calendar_in_force(session: Session, office: Office) -> WorkCalendar:
    """Return the calendar that an office works by, in its own zone."""
    return load_calendar(
        session, division_code=office.division_code, office_id=office.id, zone=office.zone
    )


def counting_of(
    session: Session, case: Case, request: Request, letter: Letter | None
) -> Counting | None:
    """Return what the rung that runs is counted from.

    None before its letter was received, and once the last rung has been climbed. Where we are
    the one that is asked it is the whole time that we have.
    """
    received_on = request.reached_us_on or (letter.received_on if letter else None)
    if received_on is None:
        return None
    count = OpenCount(
        case_id=case.id,
        reference=case.reference,
        request_id=request.id,
        asked_id=(letter.office_id if letter else None) or request.office_id,
        ours_id=case.office_id,
        type_code=case.type_code,
        type_version=case.type_version,
        rung=request.rung,
        received_on=received_on,
        is_ours=request.is_ours,
        clock_stops=tuple(correspondence.stops_of(session, request.id)),
        extension_days=correspondence.extension_days(
            session, request.id, 0 if request.is_ours else request.rung
        ),
    )
    return _counting(
        session, count, lambda office: calendar_in_force(session, offices.get(session, office))
    )


def our_day(session: Session, case: Case, request: Request) -> DueDate | None:
    """Return the day on which the running rung urges us; None once the last has been climbed."""
    rungs = pinned(session, case.type_code, case.type_version).rungs
    whole = counting_of(session, case, request, None)
    if whole is None or request.rung > len(rungs):
        return None
    return replace(whole, allowance=rungs[request.rung - 1].allowance).due_date()


def due_dates(session: Session, counts: Iterable[OpenCount]) -> dict[UUID, DueDate | None]:
    """Return the due date of many counts by request, each office's calendar looked up once."""
    counts = list(counts)
    calendars = {
        office.id: calendar_in_force(session, office)
        for office in open_counts.offices_of(session, counts).values()
    }
    countings = ((each, _counting(session, each, calendars.__getitem__)) for each in counts)
    return {
        each.request_id: counting.due_date() if counting else None for each, counting in countings
    }


def _counting(
    session: Session, count: OpenCount, calendar_of: Callable[[UUID], WorkCalendar]
) -> Counting | None:
    case_type = pinned(session, count.type_code, count.type_version)
    if count.rung > len(case_type.ladder) and not count.is_ours:
        return None
    rung = len(case_type.ladder) if count.is_ours else count.rung
    return Counting(
        received_on=count.received_on,
        allowance=case_type.rungs[rung - 1].allowance,
        calendar=calendar_of(count.asked_id),
        clock_stops=count.clock_stops,
        extension_days=count.extension_days,
        also_calendar=calendar_of(count.ours_id) if case_type.both_calendars else None,
    )
