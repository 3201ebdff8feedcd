"""Due dates asked for by text: one question, one answer, and never a traceback."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.calendar_seed import seed_calendar
from cases.rules.due_lines import answer, answer_line
from cases.vocabulary.errors import InvalidValue, YearNotPublished

CALENDAR = seed_calendar()

STARTS = {
    "a date": ("2026-09-28", "2026-09-29"),
    "an instant in the office's zone": ("2026-09-28T16:00+08:00", "2026-09-29"),
    "an instant without an offset is local": ("2026-09-28T23:59:59", "2026-09-29"),
    "15:59 in UTC is the same day in the office": ("2026-09-28T15:59:59Z", "2026-09-29"),
    "16:00 in UTC is the next day in the office": ("2026-09-28T16:00:00Z", "2026-09-30"),
    "an evening in New York is the next day": ("2026-09-28T12:00-04:00", "2026-09-30"),
    "blanks around it": ("  2026-09-28 ", "2026-09-29"),
}


@pytest.mark.parametrize(("start", "due"), STARTS.values(), ids=STARTS.keys())
def test_a_start_is_taken_to_the_offices_day(start: str, due: str) -> None:
    assert answer(start, "1", CALENDAR) == {"due_on": due, "counted": [due]}


def test_the_counted_days_are_those_that_count() -> None:
    assert answer("2026-09-28T16:00+08:00", "5", CALENDAR) == {
        "due_on": "2026-10-10",
        "counted": ["2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"],
    }


def test_no_days_allowed_count_none() -> None:
    assert answer("2026-09-28", "0", CALENDAR) == {"due_on": "2026-09-28", "counted": []}


@pytest.mark.parametrize("days", ["15", "999999"])
def test_a_count_into_an_unpublished_year_is_refused_by_its_name(days: str) -> None:
    with pytest.raises(YearNotPublished, match="2027"):
        answer("2026-12-11", days, CALENDAR)


UNREADABLE = {
    "no days": ("2026-09-28", ""),
    "a negative number": ("2026-09-28", "-1"),
    "half a day": ("2026-09-28", "1.5"),
    "digits of another script": ("2026-09-28", "１５"),
    "a number without end": ("2026-09-28", "9" * 5_000),
    "no start": ("", "15"),
    "a day that does not exist": ("2026-02-30", "15"),
    "an instant before all zones": ("0001-01-01T00:00+23:59", "15"),
}


@pytest.mark.parametrize(("start", "days"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_refused(start: str, days: str) -> None:
    with pytest.raises(InvalidValue):
        answer(start, days, CALENDAR)


LINES = st.one_of(
    st.text(max_size=40),
    st.tuples(st.text(max_size=20), st.text(max_size=8)).map("\t".join),
    st.tuples(
        st.one_of(st.dates().map(str), st.datetimes(timezones=st.timezones()).map(str)),
        st.integers(-5, 10**8).map(str),
    ).map("\t".join),
)


@given(LINES)
def test_every_line_has_one_answer_that_can_be_printed(line: str) -> None:
    printed = json.dumps(answer_line(line, CALENDAR))
    assert "\n" not in printed
    assert set(json.loads(printed)) in ({"due_on", "counted"}, {"refused"})


def test_a_line_without_a_tab_is_refused() -> None:
    assert answer_line("2026-09-28 15", CALENDAR) == {
        "refused": "not START<TAB>DAYS: '2026-09-28 15'"
    }
    assert answer_line("2026-09-28\t1\r\n", CALENDAR)["due_on"] == "2026-09-29"
