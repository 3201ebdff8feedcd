"""The day ledger of a real case: what a clerk would say whose days they were."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.operations import calendar_days, clock, closing, dispatch
from cases.operations.day_ledgers import ledger_of, ledgers_of
from cases.rules.calendar_days import DayKind
from cases.rules.day_ledger import Account, DayLedger, Stretch
from cases.store import offices, outbox
from cases.store.cases import by_reference
from cases.vocabulary.errors import CaseError
from cases.vocabulary.status import EntryKind, Verdict
from tests.on_record import CHINA
from tests.rules.wall_calendar import day
from tests.settled_worlds import SettledWorlds
from tests.story import Story, instant

Act = Callable[[Story, str], None]


def ledger(story: Story, case: str) -> DayLedger:
    with story.house.database.reading() as session:
        return ledger_of(session, by_reference(session, case), now=story.clock.now())


def stretches(story: Story, case: str) -> list[str]:
    """Return the stretches as lines: "Tue 03 Mar to Mon 09 Mar their_office YZ"."""
    return [
        f"{each.since:%a %d %b} to {last(each.until):%a %d %b} {whose(each)}"
        for each in ledger(story, case).stretches
    ]


def whose(stretch: Stretch) -> str:
    return f"{stretch.account.value} {stretch.office}".strip()


def last(until: date) -> date:
    return date.fromordinal(until.toordinal() - 1)


def asked(story: Story) -> str:
    case = story.open()
    story.rest()
    return case


def answered_and_looked_at_later(story: Story) -> str:
    case = asked(story)
    story.live_until("Mon 2026-03-09 10:00")
    story.reply(case)
    story.live_until("Wed 2026-03-11 10:00")
    story.review(case, Verdict.COMPLETE)
    story.rest()
    return case


def recorded_late(story: Story) -> str:
    case = asked(story)
    story.live_until("Wed 2026-03-11 10:00")
    story.answer(case, received_on=day("Fri 2026-03-06"))
    story.rest()
    return case


def reminded_and_silent(story: Story) -> str:
    case = asked(story)
    story.live_until("Fri 2026-03-27 10:00")
    return case


def a_question_back(story: Story) -> str:
    case = asked(story)
    story.live_until("Thu 2026-03-05 10:00")
    story.answer(case, Verdict.QUESTION)
    story.live_until("Tue 2026-03-10 10:00")
    story.act("zhou", clock.restart_clock, case)
    story.live_until("Thu 2026-03-12 10:00")
    story.answer(case)
    story.rest()
    return case


def referred(story: Story) -> str:
    case = asked(story)
    story.live_until("Wed 2026-03-04 10:00")
    with story.house.database.reading() as session:
        other = offices.by_code(session, "BZ")
    story.act("zhou", closing.refer, case, other, "moved")
    story.live_until("Mon 2026-03-09 10:00")
    return case


def delivered_later(story: Story) -> str:
    case = asked(story)
    story.live_until("Thu 2026-03-05 10:00")
    story.act("mail", clock.record_delivery, case, day("Thu 2026-03-05"))
    story.live_until("Mon 2026-03-09 10:00")
    return case


def closed_and_reopened(story: Story) -> str:
    case = asked(story)
    story.live_until("Wed 2026-03-04 10:00")
    story.act("wu", closing.close, case, "settled by telephone")
    story.live_until("Mon 2026-03-16 10:00")
    story.act("wu", closing.reopen, case, "it was not")
    story.live_until("Wed 2026-03-18 10:00")
    return case


STORIES: dict[str, tuple[Callable[[Story], str], list[str]]] = {
    "they have it until they answer; the days until we look are ours": (
        answered_and_looked_at_later,
        ["Tue 03 Mar to Mon 09 Mar their_office YZ", "Tue 10 Mar to Wed 11 Mar our_office"],
    ),
    "a reply that we recorded late was ours from the day it came": (
        recorded_late,
        ["Tue 03 Mar to Fri 06 Mar their_office YZ", "Sat 07 Mar to Wed 11 Mar our_office"],
    ),
    "a reminder on its way takes no day from the office that has the request": (
        reminded_and_silent,
        ["Tue 03 Mar to Fri 27 Mar their_office YZ"],
    ),
    "a question stops the clock from the day it came, until the clerk restarts it": (
        a_question_back,
        [
            "Tue 03 Mar to Wed 04 Mar their_office YZ",
            "Thu 05 Mar to Mon 09 Mar stop",
            "Tue 10 Mar to Thu 12 Mar their_office YZ",
        ],
    ),
    "after a referral the days are the other office's": (
        referred,
        ["Tue 03 Mar to Wed 04 Mar their_office YZ", "Thu 05 Mar to Mon 09 Mar their_office BZ"],
    ),
    "a delivery that was recorded makes the days before it the post's": (
        delivered_later,
        ["Tue 03 Mar to Thu 05 Mar post YZ", "Fri 06 Mar to Mon 09 Mar their_office YZ"],
    ),
    "a closed case does not age": (
        closed_and_reopened,
        ["Tue 03 Mar to Wed 04 Mar their_office YZ", "Tue 17 Mar to Wed 18 Mar their_office YZ"],
    ),
}


@pytest.mark.parametrize(("live_it", "expected"), STORIES.values(), ids=STORIES)
def test_the_days_are_charged_as_a_clerk_would_say(
    story: Story, live_it: Callable[[Story], str], expected: list[str]
) -> None:
    assert stretches(story, live_it(story)) == expected


def post(story: Story, case: str) -> None:
    """Record that the mail room posted the letter that waits."""
    who, (message,) = story.actor("mail"), story.outbox(case)
    with story.house.database.transaction("posted") as session:
        kept = outbox.get(session, message.id)
        dispatch.record_posted(session, who, kept, now=story.clock.now())


def test_a_letter_by_post_is_on_its_way_until_it_is_presumed_received(story: Story) -> None:
    by_post = story.publish("by-post", channels=["post"], transit_days={"post": 3})
    case = story.open(case_type=by_post)
    story.rest()
    story.clock.at = instant("Wed 2026-03-04 15:00")
    post(story, case)
    story.live_until("Tue 2026-03-10 10:00")
    assert stretches(story, case) == [
        "Tue 03 Mar to Wed 04 Mar our_office",
        "Thu 05 Mar to Sat 07 Mar post YZ",
        "Sun 08 Mar to Tue 10 Mar their_office YZ",
    ]


def test_a_letter_that_was_on_its_way_when_it_was_referred_is_nobodys(story: Story) -> None:
    by_post = story.publish("by-post", channels=["post"], transit_days={"post": 3})
    case = story.open(case_type=by_post)
    story.rest()
    post(story, case)
    story.clock.at = instant("Tue 2026-03-03 15:00")
    with story.house.database.reading() as session:
        other = offices.by_code(session, "BZ")
    story.act("zhou", closing.refer, case, other, "moved")
    story.rest()
    story.live_until("Mon 2026-03-09 10:00")
    assert stretches(story, case) == [
        "Tue 03 Mar to Tue 03 Mar post YZ",
        "Wed 04 Mar to Mon 09 Mar our_office",
    ]


def test_rest_days_follow_the_calendar_of_the_office_that_has_the_case(story: Story) -> None:
    case = answered_and_looked_at_later(story)
    before = ledger(story, case)
    who, now = story.actor("wu"), story.clock.now()
    with story.house.database.transaction("order") as session:
        calendar_days.override_day(
            *(session, who, day("Wed 2026-03-04"), DayKind.OFF, "台风"),
            scope="division:11",
            reason="停工",
            now=now,
        )
    after = ledger(story, case)
    assert before.age == after.age == 9
    assert before.totals()[Account.THEIR_OFFICE] == after.totals()[Account.THEIR_OFFICE] + 1
    assert after.days_of_offices() == {"YZ": 4}


def test_one_look_gives_the_ledgers_of_many_cases(story: Story) -> None:
    first, second = asked(story), referred(story)
    with story.house.database.reading() as session:
        cases = [by_reference(session, each) for each in (first, second)]
        found = ledgers_of(session, cases, now=story.clock.now())
        assert [found[case.id].stretches for case in cases] == [
            ledger_of(session, case, now=story.clock.now()).stretches for case in cases
        ]


def local_day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def age_by_the_journal(story: Story, case: str) -> int:
    """Count the days on whose morning the case was open."""
    age, opened_on = 0, None
    for entry in story.entries(case):
        on = local_day(entry.at)
        if entry.kind in (EntryKind.OPENED, EntryKind.REOPENED):
            opened_on = on
        elif entry.kind in (EntryKind.CLOSED, EntryKind.WITHDRAWN) and opened_on:
            age += (on - opened_on).days
            opened_on = None
    return age + ((local_day(story.clock.now()) - opened_on).days if opened_on else 0)


def refer_to(code: str) -> Act:
    def act(story: Story, case: str) -> None:
        with story.house.database.reading() as session:
            other = offices.by_code(session, code)
        story.act("zhou", closing.refer, case, other, "moved")

    return act


ACTS: dict[str, Act] = {
    "a reply comes": lambda story, case: story.reply(case) and None,
    "it is complete": lambda story, case: story.review(case, Verdict.COMPLETE),
    "it is a question": lambda story, case: story.review(case, Verdict.QUESTION),
    "it is a part": lambda story, case: story.review(case, Verdict.PARTIAL),
    "stop": lambda story, case: story.act("zhou", clock.stop_clock, case, "papers"),
    "restart": lambda story, case: story.act("zhou", clock.restart_clock, case),
    "referred there": refer_to("BZ"),
    "referred back": refer_to("YZ"),
    "closed": lambda story, case: story.act("wu", closing.close, case, "settled"),
    "reopened": lambda story, case: story.act("wu", closing.reopen, case, "not settled"),
    "delivered today": lambda story, case: story.act(
        "mail", clock.record_delivery, case, local_day(story.clock.now())
    ),
}
LIVES = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(list(ACTS))), max_size=8)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=LIVES)
def test_the_sum_is_the_age_whatever_people_did(
    worlds: SettledWorlds, life: list[tuple[int, str]]
) -> None:
    with worlds.story() as story:
        case = asked(story)
        for days, act in life:
            story.clock.at += timedelta(days=days)
            story.rest()
            with suppress(CaseError):  # It was not the time for it.
                ACTS[act](story, case)
            story.rest()
        story.clock.at += timedelta(days=5)
        found = ledger(story, case)
        assert sum(found.totals().values()) == found.age == age_by_the_journal(story, case)
        days_charged = [each.on for each in found.days()]
        assert len(days_charged) == len(set(days_charged)) == found.age
