"""The day ledger: every day of a case is charged to exactly one account."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.calendar import WorkCalendar
from cases.rules.calendar_days import DayKind, NamedDay
from cases.rules.calendar_seed import seed_calendar, seed_days, seed_years
from cases.rules.day_ledger import Account, Fact, FactKind, day_ledger
from cases.rules.due_dates import due_date
from cases.vocabulary.values import Allowance, ClockStop
from tests.rules.wall_calendar import day

CALENDAR = seed_calendar()


def fact(text: str, kind: FactKind, about: str = "", office: str = "") -> Fact:
    return Fact(day(text), kind, about, office)


BY_POST = [
    fact("Mon 2026-03-02", FactKind.OPENED),
    fact("Mon 2026-03-02", FactKind.LEFT, "r1", "QXJB"),
    fact("Thu 2026-03-05", FactKind.RECEIVED, "r1", "QXJB"),
    fact("Fri 2026-03-13", FactKind.REPLY_ARRIVED, "a1"),
    fact("Tue 2026-03-17", FactKind.REPLY_LOOKED_AT, "a1"),
    fact("Tue 2026-03-17", FactKind.ENDED, "r1"),
    fact("Tue 2026-03-17", FactKind.CLOSED),
]
QUESTION_ASKED = [
    fact("Mon 2026-03-02", FactKind.OPENED),
    fact("Mon 2026-03-02", FactKind.RECEIVED, "r1", "QXJB"),
    fact("Thu 2026-03-05", FactKind.STOPPED, "s1"),
    fact("Tue 2026-03-10", FactKind.RESTARTED, "s1"),
    fact("Thu 2026-03-12", FactKind.CLOSED),
]
APPLICANT_WANTED = [
    fact("Mon 2026-03-02", FactKind.OPENED),
    fact("Tue 2026-03-03", FactKind.APPLICANT_ASKED, "p1"),
    fact("Mon 2026-03-09", FactKind.APPLICANT_ANSWERED, "p1"),
    fact("Tue 2026-03-10", FactKind.CLOSED),
]
REFERRED = [
    fact("Mon 2026-03-02", FactKind.OPENED),
    fact("Mon 2026-03-02", FactKind.RECEIVED, "r1", "QXJB"),
    fact("Wed 2026-03-04", FactKind.ENDED, "r1"),
    fact("Wed 2026-03-04", FactKind.LEFT, "r2", "WHJB"),
    fact("Thu 2026-03-05", FactKind.RECEIVED, "r2", "WHJB"),
    fact("Wed 2026-03-11", FactKind.CLOSED),
]
REOPENED = [
    fact("Mon 2026-03-02", FactKind.OPENED),
    fact("Mon 2026-03-02", FactKind.RECEIVED, "r1", "QXJB"),
    fact("Tue 2026-03-03", FactKind.STOPPED, "s1"),
    fact("Tue 2026-03-03", FactKind.APPLICANT_ASKED, "p1"),
    fact("Wed 2026-03-04", FactKind.CLOSED),
    fact("Mon 2026-03-16", FactKind.REOPENED),
    fact("Tue 2026-03-17", FactKind.CLOSED),
]
LEDGERS = {
    "by post: three days on the way, six with the office, two on our desk": (
        BY_POST,
        {Account.POST: 3, Account.THEIR_OFFICE: 6, Account.REST_DAY: 4, Account.OUR_OFFICE: 2},
    ),
    "a question stops the clock, its weekend included": (
        QUESTION_ASKED,
        {Account.THEIR_OFFICE: 5, Account.STOP: 5},
    ),
    "days for the applicant's papers are the applicant's, weekends too": (
        APPLICANT_WANTED,
        {Account.OUR_OFFICE: 2, Account.APPLICANT: 6},
    ),
    "a referral: two offices and one day on the way": (
        REFERRED,
        {Account.THEIR_OFFICE: 6, Account.POST: 1, Account.REST_DAY: 2},
    ),
    "a closed case ages no further, and is reopened with a clean slate": (
        REOPENED,
        {Account.STOP: 1, Account.APPLICANT: 1, Account.OUR_OFFICE: 1},
    ),
    "a case that was never opened has no days": ([], {}),
}


@pytest.mark.parametrize(("facts", "totals"), LEDGERS.values(), ids=LEDGERS.keys())
def test_each_day_has_one_account(facts: list[Fact], totals: dict[Account, int]) -> None:
    ledger = day_ledger(facts, date(2026, 6, 30), CALENDAR)
    assert {account: days for account, days in ledger.totals().items() if days} == totals
    assert ledger.age == sum(totals.values())


def test_days_are_kept_apart_by_office_after_a_referral() -> None:
    ledger = day_ledger(REFERRED, date(2026, 6, 30), CALENDAR)
    assert ledger.days_of_offices() == {"QXJB": 2, "WHJB": 4}


def test_every_day_says_why_it_is_charged() -> None:
    ledger = day_ledger(BY_POST, date(2026, 3, 14), CALENDAR)
    assert [
        f"{charged.on:%a %d} {charged.account} {charged.reason}" for charged in ledger.days()
    ] == [
        "Tue 03 post the letter is on its way",
        "Wed 04 post the letter is on its way",
        "Thu 05 post the letter is on its way",
        "Fri 06 their_office the asked office has it",
        "Sat 07 rest_day Saturday",
        "Sun 08 rest_day Sunday",
        "Mon 09 their_office the asked office has it",
        "Tue 10 their_office the asked office has it",
        "Wed 11 their_office the asked office has it",
        "Thu 12 their_office the asked office has it",
        "Fri 13 their_office the asked office has it",
        "Sat 14 rest_day Saturday",
    ]


def test_an_office_rests_on_the_days_of_its_own_calendar() -> None:
    closed = NamedDay(date(2026, 3, 10), DayKind.OFF, "搬迁", "office:QXJB")
    theirs = WorkCalendar.of((*seed_days(), closed), seed_years())
    ledger = day_ledger(BY_POST, date(2026, 6, 30), CALENDAR, {"QXJB": theirs})
    assert ledger.totals()[Account.THEIR_OFFICE] == 5
    assert ledger.totals()[Account.REST_DAY] == 5
    assert ledger.age == 15


def test_a_reminder_on_its_way_does_not_take_the_day_from_the_office_that_has_the_request() -> None:
    reminded = [*BY_POST[:3], fact("Mon 2026-03-09", FactKind.LEFT, "r1-reminder", "QXJB")]
    ledger = day_ledger(reminded, date(2026, 3, 13), CALENDAR)
    assert ledger.totals()[Account.THEIR_OFFICE] == 6


# Properties ---------------------------------------------------------------------------------

DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 1))
NAMES = st.sampled_from(["a", "b", "c"])
FACTS = st.lists(
    st.builds(Fact, DAYS, st.sampled_from(FactKind), NAMES, st.sampled_from(["QXJB", "WHJB"])),
    max_size=40,
)
CALENDARS = st.dictionaries(DAYS, st.sampled_from(DayKind), max_size=20).map(
    lambda days: WorkCalendar.of(
        [NamedDay(on, kind, "本地", "office:A") for on, kind in days.items()], [2026]
    )
)


def age_by_walking(facts: list[Fact], as_of: date) -> int:
    """Count the days on whose morning the case was open."""
    age, is_open = 0, False
    for n in range((as_of - date(2025, 6, 1)).days + 1):
        today = date(2025, 6, 1) + timedelta(days=n)
        age += is_open
        for happened in sorted(facts, key=lambda known: known.on):
            if happened.on == today and happened.kind in (FactKind.OPENED, FactKind.REOPENED):
                is_open = True
            elif happened.on == today and happened.kind is FactKind.CLOSED:
                is_open = False
    return age


@given(FACTS, DAYS, CALENDARS, CALENDARS)
def test_the_sum_is_the_age_under_any_sequence_of_facts(
    facts: list[Fact], as_of: date, ours: WorkCalendar, theirs: WorkCalendar
) -> None:
    ledger = day_ledger(facts, as_of, ours, {"QXJB": theirs})
    assert sum(ledger.totals().values()) == ledger.age == age_by_walking(facts, as_of)


@given(FACTS, DAYS, CALENDARS, CALENDARS)
def test_the_days_one_by_one_agree_with_the_totals_and_none_comes_twice(
    facts: list[Fact], as_of: date, ours: WorkCalendar, theirs: WorkCalendar
) -> None:
    ledger = day_ledger(facts, as_of, ours, {"QXJB": theirs})
    days = list(ledger.days())
    counted = Counter(day.account for day in days)
    assert ledger.totals() == {account: counted[account] for account in Account}
    assert [day.on for day in days] == sorted({day.on for day in days})
    assert all(day.reason for day in days)


@given(FACTS, DAYS, CALENDARS)
def test_another_calendar_moves_days_only_to_and_from_rest_days(
    facts: list[Fact], as_of: date, other: WorkCalendar
) -> None:
    before = day_ledger(facts, as_of, CALENDAR)
    after = day_ledger(facts, as_of, other)
    assert before.age == after.age
    for account in (Account.POST, Account.APPLICANT, Account.STOP):
        assert before.totals()[account] == after.totals()[account]


@given(
    st.dates(date(2025, 6, 1), date(2026, 12, 31)),
    st.integers(1, 60),
    CALENDARS,
    st.lists(
        st.tuples(st.dates(date(2025, 6, 1), date(2027, 1, 31)), st.integers(0, 30)), max_size=3
    ),
)
def test_an_office_that_answers_on_its_last_day_is_charged_exactly_the_days_allowed(
    received: date, allowed: int, calendar: WorkCalendar, stopped: list[tuple[date, int]]
) -> None:
    stops = [ClockStop(since, since + timedelta(days=length)) for since, length in stopped]
    due = due_date(received, Allowance(allowed), calendar, stops)
    assert due is not None
    facts = [
        Fact(received, FactKind.OPENED),
        Fact(received, FactKind.RECEIVED, "r1", "QXJB"),
        *(Fact(stop.since, FactKind.STOPPED, str(n)) for n, stop in enumerate(stops)),
        *(
            Fact(stop.until, FactKind.RESTARTED, str(n))
            for n, stop in enumerate(stops)
            if stop.until
        ),
        Fact(due.due_on, FactKind.CLOSED),
    ]
    assert day_ledger(facts, due.due_on, calendar).totals()[Account.THEIR_OFFICE] == allowed
