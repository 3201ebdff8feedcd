"""The calendar of this installation, apart from `due`, which does without a database too."""

from cases.operations.counting import calendar_in_force
from cases.rules.calendar import WorkCalendar
from cases.store import offices
from cases.store.calendars import load_calendar
from integrations.cli.premises import opened


def stored_calendar(office: str) -> WorkCalendar:
    """Return the calendar in force for an office, or the national one.

    Raises UnknownOffice, StoreUnavailable.
    """
    with opened() as premises, premises.reading() as session:
        if not office:
            return load_calendar(session)
        return calendar_in_force(session, offices.by_code(session, office))
