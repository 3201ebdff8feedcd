"""Whose turn it is: replies, clerks, dates, bulk; and one office after the other."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from cases.operations import directory
from cases.store import leases, offices
from cases.store.cases import locked_by_reference
from cases.store.leases import Claim, DueQueue
from cases.vocabulary.status import Priority, Role
from flows.case_loop import CaseLoop
from tests.story import Story
from tests.world import office


def loop_of(story: Story) -> CaseLoop:
    """Return a loop that is only asked what it would claim."""
    nothing = cast(Any, None)
    return CaseLoop(story.house, holder="loop", through_prefect=nothing, watch=nothing)


def claim(loop: CaseLoop, free: int) -> list[Claim]:
    return loop._claim(free)


def open_with(story: Story, priority: Priority, login: str = "zhou") -> str:
    case = story.open(login)
    with story.house.database.transaction("wake") as session:
        locked_by_reference(session, case).priority = priority
    story.clock.at += timedelta(seconds=1)
    return case


def open_office(story: Story, code: str) -> str:
    """Enter an office of ours with one clerk, and return the clerk's login."""
    login = f"clerk-{code.lower()}"
    story.enter(office(code, "示例街道办事处", "Office (sample)", is_ours=True))
    with story.house.database.transaction("person") as session:
        directory.add_person(session, directory.FOUNDER, login, "示例", code, [Role.CLERK])
    return login


def office_of(story: Story, code: str) -> UUID:
    with story.house.database.reading() as session:
        return offices.by_code(session, code).id


class TestPriority:
    def test_a_reply_goes_first_then_a_clerk_then_what_is_due_then_bulk(self, story: Story) -> None:
        backwards = (Priority.BULK, Priority.DUE, Priority.CLERK, Priority.REPLY)
        opened = [open_with(story, priority) for priority in backwards]
        loop = loop_of(story)
        taken = [claim(loop, 1)[0].reference for _ in opened]
        assert taken == opened[::-1]

    def test_all_replies_go_before_the_first_that_is_due_though_there_is_room(
        self, story: Story
    ) -> None:
        due = [open_with(story, Priority.DUE) for _ in range(4)]
        replied = [open_with(story, Priority.REPLY) for _ in range(4)]
        loop = loop_of(story)
        assert {each.reference for each in claim(loop, 4)} == set(replied)
        assert {each.reference for each in claim(loop, 4)} == set(due)

    def test_room_that_the_replies_leave_is_used(self, story: Story) -> None:
        due = [open_with(story, Priority.DUE) for _ in range(4)]
        reply = open_with(story, Priority.REPLY)
        taken = [each.reference for each in claim(loop_of(story), 4)]
        assert taken[0] == reply
        assert sorted(taken[1:]) == due[:3]

    def test_within_one_queue_the_one_waiting_longest_goes_first(self, story: Story) -> None:
        opened = [open_with(story, Priority.CLERK) for _ in range(3)]
        loop = loop_of(story)
        assert [claim(loop, 1)[0].reference for _ in opened] == opened

    def test_nothing_due_nothing_claimed(self, story: Story) -> None:
        assert claim(loop_of(story), 4) == []


class TestOffices:
    @pytest.fixture
    def logins(self, story: Story) -> dict[str, str]:
        """Three offices of ours and a clerk of each."""
        return {"XQ": "zhou", "DQ": open_office(story, "DQ"), "NQ": open_office(story, "NQ")}

    def offices_taken(self, story: Story, claims: Sequence[Claim]) -> list[UUID]:
        return [story.case(each.reference).office_id for each in claims]

    def test_an_office_with_a_flood_does_not_keep_the_others_waiting(
        self, story: Story, logins: dict[str, str]
    ) -> None:
        for _ in range(9):
            open_with(story, Priority.DUE, logins["XQ"])
        for code in ("DQ", "NQ"):
            open_with(story, Priority.DUE, logins[code])
        loop = loop_of(story)
        taken = [office for _ in range(3) for office in self.offices_taken(story, claim(loop, 1))]
        assert sorted(taken) == sorted(office_of(story, code) for code in logins)

    def test_the_room_is_shared_out_in_one_go_too(
        self, story: Story, logins: dict[str, str]
    ) -> None:
        for login in logins.values():
            for _ in range(5):
                open_with(story, Priority.DUE, login)
        taken = self.offices_taken(story, claim(loop_of(story), 6))
        assert sorted(taken.count(office_of(story, code)) for code in logins) == [2, 2, 2]

    def test_they_take_turns(self, story: Story, logins: dict[str, str]) -> None:
        for login in logins.values():
            for _ in range(3):
                open_with(story, Priority.DUE, login)
        loop = loop_of(story)
        rounds = [
            {office for _ in range(3) for office in self.offices_taken(story, claim(loop, 1))}
            for _ in range(3)
        ]
        assert all(len(each) == 3 for each in rounds)

    def test_each_priority_has_a_turn_of_its_own(
        self, story: Story, logins: dict[str, str]
    ) -> None:
        """That an office's reply was served says nothing of its dates."""
        for login in (logins["XQ"], logins["DQ"]):
            open_with(story, Priority.DUE, login)
        open_with(story, Priority.REPLY, logins["XQ"])
        loop = loop_of(story)
        claim(loop, 1)
        taken = self.offices_taken(story, [*claim(loop, 1), *claim(loop, 1)])
        assert len(set(taken)) == 2


def test_queues_are_what_is_due_by_priority_and_office(story: Story) -> None:
    first = open_with(story, Priority.CLERK)
    open_with(story, Priority.CLERK)
    open_with(story, Priority.REPLY)
    sleeping = story.open()
    with story.house.database.transaction("sleep") as session:
        case = locked_by_reference(session, sleeping)
        case.wake_at = story.clock.now() + timedelta(days=1)
    with story.house.database.reading() as session:
        queues = leases.due_queues(session, story.clock.now())
    ours, oldest = office_of(story, "XQ"), story.case(first).wake_at
    assert [(each.priority, each.office_id) for each in queues] == [
        (Priority.REPLY, ours),
        (Priority.CLERK, ours),
    ]
    assert isinstance(queues[1], DueQueue)
    assert queues[1].oldest == oldest
