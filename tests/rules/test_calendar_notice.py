"""A year is read from a holiday-cn-shaped file only when it can be the year's notice."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.calendar_days import DayKind, NamedDay
from cases.rules.calendar_notice import DayDifference, differences, read_notice
from cases.rules.calendar_seed import seed_days, seed_years
from cases.vocabulary.errors import InvalidValue

EXAMPLES = Path(__file__).parents[2] / "examples" / "calendar"


def payload() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLES / "2026.json").read_text(encoding="utf-8"))
    return loaded


def test_the_example_of_2026_holds_exactly_the_days_of_the_seed() -> None:
    notice = read_notice(payload())
    assert notice.year == 2026
    assert list(notice.days) == [day for day in seed_days() if day.on.year == 2026]


def test_the_sample_of_a_future_year_says_that_it_is_no_notice() -> None:
    sample = json.loads((EXAMPLES / "2027.sample.json").read_text(encoding="utf-8"))
    notice = read_notice(sample)
    assert notice.year == 2027
    assert "SAMPLE" in notice.note


@pytest.mark.parametrize("year", seed_years())
def test_every_year_published_so_far_is_plausible(year: int) -> None:
    days = [day for day in seed_days() if day.on.year == year]
    listed = [
        {"name": day.name, "date": str(day.on), "isOffDay": day.kind is DayKind.OFF} for day in days
    ]
    assert list(read_notice({"year": year, "days": listed}).days) == days


def changed(**values: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda notice: {**notice, **values}


def with_day(day: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda notice: {**notice, "days": [*notice["days"], day]}


REFUSED = {
    "the file is a list": (lambda notice: notice["days"], "not an object"),
    "the file holds nothing": (lambda _: None, "not an object"),
    "no year": (changed(year=None), "'year'"),
    "a year in words": (changed(year="2026"), "'year'"),
    "true is no year": (changed(year=True), "'year'"),
    "a year of another age": (changed(year=1026), "'year'"),
    "no list of days": (changed(days=None), "not a list"),
    "an empty list": (changed(days=[]), "empty"),
    "a date of the next year": (
        with_day({"name": "元旦", "date": "2027-01-01", "isOffDay": True}),
        "2027-01-01 belongs to 2027",
    ),
    "a date of the year before": (
        with_day({"name": "元旦", "date": "2025-12-31", "isOffDay": True}),
        "2025-12-31 belongs to 2025",
    ),
    "a make-up day on a weekday": (
        with_day({"name": "国庆节", "date": "2026-10-12", "isOffDay": False}),
        "2026-10-12 is a Monday",
    ),
    "a date twice": (
        with_day({"name": "元旦", "date": "2026-01-01", "isOffDay": True}),
        "2026-01-01 is listed twice",
    ),
    "a day that does not exist": (
        with_day({"name": "元旦", "date": "2026-02-30", "isOffDay": True}),
        "not a date",
    ),
    "a date with a time": (
        with_day({"name": "元旦", "date": "2026-03-03T00:00", "isOffDay": True}),
        "not a date",
    ),
    "a date that is a number": (
        with_day({"name": "元旦", "date": 20260303, "isOffDay": True}),
        "not a date",
    ),
    "a day without a name": (
        with_day({"name": " ", "date": "2026-03-03", "isOffDay": True}),
        "no name",
    ),
    "off or worked left open": (
        with_day({"name": "元旦", "date": "2026-03-03", "isOffDay": "true"}),
        "neither true nor false",
    ),
    "a day that is a text": (with_day("2026-03-03"), "not an object"),
    "too few days off": (lambda notice: {**notice, "days": notice["days"][:12]}, "plausible"),
    "too many days off": (
        lambda notice: {
            **notice,
            "days": [
                {"name": "春节", "date": f"2026-0{month}-{day:02}", "isOffDay": True}
                for month in (3, 7)
                for day in range(1, 29)
            ],
        },
        "plausible",
    ),
    "too many make-up days": (
        lambda notice: {
            **notice,
            "days": [
                *(day for day in notice["days"] if day["isOffDay"]),
                *(
                    {"name": "春节", "date": f"2026-11-{day:02}", "isOffDay": False}
                    for day in (1, 7, 8, 14, 15, 21, 22, 28, 29)
                ),
                *(
                    {"name": "春节", "date": f"2026-12-{day:02}", "isOffDay": False}
                    for day in (5, 6, 12, 13, 19, 20, 26)
                ),
            ],
        },
        "make-up days",
    ),
    "papers that are no list": (changed(papers="gov"), "'papers'"),
    "a note that is no text": (changed(note=7), "'note'"),
}


@pytest.mark.parametrize(("change", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_a_notice_is_refused_by_name(
    change: Callable[[dict[str, Any]], Any], words: str
) -> None:
    with pytest.raises(InvalidValue, match=words):
        read_notice(change(payload()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["year", "days", "name", "date", "isOffDay"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_the_file_holds_it_is_read_or_refused(content: object) -> None:
    with pytest.raises(InvalidValue):
        read_notice(content)


def test_two_versions_of_a_year_are_compared_by_date() -> None:
    kept = NamedDay(date(2026, 1, 1), DayKind.OFF, "元旦")
    dropped = NamedDay(date(2026, 1, 2), DayKind.OFF, "元旦")
    turned = NamedDay(date(2026, 1, 4), DayKind.WORK, "元旦")
    turned_off = NamedDay(date(2026, 1, 4), DayKind.OFF, "元旦")
    added = NamedDay(date(2026, 2, 14), DayKind.WORK, "春节")
    assert differences([kept, dropped, turned], [added, turned_off, kept]) == (
        DayDifference(date(2026, 1, 2), dropped, None),
        DayDifference(date(2026, 1, 4), turned, turned_off),
        DayDifference(date(2026, 2, 14), None, added),
    )
