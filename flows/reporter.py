"""Tell Prefect the states that it is owed: dates that moved, ends, what went on without it."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Completed, Scheduled

from cases.store import leases, owed, runs
from cases.store.leases import Claim
from cases.vocabulary.errors import LeaseLost, OrchestratorUnavailable, StoreUnavailable
from flows.prefect_watch import PrefectWatch, rest
from flows.run_keeper import RunKeeper, real_now
from integrations.orchestrator import PrefectRuns
from integrations.wiring import House

log = logging.getLogger("hancha.reporter")

BATCH = 20
ENDED = (StateType.CANCELLED, StateType.COMPLETED)


@dataclass(frozen=True, slots=True)
class Debt:
    """One state owed for one case, which the reporter holds meanwhile."""

    claim: Claim
    name: str
    at: datetime | None
    serial: int


class Reporter:
    """Pays what is owed, oldest first, each under a lease: only its holder writes run states."""

    def __init__(self, house: House, prefect: PrefectRuns, watch: PrefectWatch) -> None:
        self._house, self._prefect, self._watch = house, prefect, watch
        self._keeper = RunKeeper(house, prefect)

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until told to stop."""
        while not stop.is_set():
            paid = 0
            try:
                if self._watch.is_up:
                    paid = await self.pay()
            except OrchestratorUnavailable as away:
                self._watch.saw_it_away(str(away))
            except StoreUnavailable as fault:
                log.warning("%s", fault)
            except Exception:
                log.exception("the reporter stumbled and goes on")
            await rest(stop, 0.05 if paid == BATCH else 2 * self._house.settings.poll_seconds)

    async def pay(self) -> int:
        """Report up to a batch of owed states; return how many were taken up."""
        case_ids = await asyncio.to_thread(self._oldest)
        for case_id in case_ids:
            debt = await asyncio.to_thread(self._take, case_id)
            if debt is None:
                continue
            state_id = None
            try:
                state_id = await self._tell(debt)
            except LeaseLost as lost:  # Whoever has the case now pays.
                log.info("%s", lost)
            except ObjectNotFound:  # A worker that has this flow must register it first.
                log.warning("no deployment for %s", debt.claim.reference)
            finally:
                await asyncio.to_thread(self._settle, debt, state_id)
        return len(case_ids)

    def _oldest(self) -> list[UUID]:
        with self._house.database.reading() as session:
            return owed.oldest(session, limit=BATCH)

    def _take(self, case_id: UUID) -> Debt | None:
        holder = f"reporter:{uuid4().hex[:12]}"
        with self._house.database.transaction("report") as session:
            claim = leases.claim_one(
                session, case_id, holder=holder, lease_ms=self._house.lease_ms, is_turn=False
            )
            if claim is None:
                return None
            state = owed.of_case(session, case_id)
            if state is None:
                leases.release(session, claim, ended_well=False)
                return None
            return Debt(claim, state.name, state.at, state.serial)

    async def _tell(self, debt: Debt) -> UUID | None:
        """Give the run the state that is owed; return its id, or None if it was not taken."""
        at = debt.at or real_now()
        ends = debt.name in (owed.HELD, owed.COMPLETED)
        fresh: State[Any] = Scheduled(name=debt.name, scheduled_time=at)
        run = await self._keeper.run_of(debt.claim, fresh, even_held=ends)
        if ends:
            return await self._end(run, debt.name)
        known = await self._keeper.known_state(debt.claim)
        stop = await self._keeper.stop_of(run, known)
        state_id = None
        if stop is None:
            state_id = await self._prefect.schedule(run.id, debt.name, at)
            stop = await self._prefect.stop_since(run.id, known)
        if stop is not None:
            await self._keeper.hold(debt.claim.case_id, run.id, stop.name)
        return state_id

    async def _end(self, run: FlowRun, name: str) -> UUID | None:
        """End the run, unless a person ended it: then that stays to be seen."""
        state = run.state
        if state is not None and state.type in ENDED and state.name != owed.HELD:
            return state.id
        end: State[Any] = Cancelled(name=owed.HELD) if name == owed.HELD else Completed()
        return await self._prefect.set_state(run.id, end, force=True)

    def _settle(self, debt: Debt, state_id: UUID | None) -> None:
        with self._house.database.transaction("reported") as session:
            pause_ms = 0 if state_id else 5_000
            leases.release(session, debt.claim, ended_well=False, pause_ms=pause_ms)
            if state_id is not None:
                runs.remember_state(session, debt.claim.case_id, state_id)
                owed.settle(session, debt.claim.case_id, debt.serial)
