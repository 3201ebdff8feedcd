"""Is Prefect there? What has a person done in its pages?"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from cases.operations.supervision import hold
from cases.store import leases, owed, runs
from cases.vocabulary.errors import OrchestratorUnavailable, StoreUnavailable
from cases.vocabulary.status import CaseStatus
from flows.registration import register_all
from integrations.orchestrator import PrefectRuns
from integrations.wiring import House

log = logging.getLogger("hancha.prefect")

PROBE_SECONDS = 2.0
SWEEP_BATCH = 50
SWEEP_SECONDS = 30.0


class PrefectWatch:
    """Keeps Prefect's picture true, and notices when it is away or somebody touched it."""

    def __init__(self, house: House, prefect: PrefectRuns) -> None:
        self._house, self._prefect = house, prefect
        self._away_since: float | None = time.monotonic()  #: Until it has answered once.
        self._is_registered = False
        self._swept_to: UUID | None = None
        self.is_paused = False

    @property
    def is_up(self) -> bool:
        """Whether Prefect answered when it was last asked, and knows our flows."""
        return self._is_registered and self._away_since is None

    @property
    def must_wait(self) -> bool:
        """Whether Prefect went away so lately that cases had better wait for it."""
        return not self.is_up and not self.goes_without

    @property
    def goes_without(self) -> bool:
        """Whether Prefect has been away for so long that cases go on without it."""
        if self._away_since is None:
            return False
        return time.monotonic() - self._away_since >= self._house.settings.prefect_patience_seconds

    def saw_it_away(self, words: str) -> None:
        """Note that a call found Prefect away."""
        if self._away_since is None:
            log.warning("%s", words)
            self._away_since = time.monotonic()
            self._is_registered = False  # It may come back with an empty database.

    async def run(self, stop: asyncio.Event) -> None:
        """Probe and look around until told to stop."""
        swept = 0.0
        while not stop.is_set():
            try:
                if await self._probe():
                    await self._hold_stopped()
                    if time.monotonic() - swept > SWEEP_SECONDS:
                        await self._sweep()
                        swept = time.monotonic()
            except OrchestratorUnavailable as away:
                self.saw_it_away(str(away))
            except StoreUnavailable as fault:
                log.warning("%s", fault)
            except Exception:
                log.exception("the watch on Prefect stumbled and goes on")
            await rest(stop, PROBE_SECONDS)

    async def _probe(self) -> bool:
        if not await self._prefect.is_up():
            self.saw_it_away("Prefect does not answer; cases wait, then go on without it")
            return False
        if not self._is_registered:
            await register_all(self._prefect)
            self._is_registered = True
            log.info("Prefect is there")
        self._away_since = None
        self.is_paused = await self._prefect.pool_is_paused()
        return True

    async def _hold_stopped(self) -> None:
        """Hold each open case whose run somebody cancelled while it slept."""
        for run in await self._prefect.stopped_by_people():
            await asyncio.to_thread(self._hold_case_of, run.id, run.state_name or "stopped")

    def _hold_case_of(self, run_id: UUID, state: str) -> None:
        with self._house.database.reading() as session:
            found = runs.case_of_run(session, run_id)
        if found is None or found[0].status is not CaseStatus.OPEN:
            return
        with self._house.database.transaction("hold") as session:
            case = leases.lock(session, found[0].id)
            reason = f"the run was set to {state} in Prefect"
            hold(session, case, reason, now=self._house.clock.now())

    async def _sweep(self) -> None:
        """Look whether the next few runs still exist; a deleted one is owed its state anew."""
        with self._house.database.reading() as session:
            links = runs.links_after(session, self._swept_to, limit=SWEEP_BATCH)
        self._swept_to = links[-1].case_id if len(links) == SWEEP_BATCH else None
        by_run = {link.run_id: link.case_id for link in links if link.run_id is not None}
        if not by_run:
            return
        gone = by_run.keys() - await self._prefect.existing(list(by_run))
        if gone:
            log.warning("%d runs are gone from Prefect and are made anew", len(gone))
            await asyncio.to_thread(self._owe_anew, [by_run[run_id] for run_id in gone])

    def _owe_anew(self, case_ids: Sequence[UUID]) -> None:
        with self._house.database.transaction("rebuild") as session:
            now = self._house.clock.now()
            for case_id in case_ids:
                case = leases.lock(session, case_id)
                runs.begin_generation(session, case_id)
                at = case.wake_at or case.next_action_at
                is_open = case.status is CaseStatus.OPEN
                name = case.awaiting.value if is_open else owed.HELD
                owed.owe(session, case_id, name, at, now=now)


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Wait some seconds, or until told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
