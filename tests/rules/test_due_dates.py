"""Due dates that a clerk can check with a wall calendar of 2026 in hand.

2026, as published: off 1 to 3 January, 15 to 23 February, 4 to 6 April, 1 to 5 May, 19 to 21
June, 25 to 27 September, 1 to 7 October. Worked: Sun 4 January, Sat 14 and 28 February, Sat 9
May, Sun 20 September, Sat 10 October.
"""

from datetime import UTC, datetime

import pytest

from cases.rules.calendar import ReceiptOnRestDay, WorkCalendar
from cases.rules.calendar_days import DayKind, NamedDay
from cases.rules.calendar_seed import seed_calendar, seed_days, seed_years
from cases.rules.due_dates import due_date, local_day, published_only
from cases.vocabulary.errors import InvalidValue, YearNotPublished
from cases.vocabulary.status import DayUnit
from cases.vocabulary.values import Allowance, ClockStop, DueDate
from tests.rules.wall_calendar import day

CALENDAR = seed_calendar()


def written(due: DueDate | None) -> str:
    return "stopped" if due is None else f"{due.due_on:%a %F}"


def stops(*periods: tuple[str, str | None]) -> list[ClockStop]:
    return [ClockStop(day(since), day(until) if until else None) for since, until in periods]


WORKING_DAYS = {
    "the day of receipt does not count": ("Mon 2026-03-02", 1, "Tue 2026-03-03"),
    "after a Friday the first working day is Monday": ("Fri 2026-03-06", 1, "Mon 2026-03-09"),
    "received on a Sunday, Monday is the first day": ("Sun 2026-03-08", 1, "Mon 2026-03-09"),
    "three plain weeks": ("Mon 2026-03-02", 15, "Mon 2026-03-23"),
    "the Saturday made up for Spring Festival counts": ("Fri 2026-02-13", 1, "Sat 2026-02-14"),
    "nine days of Spring Festival do not count": ("Fri 2026-02-13", 2, "Tue 2026-02-24"),
    "the Saturday after Spring Festival counts": ("Fri 2026-02-27", 1, "Sat 2026-02-28"),
    "New Year's Day does not count, the Sunday made up does": (
        *("Wed 2025-12-31", 1, "Sun 2026-01-04"),
    ),
    "Labour Day does not count": ("Thu 2026-04-30", 3, "Fri 2026-05-08"),
    "the Saturday made up for Labour Day counts": ("Thu 2026-04-30", 4, "Sat 2026-05-09"),
    "over National Day, with its Saturday": ("Mon 2026-09-28", 15, "Fri 2026-10-23"),
    "up to the last day of a published year": ("Thu 2026-12-10", 15, "Thu 2026-12-31"),
    "Spring Festival 2020 was made longer by order": ("Thu 2020-01-23", 1, "Mon 2020-02-03"),
    "New Year's Eve of 2024 was worked": ("Thu 2024-02-08", 1, "Fri 2024-02-09"),
    "no day allowed: the day of receipt": ("Mon 2026-03-02", 0, "Mon 2026-03-02"),
    "no day allowed on a Sunday: Monday": ("Sun 2026-03-08", 0, "Mon 2026-03-09"),
}


@pytest.mark.parametrize(
    ("received", "days", "due"), WORKING_DAYS.values(), ids=WORKING_DAYS.keys()
)
def test_working_days(received: str, days: int, due: str) -> None:
    found = due_date(day(received), Allowance(days), CALENDAR)
    assert written(found) == due
    assert found is not None
    assert not found.is_provisional


CALENDAR_DAYS = {
    "ten days": ("Mon 2026-03-02", 10, "Thu 2026-03-12"),
    "a last day on Sunday becomes Monday": ("Mon 2026-03-02", 6, "Mon 2026-03-09"),
    "a last day on 1 October becomes 8 October": ("Mon 2026-09-21", 10, "Thu 2026-10-08"),
    "a Saturday that is made up is a last day": ("Wed 2026-09-30", 10, "Sat 2026-10-10"),
    "weekends on the way count": ("Fri 2026-03-06", 30, "Tue 2026-04-07"),
}


@pytest.mark.parametrize(
    ("received", "days", "due"), CALENDAR_DAYS.values(), ids=CALENDAR_DAYS.keys()
)
def test_calendar_days_roll_past_a_rest_day_at_the_end(received: str, days: int, due: str) -> None:
    found = due_date(day(received), Allowance(days, DayUnit.CALENDAR), CALENDAR)
    assert written(found) == due


