"""Letters that the engine writes by itself leave in office hours, spread."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.calendar_seed import seed_calendar
from cases.rules.office_hours import next_office_instant, spread_in_office_hours
from cases.vocabulary.errors import InvalidValue

CALENDAR = seed_calendar()
CHINA = ZoneInfo("Asia/Shanghai")
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone


def local(text: str) -> datetime:
    """Read "Mon 2026-09-28 08:00" as office time."""
    parsed = datetime.fromisoformat(text[4:]).replace(tzinfo=CHINA)
    assert f"{parsed:%a}" == text[:3], f"{text} is a {parsed:%A}"
    return parsed


HOURS = {
    "before opening, the letter waits until nine": (
        *("Mon 2026-09-28 00:00", "Mon 2026-09-28 09:00"),
    ),
    "in office hours it leaves at once": ("Mon 2026-09-28 11:30", "Mon 2026-09-28 11:30"),
    "at closing time it waits until tomorrow": ("Mon 2026-09-28 17:00", "Tue 2026-09-29 09:00"),
    "on Friday evening it waits until Monday": ("Fri 2026-03-06 18:00", "Mon 2026-03-09 09:00"),
    "over National Day it waits for 8 October": ("Wed 2026-09-30 17:30", "Thu 2026-10-08 09:00"),
    "a Saturday that is worked is an office day": (
        *("Sat 2026-10-10 08:00", "Sat 2026-10-10 09:00"),
    ),
}


@pytest.mark.parametrize(("now", "leaves"), HOURS.values(), ids=HOURS.keys())
def test_office_hours(now: str, leaves: str) -> None:
    found = next_office_instant(local(now), CALENDAR)
    assert found == local(leaves)
    assert found.tzinfo is UTC


def test_an_office_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(InvalidValue, match="open"):
        next_office_instant(local("Mon 2026-09-28 08:00"), CALENDAR, time(17), time(9))


@given(INSTANTS, st.text(max_size=20))
def test_a_spread_letter_leaves_in_office_hours_not_before_its_time_and_always_at_the_same_instant(
    since: datetime, key: str
) -> None:
    leaves = spread_in_office_hours(since, key, CALENDAR)
    assert leaves >= since
    assert CALENDAR.is_working(leaves.astimezone(CHINA).date())
    assert time(9) <= leaves.astimezone(CHINA).time() < time(17)
    assert spread_in_office_hours(since, key, CALENDAR) == leaves


def test_a_thousand_letters_of_one_morning_spread_over_four_hours() -> None:
    since = local("Mon 2026-09-28 00:00")
    leave = [spread_in_office_hours(since, f"case-{n}", CALENDAR) for n in range(1_000)]
    first = local("Mon 2026-09-28 09:00")
    per_hour = [
        sum(first + timedelta(hours=n) <= at < first + timedelta(hours=n + 1) for at in leave)
        for n in range(4)
    ]
    assert sum(per_hour) == 1_000
    assert all(200 < letters < 300 for letters in per_hour)


def test_what_does_not_fit_before_closing_goes_on_the_next_working_day() -> None:
    since = local("Fri 2026-03-06 16:00")
    days = {
        spread_in_office_hours(since, f"case-{n}", CALENDAR).astimezone(CHINA).date()
        for n in range(100)
    }
    assert {f"{day:%a}" for day in days} == {"Fri", "Mon"}
