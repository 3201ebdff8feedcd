"""The run that carries a case: made when missing, made anew when deleted, or held by a person."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound

from cases.operations.supervision import hold
from cases.store import leases, runs
from cases.store.leases import Claim
from flows.registration import register_all
from integrations.orchestrator import STOPPED_BY_PEOPLE, PrefectRuns
from integrations.wiring import House

#: A person who sets one of these decides nothing, but means something: the manager is asked.
NEEDS_A_PERSON = (*STOPPED_BY_PEOPLE, StateType.PAUSED, StateType.COMPLETED)


class RunKeeper:
    """Finds, makes and judges the runs of claimed cases."""

    def __init__(self, house: House, prefect: PrefectRuns) -> None:
        self._house, self._prefect = house, prefect

    async def run_of(self, claim: Claim, fresh: State[Any]) -> FlowRun:
        """Return the case's run; one that is missing is made in the state `fresh`."""
        run_id, generation = await asyncio.to_thread(self._link, claim.case_id)
        run = await self._prefect.read(run_id) if run_id else None
        if run is not None:
            return run
        if run_id is not None:  # Deleted in Prefect: a new run under a new key.
            generation += 1
        run = await self._make(claim, generation, fresh)
        await asyncio.to_thread(self._remember, claim.case_id, run, generation)
        return run

    async def hold(self, claim: Claim, run: FlowRun) -> None:
        """Hold the case for the manager, as somebody stopped its run, and give it back."""
        reason = f"the run was set to {run.state_name} in Prefect"
        await asyncio.to_thread(self._hold, claim, reason)

    async def _make(self, claim: Claim, generation: int, fresh: State[Any]) -> FlowRun:
        key = f"{claim.case_id}:{generation}"
        try:
            return await self._create(claim, key, fresh)
        except (KeyError, ObjectNotFound):  # No deployment yet, or somebody deleted it.
            await register_all(self._prefect)
            return await self._create(claim, key, fresh)

    async def _create(self, claim: Claim, key: str, fresh: State[Any]) -> FlowRun:
        return await self._prefect.create(
            claim.flow,
            claim.flow_version,
            reference=claim.reference,
            key=key,
            state=fresh,
        )

    def _link(self, case_id: UUID) -> tuple[UUID | None, int]:
        with self._house.database.reading() as session:
            link = runs.find_link(session, case_id)
            return (link.run_id, link.generation) if link else (None, 1)

    def _remember(self, case_id: UUID, run: FlowRun, generation: int) -> None:
        with self._house.database.transaction("link") as session:
            link = runs.link_of(session, case_id)
            link.generation, link.run_id = generation, run.id
            link.state_id = run.state.id if run.state else None

    def _hold(self, claim: Claim, reason: str) -> None:
        with self._house.database.transaction("hold") as session:
            case = leases.lock(session, claim.case_id)
            if case.fence == claim.fence:
                hold(session, case, reason, now=self._house.clock.now())
                session.flush()
                leases.release(session, claim, ended_well=True)


def real_now() -> datetime:
    """Return Prefect's own time, which is the real one whatever cases live by."""
    return datetime.now(UTC)
