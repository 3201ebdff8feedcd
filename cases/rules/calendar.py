"""The work calendar of an office: which days count, and why one does not.

Inside, days are ordinals (`date.toordinal()`). Ordinal 1 is a Monday, so the plain week is
arithmetic; only the years that hold named days need a table of their working days.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from cases.rules.calendar_days import (
    OTHER_OFFICE_RESTS,
    DayKind,
    NamedDay,
    merge,
    weekday_name,
)
from cases.vocabulary.errors import YearNotPublished
from cases.vocabulary.status import Language

CHINA = ZoneInfo("Asia/Shanghai")
LAST_ORDINAL = date.max.toordinal()


class ReceiptOnRestDay(StrEnum):
    """How a letter that arrives on a rest day is taken; no general rule fixes it."""

    AS_IS = "as_is"  #: Received on that day; the days count from the next one.
    NEXT_WORKING_DAY = "next_working_day"  #: Received on the next working day.


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """The working days of one office. Compared by identity; build it once and keep it.

    A year that is not published is counted as plain weeks (Monday to Friday); asking
    `unpublished` says whether a count touched one.
    """

    named: Mapping[date, NamedDay] = field(repr=False)
    published_years: frozenset[int]
    zone: ZoneInfo = CHINA
    receipt_on_rest_day: ReceiptOnRestDay = ReceiptOnRestDay.AS_IS
    _first: int = field(init=False, repr=False)  #: First ordinal of the table.
    _last: int = field(init=False, repr=False)  #: Last ordinal of the table.
    _working: Sequence[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Lay out the working days of all years that hold named days."""
        years = {day.year for day in self.named}
        first = date(min(years), 1, 1).toordinal() if years else 1
        last = date(max(years), 12, 31).toordinal() if years else 0
        weekdays = {ordinal for ordinal in range(first, last + 1) if (ordinal - 1) % 7 < 5}
        off = {day.toordinal() for day, rule in self.named.items() if rule.kind is DayKind.OFF}
        work = {day.toordinal() for day, rule in self.named.items() if rule.kind is DayKind.WORK}
        object.__setattr__(self, "_first", first)
        object.__setattr__(self, "_last", last)
        object.__setattr__(self, "_working", array("i", sorted((weekdays - off) | work)))

    @classmethod
    def of(
        cls,
        days: Iterable[NamedDay],
        published_years: Iterable[int],
        zone: ZoneInfo = CHINA,
        receipt_on_rest_day: ReceiptOnRestDay = ReceiptOnRestDay.AS_IS,
    ) -> Self:
        """Return the calendar in which, of several days on one date, the narrowest rule holds."""
        return cls(merge(days), frozenset(published_years), zone, receipt_on_rest_day)

    def published(self, year: int) -> bool:
        """Whether the year's days are published."""
        return year in self.published_years

    def unpublished(self, first_year: int, last_year: int) -> tuple[int, ...]:
        """Return the years from first to last that are not published."""
        if first_year == last_year and first_year in self.published_years:
            return ()
        return tuple(
            year for year in range(first_year, last_year + 1) if year not in self.published_years
        )

    def is_working(self, day: date) -> bool:
        """Whether the office works on this day."""
        rule = self.named.get(day)
        return day.weekday() < 5 if rule is None else rule.kind is DayKind.WORK

    def reason(self, day: date, language: Language = Language.ENGLISH) -> str:
        """Say why the day counts or not: "Sunday", "National Day", "working day" ..."""
        rule = self.named.get(day)
        if rule is not None:
            return rule.reason(language)
        if day.weekday() > 4:
            return weekday_name(day, language)
        if self.published(day.year):
            return "工作日" if language is Language.CHINESE else "working day"
        if language is Language.CHINESE:
            return f"暂按工作日计（{day.year}年日历未公布）"
        return f"taken for a working day: {day.year} is not published"

    def next_working_day(self, day: date) -> date:
        """Return the day itself if the office works on it, else the next day on which it does."""
        return date.fromordinal(self.on_or_after(day.toordinal()))

    def count(self, since: date, until: date) -> int:
        """Return how many working days lie from `since` to before `until`."""
        return max(0, self.rank(until.toordinal() - 1) - self.rank(since.toordinal() - 1))

    def working_days(self, after: date, until: date) -> list[date]:
        """Return the working days after a day, up to and including another."""
        first, last = self.rank(after.toordinal()), self.rank(until.toordinal())
        if first >= 0 and last <= len(self._working):
            return list(map(date.fromordinal, self._working[first:last]))
        return [date.fromordinal(self.at_rank(rank)) for rank in range(first + 1, last + 1)]

    def rank(self, ordinal: int) -> int:
        """Return how many working days of the table lie up to and including the ordinal.

        Before the table the rank goes on downwards below 0, after it upwards, by plain weeks.
        """
        if ordinal > self._last:
            return len(self._working) + _weekdays(ordinal) - _weekdays(self._last)
        if ordinal < self._first:
            return _weekdays(ordinal) - _weekdays(self._first - 1)
        return bisect_right(self._working, ordinal)

    def at_rank(self, rank: int) -> int:
        """Return the ordinal of the first day of this rank, a working day.

        Raises YearNotPublished when it lies past the last day that a date can name.
        """
        beyond = rank - len(self._working)
        if beyond <= 0 < rank:
            return self._working[rank - 1]
        ordinal = _weekday_at(
            _weekdays(self._last) + beyond if beyond > 0 else _weekdays(self._first - 1) + rank
        )
        if ordinal > LAST_ORDINAL:
            raise YearNotPublished(_never_published(self.published_years))
        return ordinal

    def on_or_after(self, ordinal: int) -> int:
        """Return the first working day from the ordinal on, the ordinal itself included."""
        return self.at_rank(self.rank(ordinal - 1) + 1)


@lru_cache(maxsize=512)
def shared(calendar: WorkCalendar, other: WorkCalendar) -> WorkCalendar:
    """Return the calendar in which a day counts only when both offices work.

    Zone and reading of receipts are the first one's. The same pair gives the same object.
    """
    if calendar is other:
        return calendar
    named: dict[date, NamedDay] = {}
    for day in {*calendar.named, *other.named}:
        works, other_works = calendar.is_working(day), other.is_working(day)
        if works and not other_works:
            named[day] = NamedDay(day, DayKind.OFF, OTHER_OFFICE_RESTS)
        elif day in calendar.named:
            named[day] = calendar.named[day]
    return WorkCalendar(
        named=named,
        published_years=calendar.published_years & other.published_years,
        zone=calendar.zone,
        receipt_on_rest_day=calendar.receipt_on_rest_day,
    )


def years_not_published(years: Iterable[int]) -> str:
    """Return the sentence that refuses to count on these years."""
    named = sorted(years)
    if len(named) > 3:
        return f"the work calendar of {named[0]} and later years is not published"
    return f"the work calendar of {', '.join(map(str, named))} is not published"


def _never_published(published: frozenset[int]) -> str:
    first = max(published, default=date.max.year) + 1
    return f"{years_not_published((first,))}, and the count runs past every calendar"


def _weekdays(ordinal: int) -> int:
    """Return how many days from Monday to Friday lie up to and including the ordinal."""
    weeks, days = divmod(ordinal, 7)
    return 5 * weeks + min(days, 5)


def _weekday_at(count: int) -> int:
    """Return the ordinal of the weekday of this count; the inverse of `_weekdays`."""
    weeks, days = divmod(count - 1, 5)
    return 7 * weeks + days + 1
