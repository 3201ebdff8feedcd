"""A due date prints its own reason, in the words of the office."""

from datetime import date

import pytest

from cases.rules.calendar import ReceiptOnRestDay, WorkCalendar
from cases.rules.calendar_days import DayKind, NamedDay
from cases.rules.calendar_seed import seed_calendar, seed_days, seed_years
from cases.rules.due_date_trace import explain
from cases.vocabulary.errors import InvalidValue, YearNotPublished
from cases.vocabulary.status import DayUnit, Language
from cases.vocabulary.values import Allowance, ClockStop, CountedDay

CALENDAR = seed_calendar()


def lines(trace: tuple[CountedDay, ...]) -> list[str]:
    return [f"{day.on:%a %m-%d} {'+' if day.counts else '-'} {day.reason}" for day in trace]


def test_working_days_with_a_stop_and_a_closure_of_the_other_office() -> None:
    closed = NamedDay(date(2026, 10, 13), DayKind.OFF, "搬迁", "office:QXJB")
    other = WorkCalendar.of((*seed_days(), closed), seed_years())
    stop = ClockStop(date(2026, 10, 8), date(2026, 10, 10), "asked for the old address")
    trace = explain(date(2026, 9, 30), Allowance(3), CALENDAR, [stop], also_calendar=other)
    assert lines(trace) == [
        "Wed 09-30 - day of receipt",
        "Thu 10-01 - National Day",
        "Fri 10-02 - National Day",
        "Sat 10-03 - National Day",
        "Sun 10-04 - National Day",
        "Mon 10-05 - National Day",
        "Tue 10-06 - National Day",
        "Wed 10-07 - National Day",
        "Thu 10-08 - clock stopped: asked for the old address",
        "Fri 10-09 - clock stopped: asked for the old address",
        "Sat 10-10 + working day 1",
        "Sun 10-11 - Sunday",
        "Mon 10-12 + working day 2",
        "Tue 10-13 - other office: local closure: 搬迁",
        "Wed 10-14 + working day 3",
    ]


def test_calendar_days_that_end_on_a_weekend_and_the_way_back_by_post() -> None:
    trace = explain(date(2026, 3, 4), Allowance(3, DayUnit.CALENDAR), CALENDAR, post_days=1)
    assert lines(trace) == [
        "Wed 03-04 - day of receipt",
        "Thu 03-05 + day 1",
        "Fri 03-06 + day 2",
        "Sat 03-07 + day 3",
        "Sun 03-08 - Sunday",
        "Mon 03-09 - takes the place of a last day that is a rest day or stopped",
        "Tue 03-10 - in the post, day 1",
    ]


def test_a_receipt_on_a_rest_day_in_chinese() -> None:
    strict = WorkCalendar.of(
        seed_days(), seed_years(), receipt_on_rest_day=ReceiptOnRestDay.NEXT_WORKING_DAY
    )
    trace = explain(date(2026, 3, 7), Allowance(1), strict, language=Language.CHINESE)
    assert [(day.on.day, day.reason) for day in trace] == [
        (7, "休息日收到（星期六）"),
        (8, "星期日"),
        (9, "视为收到日，不计入"),
        (10, "第1个工作日"),
    ]


def test_an_open_stop_ends_the_trace_on_its_first_day() -> None:
    trace = explain(date(2026, 3, 2), Allowance(15), CALENDAR, [ClockStop(date(2026, 3, 4), None)])
    assert lines(trace) == [
        "Mon 03-02 - day of receipt",
        "Tue 03-03 + working day 1",
        "Wed 03-04 - clock stopped",
    ]


def test_a_trace_refuses_what_the_rule_refuses_and_what_nobody_would_read() -> None:
    with pytest.raises(InvalidValue, match="fewer than 0"):
        explain(date(2026, 3, 2), Allowance(-1), CALENDAR)
    with pytest.raises(YearNotPublished, match="2027"):
        explain(date(2026, 3, 2), Allowance(10**8), CALENDAR)
    with pytest.raises(InvalidValue, match="4000 days"):
        explain(date(2026, 3, 2), Allowance(3_000), CALENDAR)
