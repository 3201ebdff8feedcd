"""What the days of a request are counted from: one place for the date and for its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from cases.rules.calendar import WorkCalendar
from cases.rules.due_date_trace import explain
from cases.rules.due_dates import due_date
from cases.store import correspondence, offices
from cases.store.calendars import load_calendar
from cases.store.case_types import pinned
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
    session: Session,
    case: Case,
    request: Request,
    letter: Letter | None,
    *,
    calendar_of: Callable[[Session, Office], WorkCalendar] = calendar_in_force,
) -> Counting | None:
    """Return what the rung that runs is counted from.

    None before its letter was received, and once the last rung has been climbed. Another
    `calendar_of` shows what the date would be by another calendar.
    """
    case_type = pinned(session, case.type_code, case.type_version)
    if letter is None or letter.received_on is None or request.rung > len(case_type.rungs):
        return None
    asked = offices.get(session, letter.office_id or request.office_id)
    ours = offices.get(session, case.office_id)
    return Counting(
        received_on=letter.received_on,
        allowance=case_type.rungs[request.rung - 1].allowance,
        calendar=calendar_of(session, asked),
        clock_stops=tuple(correspondence.stops_of(session, request.id)),
        extension_days=correspondence.extension_days(session, request.id, request.rung),
        also_calendar=calendar_of(session, ours) if case_type.both_calendars else None,
    )
