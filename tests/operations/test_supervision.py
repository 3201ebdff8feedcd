"""Hold, quarantine, release: a case that cannot go on has an owner and is not forgotten."""

import pytest

from cases.operations import supervision
from cases.store import leases
from cases.store.cases import locked_by_reference
from cases.vocabulary.errors import CaseIsNotHeld, InvalidValue, NotAllowed
from cases.vocabulary.status import CaseStatus, Priority
from tests.story import Story


@pytest.fixture
def held(story: Story) -> str:
    """Open a case, ask, and hold it."""
    case = story.open()
    story.rest()
    story.hold(case)
    return case


def test_a_held_case_is_the_managers_and_climbs_nothing(story: Story, held: str) -> None:
    assert story.stands(held) == "release by manager:XQ on Mon 2026-03-02"
    story.live_until("Fri 2026-05-29 10:00")
    assert story.case(held).status is CaseStatus.HELD
    assert len(story.letters(held)) == 1


def test_released_it_goes_on_where_it_stood(story: Story, held: str) -> None:
    story.live_until("Mon 2026-03-09 10:00")
    story.act("wu", supervision.release, held, "the run was cancelled by mistake")
    story.rest()
    assert story.stands(held) == "climb by engine on Tue 2026-03-24"


def test_released_after_its_date_it_climbs_at_once(story: Story, held: str) -> None:
    story.live_until("Wed 2026-03-25 09:00")
    story.act("wu", supervision.release, held, "the run was cancelled by mistake")
    story.live_until("Wed 2026-03-25 17:00")
    assert story.life(held)[-2:] == ["Wed 2026-03-25 reminded", "Wed 2026-03-25 left"]


def test_a_reply_to_a_held_case_waits_for_the_release_and_is_looked_at_then(
    story: Story, held: str
) -> None:
    story.reply(held)
    assert story.stands(held).startswith("release by manager:XQ")
    story.act("wu", supervision.release, held, "go on")
    story.rest()
    assert story.stands(held) == "look by zhou on Thu 2026-03-05"


def test_nothing_wakes_a_held_case_but_its_release(story: Story, held: str) -> None:
    with story.house.database.transaction("wake") as session:
        case = locked_by_reference(session, held)
        leases.wake(case, now=story.clock.now(), priority=Priority.CLERK)
    assert story.stands(held).startswith("release by manager:XQ")
    assert story.turn() == 0


def test_holding_twice_or_a_closed_case_changes_nothing(story: Story, held: str) -> None:
    before = story.case(held).journal_seq
    story.hold(held)
    assert story.case(held).journal_seq == before
    other = story.open()
    story.rest()
    story.answer(other)
    story.rest()
    story.hold(other)
    assert story.stands(other) == "closed answered"


def test_a_quarantined_case_is_released_with_its_attempts_forgotten(story: Story) -> None:
    case = story.open()
    story.rest()
    story.quarantine(case)
    assert story.stands(case) == "release by manager:XQ on Mon 2026-03-02"
    story.quarantine(case)
    with story.house.database.transaction("attempts") as session:
        story.locked(session, case).attempts = 5
    story.act("wu", supervision.release, case, "the address was mended")
    assert story.case(case).attempts == 0
    story.rest()
    assert story.stands(case) == "climb by engine on Tue 2026-03-24"
    kinds = [entry.kind.value for entry in story.entries(case)]
    assert kinds.count("quarantined") == 1


def test_a_closed_case_in_quarantine_is_closed_again_when_released(story: Story) -> None:
    case = story.open()
    story.rest()
    story.answer(case)
    story.rest()
    story.quarantine(case)
    story.act("wu", supervision.release, case, "the notice can be printed now")
    story.rest()
    assert story.stands(case) == "closed answered"


def test_a_release_needs_a_manager_a_reason_and_a_held_case(story: Story, held: str) -> None:
    with pytest.raises(NotAllowed, match="manager"):
        story.act("zhou", supervision.release, held, "go on")
    with pytest.raises(InvalidValue, match="reason"):
        story.act("wu", supervision.release, held, "")
    story.act("wu", supervision.release, held, "go on")
    with pytest.raises(CaseIsNotHeld, match="is open"):
        story.act("wu", supervision.release, held, "go on")
