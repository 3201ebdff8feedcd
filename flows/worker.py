"""The case worker: a Prefect worker type whose runs come from our own database.

Prefect sees a worker that polls its pool and is alive. It submits nothing: cases are claimed by
`CaseLoop`, which goes on whatever happens here. What Prefect's schedule says of case runs is
only read for what a person changed there.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.workers.base import (
    BaseJobConfiguration,
    BaseVariables,
    BaseWorker,
    BaseWorkerResult,
)

from cases.store import leases, runs
from cases.store.leases import Claim
from cases.vocabulary.errors import OrchestratorUnavailable, StoreUnavailable
from cases.vocabulary.status import CaseStatus, Priority
from flows.housekeeping import keep_house
from flows.prefect_watch import LOOK_BACK, OVERLAP, PrefectWatch
from flows.run_keeper import real_now
from integrations.deployments import CASE_TAG
from integrations.orchestrator import PrefectRuns
from integrations.wiring import House

log = logging.getLogger("hancha.worker")

WORKER_TYPE = "hancha-case"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class CaseWorker(BaseWorker[BaseJobConfiguration, BaseVariables, BaseWorkerResult]):
    """Reports to Prefect as a worker; advances nothing by itself."""

    type = WORKER_TYPE
    _description = "Runs each case of Hancha as one flow run, claimed from Hancha's database."

    def __init__(self, house: House, prefect: PrefectRuns, watch: PrefectWatch, name: str) -> None:
        super().__init__(work_pool_name=house.settings.prefect_pool, name=name)
        self._house, self._prefect, self._watch = house, prefect, watch
        self._looked_to = real_now() - LOOK_BACK

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Report the poll; wake rescheduled cases, and run housekeeping that is due."""
        self._last_polled_time = now = real_now()
        try:
            await self._report_poll()
            if not self._watch.is_paused:
                for run in await self._prefect.due(self._looked_to - OVERLAP, now):
                    await self._take_up(run)
                self._looked_to = now
        except OrchestratorUnavailable as away:
            self._watch.saw_it_away(str(away))
        except StoreUnavailable as fault:
            log.warning("%s", fault)
        return []

    async def _report_poll(self) -> None:
        """Poll for nothing, so that Prefect shows the pool and its deployments as ready."""
        with suppress(ObjectNotFound):  # The pool is made anew with the next heartbeat.
            await self.client.get_scheduled_flow_runs_for_work_pool(
                self._work_pool_name, scheduled_before=NEVER
            )

    async def _take_up(self, run: FlowRun) -> None:
        if CASE_TAG in run.tags:
            await self._wake_if_rescheduled(run)
        elif run.state is not None and run.state.is_scheduled():
            await keep_house(self.client, run)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,  # noqa: ARG002
        task_status: Any = None,  # noqa: ARG002
    ) -> BaseWorkerResult:
        """Refuse: a case runs only under a lease, which this entrance does not have."""
        raise RuntimeError(f"run {flow_run.name} was submitted; cases are claimed, not submitted")

    async def _wake_if_rescheduled(self, run: FlowRun) -> None:
        """Wake a sleeping case when its run's state is not the last one that we set.

        The look is taken under a lease: without one, a state that we set in between would look
        like somebody else's.
        """
        case_id = await asyncio.to_thread(self._case_that_differs, run)
        if case_id is None:
            return
        claim = await asyncio.to_thread(self._hold_still, case_id)
        if claim is None:
            return
        state_id = None
        try:
            fresh = await self._prefect.read(run.id)
            if fresh is not None and fresh.state is not None and fresh.state.is_scheduled():
                state_id = fresh.state.id
        finally:
            await asyncio.to_thread(self._let_go, claim, state_id)

    def _case_that_differs(self, run: FlowRun) -> UUID | None:
        with self._house.database.reading() as session:
            found = runs.case_of_run(session, run.id)
        if found is None or run.state is None or found[1].state_id == run.state.id:
            return None
        return found[0].id if found[0].status is CaseStatus.OPEN else None

    def _hold_still(self, case_id: UUID) -> Claim | None:
        holder = f"look:{uuid4().hex[:12]}"
        with self._house.database.transaction("look") as session:
            return leases.claim_one(
                session, case_id, holder=holder, lease_ms=self._house.lease_ms, is_turn=False
            )

    def _let_go(self, claim: Claim, state_id: UUID | None) -> None:
        with self._house.database.transaction("rescheduled") as session:
            case = leases.lock(session, claim.case_id)
            link = runs.link_of(session, case.id)
            if state_id is not None and link.state_id != state_id:
                link.state_id = state_id
                leases.wake(case, now=self._house.clock.now(), priority=Priority.CLERK)
                log.info("%s was rescheduled in Prefect and is woken", case.reference)
            session.flush()
            leases.release(session, claim, ended_well=False)
