"""Where the contract with Prefect is tried out: a client, and a deployment to make runs from."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.context import AsyncClientContext
from prefect.states import Scheduled

from tests.processes import PrefectServer

POOL = "contract"


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
AtTheDesk = Callable[[Scene], None]  #: What the fixture `at_the_desk` gives.


@pytest.fixture
def at_the_desk(prefect_api: PrefectServer) -> AtTheDesk:
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
