"""The worker's parts in the test's own process, against the real Prefect server.

For what happens within milliseconds: a person who cancels between two calls of ours. Worker
processes are in `tests/installation.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.context import AsyncClientContext

from cases.store import owed, runs
from cases.store.tables.outbox import OwedState, RunLink
from flows.executor import PrefectExecutor
from flows.prefect_watch import PrefectWatch
from flows.registration import register_all
from flows.reporter import Reporter
from flows.worker import WORKER_TYPE, CaseWorker
from integrations.orchestrator import PrefectRuns
from tests.architecture.sources import ROOT
from tests.processes import PrefectServer
from tests.story import Story


class EngineRoom:
    """One worker's parts, each moved by hand."""

    def __init__(self, story: Story, client: PrefectClient, pages: httpx.Client) -> None:
        self.story, self.client, self.pages = story, client, pages
        story.house.reached = story.power.reached
        self.prefect = PrefectRuns(
            client, pool=story.house.settings.prefect_pool, pool_type=WORKER_TYPE, root=str(ROOT)
        )
        self.executor = PrefectExecutor(story.house, self.prefect)
        self.watch = PrefectWatch(story.house, self.prefect)
        self.reporter = Reporter(story.house, self.prefect, self.watch)
        self.worker = CaseWorker(story.house, self.prefect, self.watch, "engine-room")

    async def turn(self) -> int:
        """Give each due case one turn through Prefect; return how many had one."""
        claims = await asyncio.to_thread(self.story.claim)
        for claim in claims:
            await self.executor.advance(claim)
        return len(claims)

    async def rest(self) -> None:
        """Turns and mail until nothing is left to do."""
        for _ in range(20):
            if not await self.turn() and not await asyncio.to_thread(self.story.send):
                return
        raise AssertionError("the case goes round in a circle")

    def link(self, case: str) -> RunLink:
        """Return which run carries the case."""
        with self.story.house.database.reading() as session:
            found = runs.find_link(session, self.story.case(case).id)
        assert found is not None
        return found

    def owed(self, case: str) -> OwedState | None:
        """Return the state that Prefect is owed for the case."""
        with self.story.house.database.reading() as session:
            return owed.of_case(session, self.story.case(case).id)

    async def run_of(self, case: str) -> FlowRun:
        """Return the run that carries the case at present."""
        run_id = self.link(case).run_id
        assert run_id is not None
        return await self.client.read_flow_run(run_id)

    async def state_name(self, case: str) -> str:
        """Return what Prefect shows for the case."""
        return (await self.run_of(case)).state_name or ""

    def person_sets(self, case: str, state: str, *, force: bool = False) -> None:
        """Set the state of the case's run as somebody would in Prefect's pages, at once."""
        run_id = self.link(case).run_id
        details = {"pause_reschedule": True, "pause_timeout": f"{soon(600).isoformat()}"}
        proposed: dict[str, Any] = {"type": state.upper(), "name": state}
        if state == "Suspended":
            proposed |= {"type": "PAUSED", "state_details": details}
        self.pages.post(
            f"/flow_runs/{run_id}/set_state", json={"state": proposed, "force": force}
        ).raise_for_status()

    def person_deletes(self, run_id: UUID) -> None:
        """Delete a run as somebody would in Prefect's pages, at once."""
        self.pages.delete(f"/flow_runs/{run_id}").raise_for_status()


Scene = Callable[[EngineRoom], Awaitable[None]]
Perform = Callable[[Scene], None]  #: What the fixture `perform` gives.


def play(story: Story, server: PrefectServer, scene: Scene) -> None:
    """Play a scene in the engine room; its flows are registered first."""
    user, _, password = server.password.partition(":")

    async def with_client() -> None:
        with httpx.Client(base_url=server.api, auth=(user, password)) as pages:
            async with AsyncClientContext() as context:
                room = EngineRoom(story, context.client, pages)
                await register_all(room.prefect)
                await scene(room)

    asyncio.run(with_client())


def soon(seconds: float = 0) -> datetime:
    """Return an instant in the real time, which Prefect lives by."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
