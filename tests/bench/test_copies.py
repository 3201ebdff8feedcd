"""The bench's copies are cases like the one they were made from: they wake, look and park."""

from datetime import timedelta

from sqlmodel import col, select

from bench.copies import Original
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.vocabulary.status import Awaiting, Priority
from tests.story import Story

COPIES = 7


def original_of(story: Story, reference: str) -> Original:
    case = story.case(reference)
    url = story.house.database.url
    return Original(url, None, case_id=case.id, reference=reference, run_id=None)


def test_copies_have_identifiers_of_their_own_throughout(story: Story) -> None:
    case = story.open()
    story.rest()
    copied = original_of(story, case).copy(COPIES, series="T")
    assert len({story.case(case).id, *copied}) == COPIES + 1
    rows = story.rows(select(Case.reference, Letter.id).join(Letter))
    assert len(rows) == len({letter for _, letter in rows}) == COPIES + 1
    assert len({reference for reference, _ in rows}) == COPIES + 1


def test_a_copy_that_is_due_has_its_turn_and_parks_as_the_original_did(story: Story) -> None:
    case = story.open()
    story.rest()
    parked = story.case(case)
    assert parked.awaiting is Awaiting.REPLY
    now = story.clock.now().strftime("%F %T")
    due = {"cases": {"wake_at": now, "priority": Priority.REPLY.value}}
    copied = original_of(story, case).copy(COPIES, series="D", changes=lambda _number: due)
    assert story.turn() == COPIES
    rows = story.rows(select(Case).where(col(Case.id).in_(copied)))
    assert {(row.awaiting, row.wake_at, row.owner) for row in rows} == {
        (parked.awaiting, parked.wake_at, parked.owner)
    }


def test_a_copy_whose_letter_came_long_ago_climbs(story: Story) -> None:
    case = story.open()
    story.rest()
    long_ago = (story.clock.now() - timedelta(days=40)).date().isoformat()
    changes = {
        "cases": {"wake_at": story.clock.now().strftime("%F %T")},
        "letter": {"received_on": long_ago},
    }
    original_of(story, case).copy(1, series="C", changes=lambda _number: changes)
    story.turn()
    assert [letter.rung for letter in story.letters("HC-C-000000")] == [0, 1]
