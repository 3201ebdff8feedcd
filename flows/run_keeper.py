"""The run that carries a case: made when missing, made anew when deleted, or held by a person."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound

from cases.operations.supervision import hold
from cases.store import leases, owed, runs
from cases.store.leases import Claim
from cases.vocabulary.errors import LeaseLost
from cases.vocabulary.status import CaseStatus
from flows.registration import register_all
from integrations.orchestrator import STOPS, PrefectRuns
from integrations.wiring import House


class RunKeeper:
    """Finds, makes and judges the runs of claimed cases."""

    def __init__(self, house: House, prefect: PrefectRuns) -> None:
        self._house, self._prefect = house, prefect

    async def run_of(self, claim: Claim, fresh: State[Any], *, even_held: bool = False) -> FlowRun:
        """Return the case's run; one that is missing is made in the state `fresh`.

        A run that we ended as Held is given back for its last states only: a case that goes on
        after it has a new one. Raises LeaseLost when another worker has the case by the time
        that the run is there, ObjectNotFound when no worker registered its flow.
        """
        run_id, generation = await asyncio.to_thread(self._link, claim.case_id)
        run = await self._prefect.read(run_id) if run_id else None
        if run is not None and (even_held or not _is_held(run)):
            return run
        if run_id is not None:  # Deleted in Prefect, or held: a new run under a new key.
            generation += 1
        run = await self._make(claim, generation, fresh)
        await asyncio.to_thread(self._remember, claim, run, generation)
        return run

    async def known_state(self, claim: Claim) -> UUID | None:
        """Return the last state of the run that we remember, as it was ours or was judged."""
        return await asyncio.to_thread(self._known_state, claim.case_id)

    async def stop_of(self, run: FlowRun, known: UUID | None) -> State[Any] | None:
        """Return the stop that somebody set on the run after the state that we know.

        Also one that a state of ours has covered since, if its writer could not look back.
        """
        if run.state is None or run.state.type in STOPS:
            return run.state
        if run.state.id == known:
            return None
        return await self._prefect.stop_since(run.id, known)

    async def hold(self, case_id: UUID, run_id: UUID, state_name: str | None) -> bool:
        """Hold a case whose run somebody stopped and ask the manager; False if it is not open."""
        return await asyncio.to_thread(self._hold, case_id, run_id, state_name or "a stop")

    async def judge(self, run: FlowRun) -> None:
        """Hold the case of a run that somebody stopped; show one that fell down as it stands."""
        case_id = await asyncio.to_thread(self._case_touched, run)
        if case_id is None:
            return
        if run.state_type in STOPS:
            await self.hold(case_id, run.id, run.state_name)
        else:
            await asyncio.to_thread(self._owe, case_id, run.id, is_gone=False)

    async def make_anew(self, case_id: UUID, run_id: UUID) -> None:
        """Owe the case a new run, as its own was deleted."""
        await asyncio.to_thread(self._owe, case_id, run_id, is_gone=True)

    async def _make(self, claim: Claim, generation: int, fresh: State[Any]) -> FlowRun:
        key = f"{claim.case_id}:{generation}"
        try:
            return await self._create(claim, key, fresh)
        except ObjectNotFound:  # No deployment yet, or somebody deleted it.
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

    def _known_state(self, case_id: UUID) -> UUID | None:
        with self._house.database.reading() as session:
            link = runs.find_link(session, case_id)
        return link.state_id if link else None

    def _link(self, case_id: UUID) -> tuple[UUID | None, int]:
        with self._house.database.reading() as session:
            link = runs.find_link(session, case_id)
            return (link.run_id, link.generation) if link else (None, 1)

    def _remember(self, claim: Claim, run: FlowRun, generation: int) -> None:
        with self._house.database.transaction("link") as session:
            leases.prove(session, claim, lease_ms=self._house.lease_ms)
            link = runs.link_of(session, claim.case_id)
            if link.generation > generation:  # Released or reopened while Prefect was asked.
                raise LeaseLost(f"{claim.reference} has another run by now")
            link.generation, link.run_id = generation, run.id
            link.state_id = run.state.id if run.state else None

    def _hold(self, case_id: UUID, run_id: UUID, state_name: str) -> bool:
        with self._house.database.transaction("hold") as session:
            case = leases.lock(session, case_id)
            if case.status is not CaseStatus.OPEN or not runs.carries(session, run_id, case_id):
                return False
            reason = f"the run was set to {state_name} in Prefect"
            hold(session, case, reason, now=self._house.clock.now())
        return True

    def _case_touched(self, run: FlowRun) -> UUID | None:
        """Return the unfinished case of a run that is not as we left it."""
        with self._house.database.reading() as session:
            found = runs.case_of_run(session, run.id)
        if found is None or run.state is None:
            return None
        case, link = found
        is_ours = link.state_id == run.state.id or case.status is CaseStatus.CLOSED
        return None if is_ours else case.id

    def _owe(self, case_id: UUID, run_id: UUID, *, is_gone: bool) -> None:
        with self._house.database.transaction("owe-anew") as session:
            case = leases.lock(session, case_id)
            if not runs.carries(session, run_id, case_id):
                return  # It has another run by now.
            if is_gone:
                runs.begin_generation(session, case_id)
            name = case.awaiting.value if case.status is CaseStatus.OPEN else owed.HELD
            at = case.wake_at or case.next_action_at
            owed.owe(session, case_id, name, at, now=self._house.clock.now())


def _is_held(run: FlowRun) -> bool:
    return run.state_type is StateType.CANCELLED and run.state_name == owed.HELD


def real_now() -> datetime:
    """Return Prefect's own time, which is the real one whatever cases live by."""
    return datetime.now(UTC)
