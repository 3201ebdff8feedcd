"""Due dates for whoever asks by text: a start, a number of working days, an answer.

The same answer serves one question and a batch of lines, and names what it refuses.
"""

import re
from datetime import date, datetime

from cases.rules.calendar import WorkCalendar
from cases.rules.due_dates import due_date, local_day, published_only, starting_day
from cases.vocabulary.errors import CaseError, InvalidValue
from cases.vocabulary.values import Allowance

_DAYS = re.compile(r"[0-9]{1,6}")
ONLY_DATE = 10  #: Characters of YYYY-MM-DD.


def answer_line(line: str, calendar: WorkCalendar) -> dict[str, object]:
    """Answer one line of `START<TAB>DAYS`, whatever it holds; see `answer`.

    A line that cannot be answered gives `{"refused": reason}`.
    """
    start, tab, days = line.rstrip("\r\n").partition("\t")
    try:
        if not tab:
            raise InvalidValue(f"not START<TAB>DAYS: {line!r:.60}")
        return answer(start, days, calendar)
    except CaseError as refusal:
        return {"refused": str(refusal)}


def answer(start: str, days: str, calendar: WorkCalendar) -> dict[str, object]:
    """Return `{"due_on": date, "counted": [the working days that counted]}`, dates as ISO texts.

    `start` is a date, or an instant in ISO 8601; one with an offset is taken to the office's
    zone first, one without is local. Raises InvalidValue for what cannot be read and
    YearNotPublished, naming the year, for a count that an unpublished year could move.
    """
    received_on = read_start(start, calendar)
    due = due_date(received_on, Allowance(_read_days(days)), calendar)
    assert due is not None  # nothing stops the clock here
    due_on = published_only(due).due_on
    counted = calendar.working_days(starting_day(received_on, calendar), due_on)
    return {"due_on": due_on.isoformat(), "counted": [day.isoformat() for day in counted]}


def read_start(text: str, calendar: WorkCalendar) -> date:
    """Return the day in the office's zone that a date or an instant in ISO 8601 falls on.

    Raises InvalidValue for anything else.
    """
    text = text.strip()
    try:
        if len(text) <= ONLY_DATE:
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
        return instant.date() if instant.tzinfo is None else local_day(instant, calendar)
    except (ValueError, OverflowError):
        raise InvalidValue(f"neither a date nor an instant in ISO 8601: {text!r:.40}") from None


def _read_days(text: str) -> int:
    text = text.strip()
    if not _DAYS.fullmatch(text):
        raise InvalidValue(f"not a number of days from 0 to 999999: {text!r:.40}")
    return int(text)
