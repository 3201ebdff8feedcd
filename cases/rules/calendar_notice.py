"""Reading a year's days from a file in the shape of holiday-cn, and checking them.

The shape: `{"year": 2027, "papers": ["address of the notice"], "days": [{"name": "元旦",
"date": "2027-01-01", "isOffDay": true}, ...]}`. Only days that break the plain week are listed.
A `note` is ours: it is kept with the year and shown with it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from cases.rules.calendar_days import DayKind, NamedDay
from cases.vocabulary.errors import InvalidValue

FIRST_YEAR, LAST_YEAR = 2000, 2100
FEWEST_OFF, MOST_OFF = 18, 40  #: Days off listed in a year; 22 (2004) to 33 (2026) so far.
MOST_MADE_UP = 15  #: Weekend days worked; 12 (2013) at most so far.
MAX_NAME = 60
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class YearNotice:
    """The named days of one year, as a notice gives them."""

    year: int
    days: tuple[NamedDay, ...]  #: National, by date.
    papers: tuple[str, ...]  #: Where the notice can be read.
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayDifference:
    """One date on which two versions of a year differ; None where one does not name it."""

    on: date
    before: NamedDay | None
    after: NamedDay | None


def read_notice(payload: object) -> YearNotice:
    """Return the year that a holiday-cn-shaped object describes.

    Raises InvalidValue naming what is wrong: another shape, an empty list, a date of another
    year, a date twice, a make-up day on a weekday, an implausible number of days.
    """
    notice = _object(payload, "the file")
    year = notice.get("year")
    if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidValue(f"'year' is no year from {FIRST_YEAR} to {LAST_YEAR}: {year!r}")
    listed = notice.get("days")
    if not isinstance(listed, list):
        raise InvalidValue(f"'days' of {year} is not a list")
    if not listed:
        raise InvalidValue(f"'days' of {year} is empty: its notice is not out, or was not read")
    days = sorted((_day(entry, year) for entry in listed), key=lambda day: day.on)
    _check_plausible(year, days)
    papers = notice.get("papers", [])
    if not isinstance(papers, list) or not all(isinstance(paper, str) for paper in papers):
        raise InvalidValue(f"'papers' of {year} is not a list of addresses")
    note = notice.get("note", "")
    if not isinstance(note, str):
        raise InvalidValue(f"'note' of {year} is not a text")
    return YearNotice(year, tuple(days), tuple(papers), note.strip())


def differences(before: Iterable[NamedDay], after: Iterable[NamedDay]) -> tuple[DayDifference, ...]:
    """Return the dates whose kind or name differs, the first one first."""
    old = {day.on: day for day in before}
    new = {day.on: day for day in after}
    return tuple(
        DayDifference(on, old.get(on), new.get(on))
        for on in sorted({*old, *new})
        if _shown(old.get(on)) != _shown(new.get(on))
    )


def _day(entry: object, year: int) -> NamedDay:
    day = _object(entry, f"an entry of 'days' of {year}")
    name, text, is_off = day.get("name"), day.get("date"), day.get("isOffDay")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= MAX_NAME:
        raise InvalidValue(f"a day has no name of 1 to {MAX_NAME} characters: {day!r:.120}")
    if not isinstance(is_off, bool):
        raise InvalidValue(f"'isOffDay' of {text} is neither true nor false")
    on = _date(text)
    if on.year != year:
        raise InvalidValue(
            f"{on} belongs to {on.year}, not to {year}; a day that the notice changes in a "
            "neighbouring year is entered there, as a single-day override"
        )
    if not is_off and on.weekday() < 5:
        raise InvalidValue(f"{on} is a {on:%A}: only a weekend day can be made up")
    return NamedDay(on, DayKind.OFF if is_off else DayKind.WORK, name.strip())


def _date(text: object) -> date:
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # the 30th of February: refused below
    raise InvalidValue(f"not a date (YYYY-MM-DD): {text!r:.60}")


def _check_plausible(year: int, days: list[NamedDay]) -> None:
    for day, following in pairwise(days):
        if day.on == following.on:
            raise InvalidValue(f"{day.on} is listed twice")
    off = sum(day.kind is DayKind.OFF for day in days)
    if not FEWEST_OFF <= off <= MOST_OFF:
        raise InvalidValue(
            f"{year} lists {off} days off; {FEWEST_OFF} to {MOST_OFF} would be plausible"
        )
    if len(days) - off > MOST_MADE_UP:
        raise InvalidValue(f"{year} lists {len(days) - off} make-up days, over {MOST_MADE_UP}")


def _object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise InvalidValue(f"{what} is not an object with names and values: {value!r:.60}")
    return value


def _shown(day: NamedDay | None) -> tuple[DayKind, str] | None:
    return None if day is None else (day.kind, day.name)
