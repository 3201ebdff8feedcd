"""The work calendar: which days are worked, why, and which rule holds where two meet."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.calendar import WorkCalendar, shared
from cases.rules.calendar_days import DayKind, NamedDay, scopes_of
from cases.rules.calendar_seed import seed_calendar, seed_days, seed_years
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Language
from tests.rules.wall_calendar import day

CALENDAR = seed_calendar()
ONE_DAY = timedelta(days=1)
OFF, WORK = DayKind.OFF, DayKind.WORK
FAR_DAYS = st.dates(date(1, 2, 1), date(9990, 1, 1))


REASONS = {
    "a plain Monday": ("Mon 2026-09-28", True, "working day", "工作日"),
    "a plain Sunday": ("Sun 2026-10-11", False, "Sunday", "星期日"),
    "National Day": ("Thu 2026-10-01", False, "National Day", "国庆节"),
    "the Saturday made up for it": (
        *("Sat 2026-10-10", True, "make-up working day (National Day)", "调休上班（国庆节）"),
    ),
    "Tomb-sweeping Day": ("Sun 2026-04-05", False, "Tomb-sweeping Day", "清明节"),
    "a Monday of a year not published": (
        "Mon 2027-03-01",
        True,
        "taken for a working day: 2027 is not published",
        "暂按工作日计（2027年日历未公布）",
    ),
}


@pytest.mark.parametrize(
    ("on", "works", "english", "chinese"), REASONS.values(), ids=REASONS.keys()
)
def test_every_day_says_why_it_counts_or_not(
    on: str, works: bool, english: str, chinese: str
) -> None:
    assert CALENDAR.is_working(day(on)) is works
    assert CALENDAR.reason(day(on)) == english
    assert CALENDAR.reason(day(on), Language.CHINESE) == chinese


MONDAY = day("Mon 2026-03-30")
PRECEDENCE = {
    "a province's holiday holds over the nation": (
        [NamedDay(MONDAY, OFF, "三月三", "division:45")],
        *(False, "local holiday: 三月三"),
    ),
    "a county works through the province's holiday": (
        [
            NamedDay(MONDAY, WORK, "抢险", "division:450102"),
            NamedDay(MONDAY, OFF, "三月三", "division:45"),
        ],
        *(True, "local working day: 抢险"),
    ),
    "an office closes although its county works": (
        [
            NamedDay(MONDAY, OFF, "搬迁", "office:QXJB"),
            NamedDay(MONDAY, WORK, "抢险", "division:450102"),
        ],
        *(False, "local closure: 搬迁"),
    ),
    "a single-day order holds over all of them": (
        [
            NamedDay(MONDAY, WORK, "值守", "national", is_override=True),
            NamedDay(MONDAY, OFF, "搬迁", "office:QXJB"),
        ],
        *(True, "worked by special order: 值守"),
    ),
    "an office's order holds over the nation's order": (
        [
            NamedDay(MONDAY, OFF, "台风", "office:QXJB", is_override=True),
            NamedDay(MONDAY, WORK, "值守", "national", is_override=True),
        ],
        *(False, "off by special order: 台风"),
    ),
}


@pytest.mark.parametrize(("days", "works", "reason"), PRECEDENCE.values(), ids=PRECEDENCE.keys())
def test_the_narrowest_rule_holds(days: list[NamedDay], works: bool, reason: str) -> None:
    for given_days in (days, days[::-1]):
        calendar = WorkCalendar.of((*given_days, *seed_days()), seed_years())
        assert calendar.is_working(MONDAY) is works
        assert calendar.reason(MONDAY) == reason


def test_an_office_takes_the_days_of_every_division_above_it() -> None:
    assert scopes_of("510107023", "WHJB") == (
        *("national", "division:51", "division:5101", "division:510107", "division:510107023"),
        "office:WHJB",
    )
    assert scopes_of("", "") == ("national",)


@pytest.mark.parametrize(
    "scope", ["", "province:51", "division:", "division:5", "division:４５", "office:", "National"]
)
def test_a_scope_that_cannot_be_read_is_refused(scope: str) -> None:
    with pytest.raises(InvalidValue, match="scope"):
        WorkCalendar.of([NamedDay(MONDAY, OFF, "停电", scope)], [2026])


def test_the_seed_knows_2004_to_2026_without_a_gap() -> None:
    assert seed_years()[0] == 2004
    assert seed_years()[-1] >= 2026
    assert seed_years() == tuple(range(2004, seed_years()[-1] + 1))
    assert all(CALENDAR.published(year) for year in seed_years())
    assert not CALENDAR.published(2003)


def test_a_second_source_agrees_on_every_day_but_one() -> None:
    """`holidays` works on 2005-12-31, which the 2006 notice made the first day off."""
    other = holidays.country_holidays("CN", years=range(2004, 2027))
    days = [date(2004, 1, 1) + timedelta(days=n) for n in range(365 * 23 + 6)]
    assert days[-1] == date(2026, 12, 31)
    disagreed = [on for on in days if CALENDAR.is_working(on) != other.is_working_day(on)]
    assert disagreed == [date(2005, 12, 31)]


@given(FAR_DAYS)
def test_the_rank_grows_by_one_exactly_on_working_days(on: date) -> None:
    ordinal = on.toordinal()
    grown = CALENDAR.rank(ordinal) - CALENDAR.rank(ordinal - 1)
    assert grown == CALENDAR.is_working(on)


@given(st.one_of(FAR_DAYS, st.dates(date(2003, 12, 1), date(2027, 1, 31))))
def test_the_next_working_day_is_worked_and_nothing_before_it_is(on: date) -> None:
    found = CALENDAR.next_working_day(on)
    assert CALENDAR.is_working(found)
    between = [on + timedelta(days=n) for n in range((found - on).days)]
    assert not any(CALENDAR.is_working(passed) for passed in between)


@given(st.dates(date(2003, 1, 1), date(2028, 1, 1)), st.integers(-5, 800))
def test_counting_a_span_counts_its_working_days(since: date, length: int) -> None:
    span = [since + timedelta(days=n) for n in range(length)]
    worked = [on for on in span if CALENDAR.is_working(on)]
    assert CALENDAR.count(since, since + timedelta(days=length)) == len(worked)
    assert CALENDAR.working_days(since, since + timedelta(days=length)) == [
        passed + ONE_DAY for passed in span if CALENDAR.is_working(passed + ONE_DAY)
    ]


@given(
    *(
        st.dictionaries(
            st.dates(date(2025, 12, 1), date(2026, 2, 28)), st.sampled_from(DayKind), max_size=20
        ),
    )
    * 2
)
def test_two_offices_share_the_days_on_which_both_work(
    ours: dict[date, DayKind], theirs: dict[date, DayKind]
) -> None:
    one, other = (
        WorkCalendar.of(
            (*seed_days(), *(NamedDay(on, kind, "本地", "office:A") for on, kind in own.items())),
            seed_years(),
        )
        for own in (ours, theirs)
    )
    both = shared(one, other)
    for n in range(120):
        on = date(2025, 11, 15) + timedelta(days=n)
        assert both.is_working(on) == (one.is_working(on) and other.is_working(on))
        assert both.reason(on)
    assert shared(one, other) is both
