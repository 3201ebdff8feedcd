"""The ladder, by the clock on the wall: due Mon 2026-03-23 at the day's end in China."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.calendar_seed import seed_calendar
from cases.rules.due_dates import end_of_day
from cases.rules.ladder import INTAKE_PATIENCE, PERSON_PATIENCE, Move, WaitFacts, decide
from cases.vocabulary.status import Awaiting, NextAction
from cases.vocabulary.values import DueDate, Parked
from tests.rules.wall_calendar import day
from tests.story import instant

DUE_ON = day("Mon 2026-03-23")
DUE = DueDate(DUE_ON, end_of_day(DUE_ON, seed_calendar()))
MIDNIGHT = instant("Tue 2026-03-24 00:00")
EVENING = instant("Mon 2026-03-23 20:00")
FACTS = WaitFacts(now=MIDNIGHT, clerk="zhou", manager="manager:XQ", due=DUE)


def said(decision: Move | Parked) -> str:
    if isinstance(decision, Move):
        return decision.value
    until = "" if decision.wake_at is None else f" until {decision.wake_at - MIDNIGHT}"
    return f"{decision.next_action.value} by {decision.owner}{until}"


TABLE = {
    "due and nothing in the way": ({}, "climb"),
    "one second before midnight it still waits": (
        {"now": MIDNIGHT - timedelta(seconds=1)},
        "climb by engine until 0:00:00",
    ),
    "an answer ends the waiting": ({"is_answered": True, "now": EVENING}, "answered"),
    "an answer counts though a second reply waits": (
        {"is_answered": True, "has_reply_to_look_at": True},
        "answered",
    ),
    "a reply waits for a look": ({"has_reply_to_look_at": True}, "look by zhou"),
    "a letter waits for its signature": (
        {"letter_awaits_signature": True, "letter_has_left": False},
        "sign by manager:XQ",
    ),
    "the letter before has not left": ({"letter_has_left": False}, "send by engine"),
    "a letter for the post is the mail room's": (
        {"letter_has_left": False, "mail_room": "mail_room:XQ"},
        "send by mail_room:XQ",
    ),
    "a letter that was given up is the clerk's, by post or not": (
        {"letter_has_left": False, "dispatch_failed": True, "mail_room": "mail_room:XQ"},
        "repair_dispatch by zhou",
    ),
    "the manager has it": ({"is_with_manager": True, "due": None}, "decide by manager:XQ"),
    "the clock stands": ({"clock_is_stopped": True, "due": None}, "restart_clock by zhou"),
    "the year is not published": (
        {"due": replace(DUE, is_provisional=True, missing_years=(2027,))},
        "publish_calendar by manager:XQ",
    ),
    "the mailbox was read before the day was over": (
        {"has_intake": True, "intake_read_at": MIDNIGHT - timedelta(seconds=1)},
        "read_intake by engine until 0:10:00",
    ),
    "the mailbox was never read": ({"has_intake": True}, "read_intake by engine until 0:10:00"),
    "the mailbox was read at midnight": (
        {"has_intake": True, "intake_read_at": MIDNIGHT},
        "climb",
    ),
}


@pytest.mark.parametrize(("facts", "decision"), TABLE.values(), ids=TABLE.keys())
def test_what_a_waiting_case_does(facts: dict[str, object], decision: str) -> None:
    assert said(decide(replace(FACTS, **facts))) == decision  # type: ignore[arg-type]


def test_a_letter_that_may_leave_later_says_when() -> None:
    leaves_at = MIDNIGHT + timedelta(hours=9)
    parked = decide(replace(FACTS, letter_has_left=False, leaves_at=leaves_at))
    assert isinstance(parked, Parked)
    assert (parked.next_action_at, parked.wake_at) == (leaves_at, None)
    overdue = decide(replace(FACTS, letter_has_left=False, leaves_at=EVENING))
    assert isinstance(overdue, Parked)
    assert overdue.next_action_at == MIDNIGHT


INSTANTS = st.integers(-40 * 86_400, 40 * 86_400).map(lambda s: MIDNIGHT + timedelta(seconds=s))
DUE_DATES = st.builds(
    lambda at, is_provisional: DueDate(at.date(), at, is_provisional), INSTANTS, st.booleans()
)
ANY_FACTS = st.builds(
    WaitFacts,
    now=INSTANTS,
    clerk=st.just("zhou"),
    manager=st.just("manager:XQ"),
    is_answered=st.booleans(),
    has_reply_to_look_at=st.booleans(),
    letter_awaits_signature=st.booleans(),
    letter_has_left=st.booleans(),
    dispatch_failed=st.booleans(),
    leaves_at=st.none() | INSTANTS,
    mail_room=st.sampled_from(["", "mail_room:XQ"]),
    clock_is_stopped=st.booleans(),
    due=st.none() | DUE_DATES,
    intake_read_at=st.none() | INSTANTS,
    has_intake=st.booleans(),
    is_with_manager=st.booleans(),
)


@given(ANY_FACTS)
def test_a_rung_is_climbed_only_when_nothing_speaks_for_the_office(facts: WaitFacts) -> None:
    if decide(facts) is not Move.CLIMB:
        return
    assert not facts.is_answered
    assert not facts.has_reply_to_look_at
    assert facts.letter_has_left
    assert not facts.letter_awaits_signature
    assert not facts.clock_is_stopped
    assert not facts.is_with_manager
    assert facts.due is not None
    assert not facts.due.is_provisional
    assert facts.now > facts.due.due_at
    if facts.has_intake:
        assert facts.intake_read_at is not None
        assert facts.intake_read_at > facts.due.due_at


@given(ANY_FACTS)
def test_an_answer_always_ends_the_waiting(facts: WaitFacts) -> None:
    assert (decide(facts) is Move.ANSWERED) == facts.is_answered


@given(ANY_FACTS)
def test_whatever_is_waited_for_has_an_owner_and_a_date_that_is_not_past(facts: WaitFacts) -> None:
    parked = decide(facts)
    if isinstance(parked, Move):
        return
    assert parked.owner in ("zhou", "manager:XQ", "mail_room:XQ", "engine")
    assert parked.next_action_at >= facts.now
    assert parked.wake_at is None or parked.wake_at > facts.now


@given(ANY_FACTS)
def test_whoever_waits_for_the_engine_is_woken_or_sends(facts: WaitFacts) -> None:
    parked = decide(facts)
    if isinstance(parked, Parked) and parked.owner == "engine":
        assert parked.wake_at is not None or parked.awaiting is Awaiting.DISPATCH


@given(ANY_FACTS, st.integers(1, 90))
def test_only_time_cannot_take_a_climb_back(facts: WaitFacts, days: int) -> None:
    """Once a rung is due it stays due; a later look never finds it early again."""
    if decide(facts) is Move.CLIMB:
        assert decide(replace(facts, now=facts.now + timedelta(days=days))) is Move.CLIMB


@given(ANY_FACTS)
def test_asked_again_at_the_instant_it_named_a_waiting_case_moves_or_names_a_later_one(
    facts: WaitFacts,
) -> None:
    parked = decide(facts)
    if isinstance(parked, Parked) and parked.wake_at is not None:
        again = decide(replace(facts, now=parked.wake_at))
        assert isinstance(again, Move) or later(again) > parked.wake_at


def later(parked: Parked) -> datetime:
    assert parked.next_action is NextAction.READ_INTAKE
    assert parked.wake_at is not None
    return parked.wake_at


def test_patience_is_ten_minutes_with_a_mailbox_and_three_days_with_a_person() -> None:
    assert timedelta(minutes=10) == INTAKE_PATIENCE
    assert timedelta(days=3) == PERSON_PATIENCE
