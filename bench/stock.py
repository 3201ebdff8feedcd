"""The other way: Prefect's stock process worker, which starts a Python for every wake-up."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import State
from prefect.states import Scheduled
from sqlmodel import col, select

from bench.grounds import PATIENCE, Ground
from bench.meters import Processes, with_children
from cases.store.tables.case import Case
from flows.case_flow import released
from flows.certificate_issuance import certificate_issuance
from tests.architecture.sources import ROOT
from tests.processes import Worker, wait_until

POOL = "bench-stock"
AT_A_TIME = 2  #: As many as the smallest machine has cores.


class StockWorker:
    """A stock worker on the ground's Prefect server, with a deployment of its own."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._runs: dict[UUID, UUID] = {}
        start = ("-m", "prefect", "worker", "start", "--pool", POOL, "--limit", str(AT_A_TIME))
        self.worker = Worker("stock-worker", ground.folder, ground.environment(), start)

    @contextmanager
    def standing(self, cases: Sequence[UUID]) -> Iterator["StockWorker"]:
        """Give the worker, running, with a sleeping run for each of the cases."""
        self._runs = asyncio.run(self._make_runs(cases))
        try:
            self.worker.start()
            wait_until(self._is_online, PATIENCE, what="the stock worker is there")
            yield self
        finally:
            self.worker.kill()

    def turn(self, cases: Sequence[UUID]) -> None:
        """Wake the cases and wait until each has had its turn."""
        before = self._fences(cases)
        asyncio.run(self._wake(cases))
        wait_until(
            lambda: all(
                fence > before[case_id] and holder is None
                for case_id, fence, holder in self._rows(cases)
            ),
            PATIENCE,
            what="the stock worker has taken every turn",
        )
        wait_until(lambda: len(self.processes()) <= 1, PATIENCE, what="its processes ended")

    @property
    def processes(self) -> Processes:
        """The worker and what it starts."""
        return with_children(self.worker.pid)

    def _client(self) -> PrefectClient:
        server = self._ground.server
        return PrefectClient(server.api, auth_string=server.password)

    async def _make_runs(self, cases: Sequence[UUID]) -> dict[UUID, UUID]:
        entry = next(
            each.entry for each in released().values() if each.flow is certificate_issuance
        )
        asleep = datetime.now(UTC) + timedelta(days=30)
        async with self._client() as client:
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
            deployment = await client.create_deployment(
                flow_id=await client.create_flow_from_name(entry.name),
                name="stock",
                work_pool_name=POOL,
                entrypoint=entry.entrypoint,
                path=str(ROOT),
            )
            made = {}
            for case_id, reference in self._references(cases):
                run = await client.create_flow_run_from_deployment(
                    deployment,
                    parameters={"case": reference},
                    state=Scheduled(name="AwaitingReply", scheduled_time=asleep),
                )
                made[case_id] = run.id
            return made

    async def _wake(self, cases: Sequence[UUID]) -> None:
        async with self._client() as client:
            for case_id in cases:
                now: State[Any] = Scheduled(scheduled_time=datetime.now(UTC))
                await client.set_flow_run_state(self._runs[case_id], now)

    def _is_online(self) -> bool:
        assert self.worker.is_running, f"the stock worker ended:\n{self.worker.tail()}"
        return asyncio.run(self._workers()) > 0

    async def _workers(self) -> int:
        async with self._client() as client:
            return len(await client.read_workers_for_work_pool(POOL, limit=1, offset=0))

    def _fences(self, cases: Sequence[UUID]) -> dict[UUID, int]:
        return {case_id: fence for case_id, fence, _ in self._rows(cases)}

    def _rows(self, cases: Sequence[UUID]) -> Sequence[tuple[UUID, int, str | None]]:
        wanted = select(Case.id, Case.fence, Case.lease_holder).where(col(Case.id).in_(cases))
        with self._ground.house.database.reading() as session:
            return session.exec(wanted).all()

    def _references(self, cases: Sequence[UUID]) -> Sequence[tuple[UUID, str]]:
        wanted = select(Case.id, Case.reference).where(col(Case.id).in_(cases))
        with self._ground.house.database.reading() as session:
            return session.exec(wanted).all()
