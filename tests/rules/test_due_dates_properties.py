"""What holds for every due date, whatever the calendar, the stops and the unit."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cases.rules.calendar import ReceiptOnRestDay, WorkCalendar
from cases.rules.calendar_days import DayKind, NamedDay
from cases.rules.calendar_seed import seed_calendar, seed_days, seed_years
from cases.rules.due_date_trace import explain
from cases.rules.due_dates import due_date, starting_day
from cases.vocabulary.status import DayUnit
from cases.vocabulary.values import Allowance, ClockStop, DueDate

SEED = seed_calendar()
NEAR = st.dates(date(2025, 6, 1), date(2027, 3, 31))  #: On both sides of the published end.
ANY_DAY = st.dates(date(1999, 1, 1), date(2030, 12, 31))
DAYS = st.integers(0, 90)
UNITS = st.sampled_from(DayUnit)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """The published years, some local days on top, and either reading of a receipt."""
    local = draw(st.dictionaries(NEAR, st.sampled_from(DayKind), max_size=30))
    days = [NamedDay(on, kind, "本地", "office:WHJB") for on, kind in local.items()]
    return WorkCalendar.of(
        (*seed_days(), *days),
        seed_years(),
        receipt_on_rest_day=draw(st.sampled_from(ReceiptOnRestDay)),
    )


@st.composite
def closed_stops(draw: st.DrawFn) -> ClockStop:
    since = draw(NEAR)
    return ClockStop(since, since + timedelta(days=draw(st.integers(0, 60))), "等待补正")


STOPS = st.lists(closed_stops(), max_size=4)


def on(due: DueDate | None) -> date:
    assert due is not None
    return due.due_on


@given(NEAR, DAYS, UNITS, calendars(), STOPS, st.integers(0, 9), calendars(), st.integers(0, 5))
def test_walking_day_by_day_ends_on_the_due_date_and_counts_every_day_allowed(
    received: date,
    days: int,
    unit: DayUnit,
    calendar: WorkCalendar,
    stops: list[ClockStop],
    extension: int,
    other: WorkCalendar,
    post: int,
) -> None:
    arguments = (received, Allowance(days, unit), calendar, stops, extension, other, post)
    trace = explain(*arguments)
    assert trace[-1].on == on(due_date(*arguments))
    assert sum(counted.counts for counted in trace) == days + extension
    assert [counted.on for counted in trace] == [
        received + timedelta(days=n) for n in range(len(trace))
    ]
    assert all(counted.reason for counted in trace)


@given(NEAR, DAYS, UNITS, calendars(), STOPS, calendars())
def test_the_last_day_is_worked_by_both_and_not_stopped(
    received: date,
    days: int,
    unit: DayUnit,
    calendar: WorkCalendar,
    stops: list[ClockStop],
    other: WorkCalendar,
) -> None:
    last = on(due_date(received, Allowance(days, unit), calendar, stops, also_calendar=other))
    assert calendar.is_working(last)
    assert other.is_working(last)
    assert not any(stop.since <= last < (stop.until or date.max) for stop in stops)


@given(NEAR, DAYS, UNITS, calendars(), STOPS, closed_stops(), st.integers(0, 40))
def test_a_longer_stop_never_brings_the_date_forward(
    received: date,
    days: int,
    unit: DayUnit,
    calendar: WorkCalendar,
    stops: list[ClockStop],
    stop: ClockStop,
    longer: int,
) -> None:
    assert stop.until is not None
    longer_stop = ClockStop(stop.since, stop.until + timedelta(days=longer))
    allowance = Allowance(days, unit)
    without = on(due_date(received, allowance, calendar, stops))
    short = on(due_date(received, allowance, calendar, [*stops, stop]))
    long = on(due_date(received, allowance, calendar, [*stops, longer_stop]))
    assert without <= short <= long


@given(NEAR, st.integers(1, 90), calendars(), closed_stops())
def test_a_stop_and_its_end_equal_the_working_days_given_back(
    received: date, days: int, calendar: WorkCalendar, stop: ClockStop
) -> None:
    assert stop.until is not None
    first = max(stop.since, starting_day(received, calendar) + timedelta(days=1))
    is_in_time = stop.since <= on(due_date(received, Allowance(days), calendar))
    given_back = calendar.count(first, stop.until) if is_in_time else 0
    assert due_date(received, Allowance(days), calendar, [stop]) == due_date(
        received, Allowance(days), calendar, extension_days=given_back
    )


@given(NEAR, DAYS, UNITS, calendars(), STOPS, st.integers(1, 30))
def test_more_days_never_end_sooner_and_more_working_days_always_later(
    received: date,
    days: int,
    unit: DayUnit,
    calendar: WorkCalendar,
    stops: list[ClockStop],
    more: int,
) -> None:
    less = on(due_date(received, Allowance(days, unit), calendar, stops))
    greater = on(due_date(received, Allowance(days + more, unit), calendar, stops))
    assert less <= greater
    if unit is DayUnit.WORKING:
        assert less < greater or days == 0


@given(NEAR, st.integers(1, 60), st.integers(1, 60), calendars())
def test_two_counts_in_a_row_end_where_one_of_their_sum_ends(
    received: date, first: int, second: int, calendar: WorkCalendar
) -> None:
    halfway = on(due_date(received, Allowance(first), calendar))
    assert on(due_date(halfway, Allowance(second), calendar)) == on(
        due_date(received, Allowance(first + second), calendar)
    )


@given(NEAR, DAYS, UNITS, calendars(), NEAR, STOPS)
def test_one_more_closure_never_brings_the_date_forward(
    received: date,
    days: int,
    unit: DayUnit,
    calendar: WorkCalendar,
    closed_on: date,
    stops: list[ClockStop],
) -> None:
    closure = NamedDay(closed_on, DayKind.OFF, "停电", "office:WHJB", is_override=True)
    closed = WorkCalendar(
        {**calendar.named, closed_on: closure},
        calendar.published_years,
        receipt_on_rest_day=calendar.receipt_on_rest_day,
    )
    allowance = Allowance(days, unit)
    before = on(due_date(received, allowance, calendar, stops))
    assert before <= on(due_date(received, allowance, closed, stops))


@given(ANY_DAY, st.integers(1, 400))
def test_a_date_is_provisional_exactly_when_a_counted_day_lies_in_an_unpublished_year(
    received: date, days: int
) -> None:
    found = due_date(received, Allowance(days), SEED)
    assert found is not None
    on_the_way = [
        received + timedelta(days=n) for n in range(1, (found.due_on - received).days + 1)
    ]
    missing = {passed.year for passed in on_the_way if not SEED.published(passed.year)}
    assert set(found.missing_years) == missing
    assert found.is_provisional == bool(missing)
