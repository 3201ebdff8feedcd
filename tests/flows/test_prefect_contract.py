"""What we rely on in Prefect. A red test here means that an upgrade changed it: see
`flows/executor.py`, `flows/case_flow.py` and `flows/reporter.py` before the pin is moved.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import prefect.flow_engine
import pytest
from prefect import Flow, flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.context import AsyncClientContext
from prefect.exceptions import ObjectNotFound, Pause
from prefect.flow_engine import run_flow_async
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

from tests.processes import PrefectServer

pytestmark = pytest.mark.prefect

POOL = "contract"
ACCEPT, REJECT, ABORT, WAIT = SetStateStatus


def soon(seconds: float = 0) -> datetime:
    """Return an instant in Prefect's time."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def parked(seconds: float = 3600, name: str = "AwaitingReply") -> State[Any]:
    """Return a state as the worker parks runs in."""
    return Scheduled(name=name, scheduled_time=soon(seconds))


class Desk:
    """A client of the server, with a deployment to make runs from."""

    def __init__(self, client: PrefectClient, deployment_id: UUID) -> None:
        self.client, self.deployment_id = client, deployment_id

    async def run(self, state: State[Any] | None = None, key: str | None = None) -> FlowRun:
        """Make a run as a case's is made."""
        return await self.client.create_flow_run_from_deployment(
            self.deployment_id,
            parameters={"case": "X"},
            name="X",
            idempotency_key=key or uuid4().hex,
            state=state or parked(),
            tags=["contract"],
        )

    async def set(self, run: FlowRun, state: State[Any], force: bool = False) -> SetStateStatus:
        """Propose a state and return the server's answer."""
        answer = await self.client.set_flow_run_state(run.id, state, force=force)
        return answer.status

    async def state(self, run: FlowRun) -> tuple[StateType, str]:
        """Return type and name of the run's state."""
        found = (await self.client.read_flow_run(run.id)).state
        assert found is not None
        return found.type, found.name

    async def brought_to(self, *states: State[Any]) -> FlowRun:
        """Return a run that was forced through these states."""
        run = await self.run()
        for state in states:
            await self.set(run, state, force=True)
        return run


Scene = Callable[[Desk], Awaitable[None]]


@pytest.fixture
def play(prefect_api: PrefectServer) -> Callable[[Scene], None]:
    """Give a function that plays a scene against the server."""
    assert prefect_api.is_running

    async def with_client(scene: Scene) -> None:
        async with AsyncClientContext() as context:
            client = context.client
            pool = WorkPoolCreate(name=POOL, type="process")
            await client.create_work_pool(pool, overwrite=True)
            deployment = await client.create_deployment(
                flow_id=await client.create_flow_from_name("contract"),
                name="contract",
                work_pool_name=POOL,
            )
            await scene(Desk(client, deployment))

    return lambda scene: asyncio.run(with_client(scene))


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
    play: Callable[[Scene], None],
    before: list[State[Any]],
    proposed: State[Any],
    answer: SetStateStatus,
) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.brought_to(*before)
        assert await desk.set(run, proposed.model_copy(update={"id": uuid4()})) is answer

    play(scene)


def test_a_parked_run_that_is_cancelled_reads_cancelled_at_once(
    play: Callable[[Scene], None],
) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.run()
        await desk.set(run, Cancelling())
        assert await desk.state(run) == (StateType.CANCELLED, "Cancelled")

    play(scene)


def test_a_run_in_cancelling_stays_there_after_a_refused_park(
    play: Callable[[Scene], None],
) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.brought_to(Running(), Cancelling())
        await desk.set(run, parked())
        assert await desk.state(run) == (StateType.CANCELLING, "Cancelling")

    play(scene)


def test_only_a_run_named_scheduled_becomes_late(play: Callable[[Scene], None]) -> None:
    async def scene(desk: Desk) -> None:
        plain = await desk.run(Scheduled(scheduled_time=soon(-60)))
        named = await desk.run(parked(-60))
        async with asyncio.timeout(60):
            while await desk.state(plain) != (StateType.SCHEDULED, "Late"):
                await asyncio.sleep(0.2)
        await asyncio.sleep(2.5)  # One more round of the service.
        assert await desk.state(named) == (StateType.SCHEDULED, "AwaitingReply")

    play(scene)


def test_the_same_key_gives_the_same_run_and_leaves_it_alone(
    play: Callable[[Scene], None],
) -> None:
    async def scene(desk: Desk) -> None:
        key = uuid4().hex
        first = await desk.run(parked(name="AwaitingLook"), key)
        again = await desk.run(parked(name="AwaitingEngine"), key)
        assert again.id == first.id
        assert await desk.state(first) == (StateType.SCHEDULED, "AwaitingLook")

    play(scene)