STOPPED = {
    "three working days stopped come back": (
        *([("Wed 2026-03-11", "Mon 2026-03-16")], "Thu 2026-03-26"),
    ),
    "a stop over a weekend gives nothing back": (
        *([("Sat 2026-03-07", "Mon 2026-03-09")], "Mon 2026-03-23"),
    ),
    "two stops that overlap count once": (
        [("Wed 2026-03-11", "Fri 2026-03-13"), ("Thu 2026-03-12", "Mon 2026-03-16")],
        "Thu 2026-03-26",
    ),
    "a second stop on the days given back": (
        [("Wed 2026-03-11", "Mon 2026-03-16"), ("Wed 2026-03-25", "Fri 2026-03-27")],
        "Mon 2026-03-30",
    ),
    "a stop that begins on the last day": (
        *([("Mon 2026-03-23", "Wed 2026-03-25")], "Wed 2026-03-25"),
    ),
    "a stop after the last day comes too late": (
        *([("Tue 2026-03-24", "Mon 2026-03-30")], "Mon 2026-03-23"),
    ),
    "a stop before the receipt is over": (
        *([("Mon 2026-02-23", "Mon 2026-03-02")], "Mon 2026-03-23"),
    ),
    "a stop that began before the receipt": (
        *([("Wed 2026-02-25", "Thu 2026-03-05")], "Wed 2026-03-25"),
    ),
    "a stop ended on the day it began": (
        *([("Wed 2026-03-11", "Wed 2026-03-11")], "Mon 2026-03-23"),
    ),
    "a stop that nobody has ended": ([("Wed 2026-03-11", None)], "stopped"),
}


@pytest.mark.parametrize(("periods", "due"), STOPPED.values(), ids=STOPPED.keys())
def test_clock_stops_give_their_days_back(periods: list[tuple[str, str | None]], due: str) -> None:
    """Fifteen working days from Mon 2026-03-02; without a stop they end on Mon 2026-03-23."""
    found = due_date(day("Mon 2026-03-02"), Allowance(15), CALENDAR, stops(*periods))
    assert written(found) == due


def test_a_stop_that_begins_while_the_last_day_is_rolled_moves_it() -> None:
    """Six calendar days end on Sun 2026-03-08, rolled to Monday; Monday is stopped."""
    stopped = stops(("Mon 2026-03-09", "Wed 2026-03-11"))
    found = due_date(day("Mon 2026-03-02"), Allowance(6, DayUnit.CALENDAR), CALENDAR, stopped)
    assert written(found) == "Wed 2026-03-11"


def test_a_stop_on_the_day_of_receipt_moves_even_an_allowance_of_no_days() -> None:
    stopped = stops(("Mon 2026-03-02", "Tue 2026-03-03"))
    for unit in DayUnit:
        found = due_date(day("Mon 2026-03-02"), Allowance(0, unit), CALENDAR, stopped)
        assert written(found) == "Tue 2026-03-03"


def test_an_extension_adds_days_of_the_same_unit() -> None:
    working = due_date(day("Mon 2026-03-02"), Allowance(15), CALENDAR, extension_days=5)
    calendar = due_date(
        day("Mon 2026-03-02"), Allowance(8, DayUnit.CALENDAR), CALENDAR, extension_days=2
    )
    assert (written(working), written(calendar)) == ("Mon 2026-03-30", "Thu 2026-03-12")


POST = {
    "three days of post": (3, "Thu 2026-03-26"),
    "post that arrives on a Saturday is taken in on Monday": (5, "Mon 2026-03-30"),
}


@pytest.mark.parametrize(("post_days", "due"), POST.values(), ids=POST.keys())
def test_the_answer_may_take_its_days_in_the_post(post_days: int, due: str) -> None:
    """Fifteen working days from Mon 2026-03-02 end on Mon 2026-03-23."""
    found = due_date(day("Mon 2026-03-02"), Allowance(15), CALENDAR, post_days=post_days)
    assert written(found) == due


def test_a_day_counts_only_when_both_offices_work() -> None:
    closed = NamedDay(day("Wed 2026-03-11"), DayKind.OFF, "防汛停工", "office:WHJB")
    other = WorkCalendar.of((*seed_days(), closed), seed_years())
    found = due_date(day("Mon 2026-03-02"), Allowance(15), CALENDAR, also_calendar=other)
    same = due_date(day("Mon 2026-03-02"), Allowance(15), other, also_calendar=CALENDAR)
    assert written(found) == written(same) == "Tue 2026-03-24"


RECEIPT_ON_REST_DAY = {
    "Sunday, taken as Monday": ("Sun 2026-03-08", 1, "Tue 2026-03-10"),
    "National Day, taken as 8 October": ("Fri 2026-10-02", 1, "Fri 2026-10-09"),
    "a Saturday that is worked is no rest day": ("Sat 2026-02-28", 1, "Mon 2026-03-02"),
    "a plain Monday": ("Mon 2026-03-02", 1, "Tue 2026-03-03"),
}


