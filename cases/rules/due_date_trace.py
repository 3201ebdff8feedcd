"""The reason of a due date, day by day: walked one day at a time, apart from the fast rule."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, takewhile

from cases.rules.calendar import WorkCalendar
from cases.rules.due_dates import due_date, starting_day
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import DayUnit, Language
from cases.vocabulary.values import Allowance, ClockStop, CountedDay

MAX_TRACE_DAYS = 4_000
ONE_DAY = timedelta(days=1)

_WORDS = {
    Language.ENGLISH: {
        "received": "day of receipt",
        "rest": "received on a rest day ({reason})",
        "taken": "taken for the day of receipt",
        DayUnit.WORKING: "working day {number}",
        DayUnit.CALENDAR: "day {number}",
        "stopped": "clock stopped",
        "stopped_for": "clock stopped: {reason}",
        "other": "other office: {reason}",
        "posted": "in the post, day {number}",
        "rolled": "takes the place of a last day that is a rest day or stopped",
    },
    Language.CHINESE: {
        "received": "收到当日，不计入",
        "rest": "休息日收到（{reason}）",
        "taken": "视为收到日，不计入",
        DayUnit.WORKING: "第{number}个工作日",
        DayUnit.CALENDAR: "第{number}日",
        "stopped": "中止计时",
        "stopped_for": "中止计时：{reason}",
        "other": "对方机关：{reason}",
        "posted": "寄递途中第{number}日",
        "rolled": "期限最后一日为休息日或在中止期间，顺延至本日",
    },
}


def explain(
    received_on: date,
    allowance: Allowance,
    calendar: WorkCalendar,
    clock_stops: Sequence[ClockStop] = (),
    extension_days: int = 0,
    also_calendar: WorkCalendar | None = None,
    post_days: int = 0,
    language: Language = Language.ENGLISH,
) -> tuple[CountedDay, ...]:
    """Return every day from receipt to due date and why it counts or not.

    Takes what `due_date` takes and raises what it raises. While the clock is stopped the trace
    ends with the first day of the stop that is still open. Raises InvalidValue for a trace of
    more than 4,000 days.
    """
    due_date(  # refuses what cannot be counted; the walk below does not use its answer
        received_on, allowance, calendar, clock_stops, extension_days, also_calendar, post_days
    )
    count = _Count(
        received_on,
        allowance.days + extension_days,
        allowance.unit,
        calendar,
        also_calendar,
        clock_stops,
        post_days,
        language,
    )
    end = min((stop.since for stop in clock_stops if stop.until is None), default=date.max)
    trace = tuple(islice(takewhile(lambda day: day.on <= end, count.walk()), MAX_TRACE_DAYS + 1))
    if len(trace) > MAX_TRACE_DAYS:
        raise InvalidValue(f"a count of more than {MAX_TRACE_DAYS} days is not explained by day")
    return trace


@dataclass(frozen=True, slots=True)
class _Count:
    """One count and the words that explain it."""

    received_on: date
    days: int
    unit: DayUnit
    calendar: WorkCalendar
    also_calendar: WorkCalendar | None
    clock_stops: Sequence[ClockStop]
    post_days: int
    language: Language

    def walk(self) -> Iterator[CountedDay]:
        """Go from the receipt to the due date, one day at a time."""
        day = starting_day(self.received_on, self.calendar)
        yield from self._receipt(day)
        number = 0
        while number < self.days:
            day += ONE_DAY
            why_not = self._stopped(day) or (
                self._rest(day) if self.unit is DayUnit.WORKING else ""
            )
            number += not why_not
            yield CountedDay(day, not why_not, why_not or self._say(self.unit, number=number))
        for rolled in self._roll(day):
            day = rolled.on
            yield rolled
        if not self.post_days:
            return
        for number in range(1, self.post_days + 1):
            day += ONE_DAY
            yield CountedDay(day, False, self._say("posted", number=number))
        yield from self._roll(day)

    def _receipt(self, taken_on: date) -> Iterator[CountedDay]:
        day = self.received_on
        if day == taken_on:
            yield CountedDay(day, False, self._say("received"))
            return
        why = self.calendar.reason(day, self.language)
        yield CountedDay(day, False, self._say("rest", reason=why))
        while (day := day + ONE_DAY) < taken_on:
            yield CountedDay(day, False, self.calendar.reason(day, self.language))
        yield CountedDay(taken_on, False, self._say("taken"))

    def _roll(self, day: date) -> Iterator[CountedDay]:
        """Go on from a last day that is a rest day or stopped (Civil Code Art. 203)."""
        if not (self._stopped(day) or self._rest(day)):
            return
        while why_not := self._stopped(day := day + ONE_DAY) or self._rest(day):
            yield CountedDay(day, False, why_not)
        yield CountedDay(day, False, self._say("rolled"))

    def _stopped(self, day: date) -> str:
        """Return why the clock stands on this day; empty when it runs."""
        for stop in self.clock_stops:
            if stop.since <= day and (stop.until is None or day < stop.until):
                return self._say("stopped_for" if stop.reason else "stopped", reason=stop.reason)
        return ""

    def _rest(self, day: date) -> str:
        """Return why this is a rest day of one of the offices; empty when it is none."""
        if not self.calendar.is_working(day):
            return self.calendar.reason(day, self.language)
        if self.also_calendar is not None and not self.also_calendar.is_working(day):
            return self._say("other", reason=self.also_calendar.reason(day, self.language))
        return ""

    def _say(self, key: str, **facts: object) -> str:
        return _WORDS[self.language][key].format(**facts)