def test_after_its_deletion_the_same_key_makes_a_new_run(play: Callable[[Scene], None]) -> None:
    async def scene(desk: Desk) -> None:
        key = uuid4().hex
        first = await desk.run(key=key)
        await desk.client.delete_flow_run(first.id)
        assert (await desk.run(key=key)).id != first.id

    play(scene)


def test_a_deleted_deployment_takes_runs_that_never_ran_and_leaves_the_others(
    play: Callable[[Scene], None],
) -> None:
    async def scene(desk: Desk) -> None:
        never_ran = await desk.run()
        has_run = await desk.brought_to(Running(), parked())
        await desk.client.delete_deployment(desk.deployment_id)
        with pytest.raises(ObjectNotFound):
            await desk.client.read_flow_run(never_ran.id)
        assert await desk.state(has_run) == (StateType.SCHEDULED, "AwaitingReply")

    play(scene)


def test_the_engine_starts_a_run_at_once_that_is_scheduled_for_now_and_leaves_it_as_parked(
    play: Callable[[Scene], None],
) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.run()
        await desk.set(run, parked(0, "AwaitingEngine"))
        await turn(desk, run, without_deployment(run), parks(parked(7200, "AwaitingLook")))
        assert await desk.state(run) == (StateType.SCHEDULED, "AwaitingLook")
        read = await desk.client.read_flow_run(run.id)
        assert read.run_count == 1
        assert read.state is not None
        due = read.state.state_details.scheduled_time
        assert due is not None
        assert due > soon(7000)

    play(scene)


def test_a_flow_that_returns_completes_its_run(play: Callable[[Scene], None]) -> None:
    async def scene(desk: Desk) -> None:
        run = await desk.run(parked(0))
        state = await run_flow_async(
            finishes,
            flow_run=without_deployment(run),
            parameters={"case": "X"},
            return_type="state",
        )
        read = await desk.client.read_flow_run(run.id)
        assert isinstance(state, State)
        assert read.state is not None
        assert (read.state.type, read.state.id) == (StateType.COMPLETED, state.id)

    play(scene)


@pytest.mark.parametrize("keeps_deployment", [False, True], ids=["without", "with"])
def test_the_engine_opens_a_websocket_only_for_a_run_with_its_deployment(
    play: Callable[[Scene], None], monkeypatch: pytest.MonkeyPatch, keeps_deployment: bool
) -> None:
    observed = []
    real = prefect.flow_engine.observe_flow_run_suspension
    monkeypatch.setattr(
        prefect.flow_engine,
        "observe_flow_run_suspension",
        lambda run_id, request: observed.append(run_id) or real(run_id, request),
    )

    async def scene(desk: Desk) -> None:
        run = await desk.run(parked(0))
        given = run if keeps_deployment else without_deployment(run)
        await turn(desk, run, given, parks(parked()))

    play(scene)
    assert bool(observed) is keeps_deployment


def test_states_are_read_in_order_with_the_times_of_the_server(
    play: Callable[[Scene], None],
) -> None:
    async def scene(desk: Desk) -> None:
        began = soon()
        run = await desk.brought_to(Running(), Cancelled(), parked(name="AwaitingLook"))
        states = await desk.client.read_flow_run_states(run.id)
        names = [state.name for state in sorted(states, key=lambda each: each.timestamp)]
        assert names == ["AwaitingReply", "Running", "Cancelled", "AwaitingLook"]
        assert all(began <= state.timestamp <= soon() for state in states)

    play(scene)


def without_deployment(run: FlowRun) -> FlowRun:
    """Return the run as the worker gives it to the engine."""
    return run.model_copy(update={"deployment_id": None})


def parks(state: State[Any]) -> Callable[[Desk, FlowRun], Flow[[str], None]]:
    """Return the making of a flow that leaves its run parked, as a case's does."""

    def make(desk: Desk, run: FlowRun) -> Flow[[str], None]:
        @flow(name="contract", validate_parameters=False, persist_result=False)
        async def body(case: str) -> None:
            answer = await desk.client.set_flow_run_state(run.id, state)
            raise Pause(case, state=answer.state)

        return body

    return make


async def turn(
    desk: Desk,
    run: FlowRun,
    given: FlowRun,
    make: Callable[[Desk, FlowRun], Flow[[str], None]],
) -> None:
    """Let the engine run the flow; it must not wait for any date."""
    async with asyncio.timeout(20):
        with pytest.raises(Pause):
            await run_flow_async(make(desk, run), flow_run=given, parameters={"case": "X"})


@flow(name="contract", validate_parameters=False, persist_result=False)
async def finishes(case: str) -> str:
    return case
