"""What a person does to a case's run in Prefect's pages, to the millisecond (design, point 12).

Prefect names nobody, so nothing done there decides anything; but nothing done there is lost.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from cases.operations import closing, supervision
from cases.vocabulary.status import CaseStatus, Outcome
from tests.flows.engine_room import EngineRoom, Perform, soon

pytestmark = pytest.mark.prefect

STOPS = [
    pytest.param("Cancelling", False, id="cancels it"),
    pytest.param("Cancelled", False, id="sets it to Cancelled"),
    pytest.param("Completed", False, id="sets it to Completed"),
    pytest.param("Paused", True, id="forces it to Paused"),
]


async def asleep(room: EngineRoom) -> str:
    """Return a case that waits for the home office's reply."""
    case = room.story.open()
    await room.rest()
    await room.reporter.pay()
    assert await room.state_name(case) == "AwaitingReply"
    return case


def is_held(room: EngineRoom, case: str) -> None:
    """Check that the manager is asked, and that the lease is given back."""
    found = room.story.case(case)
    assert found.status is CaseStatus.HELD
    assert room.story.stands(case).startswith("release by manager:XQ on ")
    assert found.wake_at is None
    assert found.lease_holder is None


@pytest.mark.parametrize(("state", "force"), STOPS)
def test_a_person_stops_the_run_of_a_sleeping_case_and_the_manager_is_asked(
    perform: Perform, state: str, force: bool
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        await room.watch.look()
        room.person_sets(case, state, force=force)
        await room.watch.look()
        is_held(room, case)
        assert len(room.story.outbox(case)) == 1  # The request; nothing since.

    perform(scene)


@pytest.mark.parametrize(("state", "force"), STOPS)
def test_a_run_stopped_just_before_its_turn_gets_no_turn(
    perform: Perform, state: str, force: bool
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        before = len(room.story.entries(case))
        room.person_sets(case, state, force=force)
        room.story.clock.at += timedelta(days=40)
        assert await room.turn() == 1
        is_held(room, case)
        assert [entry.kind.value for entry in room.story.entries(case)[before:]] == ["held"]
        assert await room.turn() == 0

    perform(scene)


BEFORE, BETWEEN = "just before it starts", "between the look at the run and its start"
DURING, AFTER = "while the flow runs", "just before it is parked"


def when(moment: str, room: EngineRoom, act: Callable[[], None]) -> None:
    """Let a person act at one moment of the next turn."""
    schedule = room.prefect.schedule

    async def between(*given: Any) -> Any:
        room.prefect.schedule = schedule  # type: ignore[method-assign]
        if moment == BETWEEN:
            act()
        state_id = await schedule(*given)
        if moment == BEFORE:
            act()
        return state_id

    room.prefect.schedule = between  # type: ignore[method-assign]
    if moment == DURING:
        room.story.on_point("reminded:before-commit", act)
    elif moment == AFTER:
        room.story.on_point("report:before", act)


@pytest.mark.parametrize(
    ("state", "moment"),
    [
        *(
            (state, moment)
            for state in ("Cancelling", "Cancelled")
            for moment in (BETWEEN, BEFORE, DURING, AFTER)
        ),
        ("Completed", BETWEEN),
        ("Completed", AFTER),
        ("Suspended", DURING),  # Prefect suspends a running run only.
        ("Suspended", AFTER),
    ],
)
def test_no_call_of_ours_erases_what_a_person_does_to_a_run_in_its_turn(
    perform: Perform, state: str, moment: str
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        room.story.clock.at += timedelta(days=25)  # The first reminder is due.
        # Prefect lives by the real time; there the run shall still be parked for later.
        await room.prefect.schedule((await room.run_of(case)).id, "AwaitingReply", soon(3600))
        acted: list[str] = []

        def act() -> None:
            room.person_sets(case, state)
            acted.append(state)

        when(moment, room, act)
        for _ in range(3):
            await room.turn()
        await room.watch.look()
        assert acted == [state]
        is_held(room, case)
        left = len(room.story.mail.accepted)
        await asyncio.to_thread(room.story.send)
        assert len(room.story.mail.accepted) == left == 1

    perform(scene)


def test_cancelling_is_brought_to_its_end(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        room.person_sets(case, "Running", force=True)
        room.person_sets(case, "Cancelling")
        assert await room.state_name(case) == "Cancelling"
        await room.watch.look()
        await room.reporter.pay()
        assert await room.state_name(case) == "Held"
        assert room.owed(case) is None

    perform(scene)


def test_a_released_case_goes_on_under_a_new_run(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        first = await room.run_of(case)
        room.person_sets(case, "Cancelling")
        await room.watch.look()
        await room.reporter.pay()
        room.story.act("wu", supervision.release, case, "it was a mistake")
        await room.rest()
        await room.watch.look()
        second = await room.run_of(case)
        assert room.story.case(case).status is CaseStatus.OPEN
        assert (second.state_name, second.name) == ("AwaitingReply", case)
        assert second.id != first.id
        assert (await room.client.read_flow_run(first.id)).state_name == "Cancelled"
        assert len(room.story.outbox(case)) == 1

    perform(scene)


@pytest.mark.parametrize(("state", "force"), [STOPS[0], STOPS[3]])
def test_a_held_case_is_withdrawn_and_takes_its_leave_once(
    perform: Perform, state: str, force: bool
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        room.person_sets(case, state, force=force)
        await room.watch.look()
        await room.reporter.pay()
        room.story.act("zhou", closing.withdraw, case, "the applicant came in person")
        await room.rest()
        await room.reporter.pay()
        found = room.story.case(case)
        assert (found.status, found.outcome) == (CaseStatus.CLOSED, Outcome.WITHDRAWN)
        assert found.wake_at is None
        assert len(room.story.mail.to("applicant@person.example")) == 1
        assert room.owed(case) is None
        assert await room.state_name(case) in ("Cancelled", "Completed")

    perform(scene)


@pytest.mark.parametrize("state", ["Failed", "Crashed"])
def test_a_run_that_somebody_set_to_is_shown_again_as_what_it_waits_for(
    perform: Perform, state: str
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        room.person_sets(case, state, force=True)
        await room.watch.look()
        await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingReply"
        assert room.story.case(case).status is CaseStatus.OPEN

    perform(scene)


def test_mail_that_has_not_left_waits_while_the_case_is_held(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.turn()
        room.person_sets(case, "Cancelling")
        await room.watch.look()
        assert await asyncio.to_thread(room.story.send) == 0
        room.story.act("wu", supervision.release, case, "it was a mistake")
        await room.rest()
        assert len(room.story.mail.to("yz@office.example")) == 1

    perform(scene)


def test_a_rescheduled_run_wakes_its_case_once_and_is_parked_at_the_true_date_again(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = await asleep(room)
        true_date = room.story.case(case).wake_at
        async with room.worker:
            await room.worker.get_and_submit_flow_runs()
            assert await room.turn() == 0
            room.person_sets(case, "Scheduled")
            await room.worker.get_and_submit_flow_runs()
            assert await room.turn() == 1
            parked = (await room.run_of(case)).state
            assert parked is not None
            assert parked.name == "AwaitingReply"
            assert parked.state_details.scheduled_time == true_date
            for _ in range(3):
                await room.worker.get_and_submit_flow_runs()
            assert await room.turn() == 0

    perform(scene)


def test_a_run_deleted_in_the_middle_of_a_turn_is_made_anew(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        deleted: list[Any] = []

        def delete() -> None:
            deleted.append(room.link(case).run_id)
            room.person_deletes(deleted[0])

        room.story.on_point("asked:before-commit", delete)
        assert await room.turn() == 1
        assert room.story.case(case).lease_holder is None
        await room.rest()
        await room.reporter.pay()
        assert deleted
        assert (await room.run_of(case)).id not in deleted
        assert await room.state_name(case) == "AwaitingReply"
        assert len(room.story.mail.accepted) == 1

    perform(scene)
