"""Who stands in for whom: chains, their end, circles and gaps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.absences import Away, Colleague, check, stand_in, wards
from cases.vocabulary.errors import NobodyStandsIn
from cases.vocabulary.status import Role
from tests.rules.wall_calendar import day

OFFICE = [
    *(Colleague(login, frozenset({Role.CLERK})) for login in ("ann", "bo", "chen")),
    *(Colleague(login, frozenset({Role.MANAGER})) for login in ("ma", "mi")),
    Colleague("post", frozenset({Role.MAIL_ROOM})),
]


def away(login: str, since: str, until: str, substitute: str) -> Away:
    return Away(login, day(since), day(until), substitute)


CHAIN = [
    away("ann", "Mon 2026-03-02", "Fri 2026-03-13", "bo"),
    away("bo", "Wed 2026-03-04", "Thu 2026-03-05", "chen"),
]


@pytest.mark.parametrize(
    ("on", "works"),
    [
        ("Sun 2026-03-01", "ann"),
        ("Mon 2026-03-02", "bo"),
        ("Wed 2026-03-04", "chen"),
        ("Thu 2026-03-05", "chen"),
        ("Fri 2026-03-06", "bo"),
        ("Fri 2026-03-13", "bo"),
        ("Sat 2026-03-14", "ann"),
    ],
)
def test_a_to_b_to_c_and_back_again(on: str, works: str) -> None:
    assert stand_in("ann", day(on), CHAIN, OFFICE) == works
    assert ("ann" in wards(works, day(on), CHAIN, OFFICE)) == (works != "ann")


REFUSED = {
    "a circle of two": (
        away("bo", "Mon 2026-03-02", "Mon 2026-03-02", "ann"),
        "ann → bo → ann goes in a circle",
    ),
    "a circle that begins later": (
        away("chen", "Mon 2026-03-02", "Wed 2026-03-04", "ann"),
        "on 2026-03-04 the chain of substitutes ann → bo → chen → ann goes in a circle",
    ),
    "for oneself": (
        away("chen", "Fri 2026-03-13", "Fri 2026-03-13", "chen"),
        "chen → chen goes in a circle",
    ),
    "by somebody who works elsewhere": (
        away("chen", "Fri 2026-03-13", "Fri 2026-03-13", "zheng"),
        "gap: zheng does not work here",
    ),
    "a manager by a clerk, who could not sign": (
        away("ma", "Fri 2026-03-13", "Fri 2026-03-13", "bo"),
        "gap: bo is no manager",
    ),
    "a clerk by the mail room, at the end of a chain": (
        away("chen", "Thu 2026-03-05", "Thu 2026-03-05", "post"),
        "on 2026-03-05 the chain of substitutes ann → bo → chen → post has a gap: post is no clerk",
    ),
}


@pytest.mark.parametrize(("new", "why"), REFUSED.values(), ids=REFUSED)
def test_what_would_leave_work_with_nobody_is_named_and_refused(new: Away, why: str) -> None:
    with pytest.raises(NobodyStandsIn, match=why):
        check(new, CHAIN, OFFICE)


def test_a_manager_stands_in_for_a_clerk_and_a_clerk_for_the_mail_room() -> None:
    check(away("chen", "Mon 2026-03-02", "Fri 2026-03-06", "ma"), CHAIN, OFFICE)
    check(away("post", "Mon 2026-03-02", "Fri 2026-03-06", "chen"), CHAIN, OFFICE)


def test_a_chain_that_somebody_left_does_not_stop_the_others() -> None:
    left = [Away("ann", date(2026, 3, 2), date(2026, 3, 6), "gone")]
    check(away("chen", "Mon 2026-03-02", "Fri 2026-03-06", "bo"), left, OFFICE)
    assert wards("gone", day("Mon 2026-03-02"), left, OFFICE) == []


LOGINS = st.sampled_from(["ann", "bo", "chen", "ma", "mi"])
DAYS = st.integers(0, 6).map(lambda number: date(2026, 3, 2) + timedelta(days=number))
PLANS = st.lists(st.tuples(LOGINS, DAYS, DAYS, LOGINS), max_size=8)


@given(PLANS)
def test_what_was_recorded_leaves_no_work_with_nobody_on_any_day(
    plans: list[tuple[str, date, date, str]],
) -> None:
    book: list[Away] = []
    for login, one, other, substitute in plans:
        new = Away(login, min(one, other), max(one, other), substitute)
        if any(e.login == login and e.since <= new.until and new.since <= e.until for e in book):
            continue
        try:
            check(new, book, OFFICE)
        except NobodyStandsIn:
            continue
        book.append(new)
    for number in range(7):
        on = date(2026, 3, 2) + timedelta(days=number)
        absent = {each.login for each in book if each.holds_on(on)}
        heirs = {login: stand_in(login, on, book, OFFICE) for login in absent}
        assert absent.isdisjoint(heirs.values())
        assert {
            login: heir for heir in set(heirs.values()) for login in wards(heir, on, book, OFFICE)
        } == heirs
