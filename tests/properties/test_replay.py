"""Replay: running a flow again changes nothing, and a life stopped anywhere ends the same."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.store import journal_proof, leases
from cases.vocabulary.status import Verdict
from flows.turn import take_turn
from tests.outside_world import Power
from tests.properties.lives import (
    MOMENTS,
    Step,
    answered,
    left,
    live,
    mailed,
    scripts,
    until,
)
from tests.settled_worlds import SettledWorlds
from tests.story import Story

SEEDED = settings(
    derandomize=True,
    max_examples=2,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
REMINDED_AND_ANSWERED = [until(MOMENTS[1]), *answered(Verdict.COMPLETE)]


def run_again(story: Story, case: str, times: int) -> None:
    """Run the flow's body over its journal, whatever the date of the case."""
    for _ in range(times):
        with story.house.database.transaction("again") as session:
            row = story.locked(session, case)
            claim = leases.claim_one(
                session, row.id, holder="again", lease_ms=60_000, is_turn=False
            )
        assert claim is not None
        take_turn(story.house, claim, story.body(claim))
        with story.house.database.transaction("give-back") as session:
            leases.release(session, claim, ended_well=True)


def proved(story: Story) -> None:
    with story.house.database.reading() as session:
        assert list(journal_proof.verify(session)) == []


@SEEDED
@given(scripts(), st.integers(1, 3))
def test_a_flow_that_runs_again_over_its_journal_changes_nothing(
    worlds: SettledWorlds, script: list[Step], times: int
) -> None:
    with worlds.story() as story:
        case = live(story, [])
        for step in script:
            step(story, case)
            story.rest()
            before = left(story, case)
            run_again(story, case, times)
            assert left(story, case) == before
        proved(story)


@SEEDED
@given(scripts(), st.data())
def test_a_life_that_is_stopped_anywhere_ends_the_same(
    worlds: SettledWorlds, script: list[Step], data: st.DataObject
) -> None:
    with worlds.story() as whole:
        expected, mails, points = lived(whole, script)
    for place in data.draw(st.lists(st.integers(1, points), min_size=2, max_size=2)):
        with worlds.story() as story:
            case = live(story, script, cut_after=place)
            assert left(story, case) == expected
            assert mailed(story) == mails
            proved(story)


def lived(story: Story, script: list[Step]) -> tuple[list[str], list[tuple[str, int]], int]:
    """Live a script undisturbed; return what is left, the mails, and the points it reached."""
    many = 10**6
    case = live(story, [])
    story.power.points_left = many
    for step in script:
        step(story, case)
    points = many - (story.power.points_left or 0)
    story.power.points_left = None
    return left(story, case), mailed(story), points


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_life_with_a_reminder_is_stopped_before_each_commit_in_turn(
    worlds: SettledWorlds,
) -> None:
    """So every prefix of its transactions is gone on from.

    Both kinds of databases reach the same points, in pairs: before and after a commit.
    """
    with worlds.story() as whole:
        expected, mails, points = lived(whole, REMINDED_AND_ANSWERED)
    assert points > 40
    for place in range(1, points, 2):
        with worlds.story() as story:
            case = live(story, REMINDED_AND_ANSWERED, cut_after=place)
            assert left(story, case) == expected, f"stopped at point {place}"
            assert mailed(story) == mails


def test_the_power_is_cut_once() -> None:
    power = Power()
    power.points_left = 1
    with pytest.raises(BaseException, match="first:before-commit"):
        power.reached("first:before-commit")
    power.reached("second:before-commit")
