"""What we rely on in Prefect. A red test here means that an upgrade changed it: see
`flows/executor.py`, `flows/case_flow.py` and `flows/reporter.py` before the pin is moved.
"""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.exceptions import ObjectNotFound
from prefect.states import (
    Cancelled,
    Cancelling,
    Completed,
    Crashed,
    Failed,
    Pending,
    Running,
    Scheduled,
    Suspended,
)

from tests.flows.contract_desk import POOL, AtTheDesk, Desk, parked, soon

pytestmark = pytest.mark.prefect

ACCEPT, REJECT, ABORT, WAIT = SetStateStatus

TRANSITIONS = [
    pytest.param([Running()], parked(), ACCEPT, id="a running flow parks its run"),
    pytest.param([Pending()], parked(), ACCEPT, id="a pending run is parked"),
    pytest.param([], parked(0), ACCEPT, id="a parked run is brought forward"),
    pytest.param([], parked(7200), ACCEPT, id="a parked run is put off"),
    pytest.param([Running(), Crashed()], parked(), ACCEPT, id="a crashed run is parked again"),
    pytest.param([Running(), Failed()], parked(), ACCEPT, id="a failed run is parked again"),
    pytest.param([], Running(), WAIT, id="a run that is parked for later may not start"),
    pytest.param([Pending()], Running(), ACCEPT, id="a pending run starts"),
    pytest.param([Running()], Running(), ACCEPT, id="a run left Running starts again: no lock"),
    pytest.param([Pending()], Pending(), ABORT, id="of two who make a run pending one is refused"),
    pytest.param([Running()], Pending(), ABORT, id="a running run cannot be made pending"),
    pytest.param([Running()], Cancelling(), ACCEPT, id="a person cancels a running run"),
    pytest.param([Running(), Cancelling()], parked(), REJECT, id="a late park does not undo that"),
    pytest.param([Running(), Cancelling()], Cancelled(), ACCEPT, id="we end the cancelling"),
    pytest.param([], Cancelling(), REJECT, id="cancelling a parked run is answered with Cancelled"),
    pytest.param([Cancelled()], parked(), ACCEPT, id="a late park undoes a finished cancel: trap"),
    pytest.param([Cancelled()], Running(), ACCEPT, id="a cancelled run starts again: trap"),
    pytest.param([Completed()], parked(), ACCEPT, id="a late park revives a finished run: trap"),
    pytest.param([Running()], Completed(), ACCEPT, id="a run completes"),
    pytest.param([], Completed(), ACCEPT, id="a person sets a parked run to Completed"),
    pytest.param([], Suspended(timeout_seconds=600), REJECT, id="a parked run is not suspended"),
    pytest.param(
        [Running()], Suspended(timeout_seconds=600), ACCEPT, id="a running run is suspended"
    ),
    pytest.param(
        [Running(), Suspended(timeout_seconds=600)],
        parked(),
        ACCEPT,
        id="a late park undoes a suspension: trap",
    ),
]


@pytest.mark.parametrize(("before", "proposed", "answer"), TRANSITIONS)
def test_prefect_answers_as_ever(
    at_the_desk: AtTheDesk,
    before: list[State[Any]],
    proposed: State[Any],
    answer: SetStateStatus,
) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.brought_to(*before)
        assert await desk.set(run, proposed.model_copy(update={"id": uuid4()})) is answer

    at_the_desk(scene)


def test_a_parked_run_that_is_cancelled_reads_cancelled_at_once(
    at_the_desk: AtTheDesk,
) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.run()
        await desk.set(run, Cancelling())
        assert await desk.state(run) == (StateType.CANCELLED, "Cancelled")

    at_the_desk(scene)


def test_a_run_in_cancelling_stays_there_after_a_refused_park(
    at_the_desk: AtTheDesk,
) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.brought_to(Running(), Cancelling())
        await desk.set(run, parked())
        assert await desk.state(run) == (StateType.CANCELLING, "Cancelling")

    at_the_desk(scene)


