"""What we rely on in Prefect's flow engine, run in our own process; see `test_prefect_contract`."""

import asyncio
from collections.abc import Callable
from typing import Any

import prefect.flow_engine
import pytest
from prefect import Flow, flow
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow_async

from tests.flows.contract_desk import AtTheDesk, Desk, parked, soon

pytestmark = pytest.mark.prefect


def test_the_engine_starts_a_run_at_once_that_is_scheduled_for_now_and_leaves_it_as_parked(
    at_the_desk: AtTheDesk,
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

    at_the_desk(scene)


def test_a_flow_that_returns_completes_its_run(at_the_desk: AtTheDesk) -> None:
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

    at_the_desk(scene)


@pytest.mark.parametrize("keeps_deployment", [False, True], ids=["without", "with"])
def test_the_engine_opens_a_websocket_only_for_a_run_with_its_deployment(
    at_the_desk: AtTheDesk, monkeypatch: pytest.MonkeyPatch, keeps_deployment: bool
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

    at_the_desk(scene)
    assert bool(observed) is keeps_deployment


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