@pytest.mark.parametrize(
    ("received", "days", "due"), RECEIPT_ON_REST_DAY.values(), ids=RECEIPT_ON_REST_DAY.keys()
)
def test_a_receipt_on_a_rest_day_can_be_taken_as_the_next_working_day(
    received: str, days: int, due: str
) -> None:
    strict = WorkCalendar.of(
        seed_days(), seed_years(), receipt_on_rest_day=ReceiptOnRestDay.NEXT_WORKING_DAY
    )
    assert written(due_date(day(received), Allowance(days), strict)) == due


def test_the_last_day_ends_one_second_before_midnight_in_the_offices_zone() -> None:
    found = due_date(day("Mon 2026-03-02"), Allowance(1), CALENDAR)
    assert found is not None
    assert found.due_at == datetime(2026, 3, 3, 15, 59, 59, tzinfo=UTC)


def test_an_evening_in_utc_is_the_next_day_in_the_office() -> None:
    assert local_day(datetime(2026, 9, 28, 16, tzinfo=UTC), CALENDAR) == day("Tue 2026-09-29")
    assert local_day(datetime(2026, 9, 28, 15, tzinfo=UTC), CALENDAR) == day("Mon 2026-09-28")


PROVISIONAL = {
    "fifteen working days run into 2027": (
        *("Fri 2026-12-11", Allowance(15), "Fri 2027-01-01", (2027,)),
    ),
    "a receipt in an unpublished year": (
        *("Mon 2027-03-01", Allowance(5), "Mon 2027-03-08", (2027,)),
    ),
    "a count over three years": (
        *("Thu 2026-12-31", Allowance(262), "Mon 2028-01-03", (2027, 2028)),
    ),
    "calendar days that end in 2027": (
        *("Tue 2026-12-15", Allowance(30, DayUnit.CALENDAR), "Thu 2027-01-14", (2027,)),
    ),
    "an answer that is in the post at the year's end": (
        *("Thu 2026-12-10", Allowance(15), "Mon 2027-01-04", (2027,)),
    ),
}


@pytest.mark.parametrize(
    ("received", "allowance", "due", "missing"), PROVISIONAL.values(), ids=PROVISIONAL.keys()
)
def test_a_date_that_touches_an_unpublished_year_is_provisional(
    received: str, allowance: Allowance, due: str, missing: tuple[int, ...]
) -> None:
    post_days = 2 if received == "Thu 2026-12-10" else 0
    found = due_date(day(received), allowance, CALENDAR, post_days=post_days)
    assert written(found) == due
    assert found is not None
    assert found.is_provisional
    assert found.missing_years == missing
    with pytest.raises(YearNotPublished, match=str(missing[0])):
        published_only(found)


def test_calendar_days_do_not_need_the_years_on_the_way() -> None:
    """Only the last day's year says whether the date holds; 2026 is published."""
    known = WorkCalendar.of(seed_days(), {2026})
    found = due_date(day("Wed 2025-12-17"), Allowance(30, DayUnit.CALENDAR), known)
    assert written(found) == "Fri 2026-01-16"
    assert found is not None
    assert not found.is_provisional


def test_the_year_of_the_receipt_matters_only_where_a_receipt_on_a_rest_day_is_moved() -> None:
    """Received on Wed 2003-12-31; 2003 is not published, 2004 is."""
    strict = WorkCalendar.of(
        seed_days(), seed_years(), receipt_on_rest_day=ReceiptOnRestDay.NEXT_WORKING_DAY
    )
    as_is = due_date(day("Wed 2003-12-31"), Allowance(1), CALENDAR)
    moved = due_date(day("Wed 2003-12-31"), Allowance(1), strict)
    assert written(as_is) == written(moved) == "Fri 2004-01-02"
    assert as_is is not None
    assert moved is not None
    assert (as_is.missing_years, moved.missing_years) == ((), (2003,))


def test_without_any_calendar_every_date_is_provisional() -> None:
    found = due_date(day("Mon 2026-03-02"), Allowance(15), WorkCalendar.of((), ()))
    assert written(found) == "Mon 2026-03-23"
    assert found is not None
    assert found.missing_years == (2026,)


@pytest.mark.parametrize("days", [10**7, 10**30])
def test_a_count_past_the_last_day_of_all_names_the_first_unpublished_year(days: int) -> None:
    for unit in DayUnit:
        with pytest.raises(YearNotPublished, match="2027"):
            due_date(day("Mon 2026-03-02"), Allowance(days, unit), CALENDAR)


@pytest.mark.parametrize(
    ("days", "extension", "post"), [(-1, 0, 0), (1, -1, 0), (1, 0, -1)], ids=str
)
def test_fewer_than_no_days_are_refused(days: int, extension: int, post: int) -> None:
    with pytest.raises(InvalidValue, match="fewer than 0"):
        due_date(
            day("Mon 2026-03-02"),
            Allowance(days),
            CALENDAR,
            extension_days=extension,
            post_days=post,
        )