def test_only_a_run_named_scheduled_becomes_late(at_the_desk: AtTheDesk) -> None:
    async def scene(desk: Desk) -> None:
        plain = await desk.run(Scheduled(scheduled_time=soon(-60)))
        named = await desk.run(parked(-60))
        async with asyncio.timeout(60):
            while await desk.state(plain) != (StateType.SCHEDULED, "Late"):
                await asyncio.sleep(0.2)
        await asyncio.sleep(2.5)  # One more round of the service.
        assert await desk.state(named) == (StateType.SCHEDULED, "AwaitingReply")

    at_the_desk(scene)


def test_the_same_key_gives_the_same_run_and_leaves_it_alone(
    at_the_desk: AtTheDesk,
) -> None:
    async def scene(desk: Desk) -> None:
        key = uuid4().hex
        first = await desk.run(parked(name="AwaitingLook"), key)
        again = await desk.run(parked(name="AwaitingEngine"), key)
        assert again.id == first.id
        assert await desk.state(first) == (StateType.SCHEDULED, "AwaitingLook")

    at_the_desk(scene)


def test_after_its_deletion_the_same_key_makes_a_new_run(at_the_desk: AtTheDesk) -> None:
    async def scene(desk: Desk) -> None:
        key = uuid4().hex
        first = await desk.run(key=key)
        await desk.client.delete_flow_run(first.id)
        assert (await desk.run(key=key)).id != first.id

    at_the_desk(scene)


def test_a_deleted_deployment_takes_runs_that_never_ran_and_leaves_the_others(
    at_the_desk: AtTheDesk,
) -> None:
    async def scene(desk: Desk) -> None:
        never_ran = await desk.run()
        has_run = await desk.brought_to(Running(), parked())
        await desk.client.delete_deployment(desk.deployment_id)
        with pytest.raises(ObjectNotFound):
            await desk.client.read_flow_run(never_ran.id)
        assert await desk.state(has_run) == (StateType.SCHEDULED, "AwaitingReply")

    at_the_desk(scene)


def test_states_are_read_in_order_with_the_times_of_the_server(
    at_the_desk: AtTheDesk,
) -> None:
    async def scene(desk: Desk) -> None:
        began = soon()
        run = await desk.brought_to(Running(), Cancelled(), parked(name="AwaitingLook"))
        states = await desk.client.read_flow_run_states(run.id)
        names = [state.name for state in sorted(states, key=lambda each: each.timestamp)]
        assert names == ["AwaitingReply", "Running", "Cancelled", "AwaitingLook"]
        assert all(began <= state.timestamp <= soon() for state in states)

    at_the_desk(scene)


def test_a_run_has_an_end_while_it_stands_in_a_last_state(at_the_desk: AtTheDesk) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.run()
        for state, has_ended in (
            (Cancelled(), True),
            (parked(), False),
            (Completed(), True),
            (parked(), False),
            (Failed(), True),
        ):
            await desk.set(run, state, force=True)
            assert bool((await desk.client.read_flow_run(run.id)).end_time) is has_ended

    at_the_desk(scene)


def test_a_run_has_a_next_date_while_it_is_scheduled(at_the_desk: AtTheDesk) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.run(parked(100))
        for state, has_date in ((Running(), False), (parked(200), True), (Cancelled(), False)):
            await desk.set(run, state, force=True)
            read = await desk.client.read_flow_run(run.id)
            assert bool(read.next_scheduled_start_time) is has_date

    at_the_desk(scene)


def test_a_poll_gives_the_due_runs_of_a_pool_and_one_for_long_ago_gives_none(
    at_the_desk: AtTheDesk,
) -> None:
    async def scene(desk: Desk) -> None:
        due = await desk.run(parked(-5))
        await desk.run(parked(3600))
        poll = desk.client.get_scheduled_flow_runs_for_work_pool
        found = await poll(POOL, scheduled_before=soon())
        assert due.id in [each.flow_run.id for each in found]
        assert all(each.flow_run.state.is_scheduled() for each in found if each.flow_run.state)
        assert await poll(POOL, scheduled_before=soon(-(10**8))) == []
        pool = await desk.client.read_work_pool(POOL)
        assert pool.status is not None

    at_the_desk(scene)
