"""Due dates: the last day in time.

The day of receipt does not count (Civil Code Art. 201). If the last day is a rest day, the day
after it takes its place (Art. 203). The last day ends at 23:59:59 in the office's zone. Days in
a clock stop do not count, whatever the unit.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from cases.rules.calendar import (
    LAST_ORDINAL,
    ReceiptOnRestDay,
    WorkCalendar,
    shared,
    years_not_published,
)
from cases.vocabulary.errors import InvalidValue, YearNotPublished
from cases.vocabulary.status import DayUnit
from cases.vocabulary.values import Allowance, ClockStop, DueDate

END_OF_DAY = time(23, 59, 59)

#: Since and until, as ordinals; `until` is the first that counts again.
_Period = tuple[int, int]


def due_date(
    received_on: date,
    allowance: Allowance,
    calendar: WorkCalendar,
    clock_stops: Sequence[ClockStop] = (),
    extension_days: int = 0,
    also_calendar: WorkCalendar | None = None,
    post_days: int = 0,
) -> DueDate | None:
    """Return the last day in time, or None while the clock is stopped.

    `extension_days` are of the allowance's unit. With `also_calendar` a day counts only when
    both offices work. `post_days` are calendar days for the answer's way back, added behind the
    last day. A date that rests on an unpublished year comes back provisional.

    Raises InvalidValue for a number of days below 0, YearNotPublished when the count runs past
    the last day that can be named.
    """
    if any(stop.until is None for stop in clock_stops):
        return None
    days = allowance.days + extension_days
    if allowance.days < 0 or extension_days < 0 or post_days < 0:
        raise InvalidValue("days allowed, extended or in the post cannot be fewer than 0")
    start = starting_day(received_on, calendar).toordinal()
    counting = calendar if also_calendar is None else shared(calendar, also_calendar)
    stops = _periods(clock_stops, start) if clock_stops else ()
    counted = _last_counted(start, days, allowance.unit, counting, stops)
    last = _settle(counted, counting, stops)
    if post_days:
        last = _settle(last + post_days, counting, stops)
    first = _first_that_matters(received_on.toordinal(), start, counted, allowance.unit, counting)
    return _dated(first, last, counting)


def published_only(due: DueDate) -> DueDate:
    """Return the due date. Raises YearNotPublished, naming the years, when it is provisional."""
    if due.is_provisional:
        raise YearNotPublished(years_not_published(due.missing_years))
    return due


def starting_day(received_on: date, calendar: WorkCalendar) -> date:
    """Return the day of receipt as the calendar reads it; the count begins the day after."""
    if calendar.receipt_on_rest_day is ReceiptOnRestDay.NEXT_WORKING_DAY:
        return calendar.next_working_day(received_on)
    return received_on


def local_day(instant: datetime, calendar: WorkCalendar) -> date:
    """Return the day that it is in the office's zone at an aware instant."""
    return instant.astimezone(calendar.zone).date()


def end_of_day(day: date, calendar: WorkCalendar) -> datetime:
    """Return the instant at which the day ends in the office's zone, in UTC."""
    return datetime.combine(day, END_OF_DAY, tzinfo=calendar.zone).astimezone(UTC)


def _last_counted(
    start: int, days: int, unit: DayUnit, calendar: WorkCalendar, stops: Sequence[_Period]
) -> int:
    """Return the day on which so many days have counted; every stop gives its days back."""
    if unit is DayUnit.CALENDAR:
        last = start + days
        for since, until in stops:
            if since > last:
                break
            last += until - max(since, start + 1)
        return last
    rank = calendar.rank(start) + days
    last = max(start, calendar.at_rank(rank))
    for since, until in stops:
        if since > last:
            break
        rank += calendar.rank(until - 1) - calendar.rank(max(since, start + 1) - 1)
        last = calendar.at_rank(rank)
    return max(start, last)


def _settle(day: int, calendar: WorkCalendar, stops: Sequence[_Period]) -> int:
    """Return the day, or the first one after it that is neither a rest day nor stopped."""
    day = calendar.on_or_after(day)
    for since, until in stops:
        if since <= day < until:
            day = calendar.on_or_after(until)
    return day


def _periods(clock_stops: Sequence[ClockStop], start: int) -> list[_Period]:
    """Return the stops in order, overlapping ones as one, those over by the start left out."""
    periods: list[_Period] = []
    for since, until in sorted(
        (stop.since.toordinal(), stop.until.toordinal()) for stop in clock_stops if stop.until
    ):
        if until <= since or until <= start:
            continue
        if periods and since <= periods[-1][1]:
            periods[-1] = (periods[-1][0], max(until, periods[-1][1]))
        else:
            periods.append((since, until))
    return periods


def _first_that_matters(
    received: int, start: int, counted: int, unit: DayUnit, calendar: WorkCalendar
) -> int:
    """Return the first day whose being a working day or not can move the date."""
    if calendar.receipt_on_rest_day is ReceiptOnRestDay.NEXT_WORKING_DAY:
        return received
    if unit is DayUnit.CALENDAR:
        return counted
    return min(start + 1, counted)


def _dated(first: int, last: int, calendar: WorkCalendar) -> DueDate:
    if last > LAST_ORDINAL:
        raise YearNotPublished("the count runs past every calendar")
    due_on = date.fromordinal(last)
    missing = calendar.unpublished(date.fromordinal(first).year, due_on.year)
    return DueDate(due_on, end_of_day(due_on, calendar), bool(missing), missing)
