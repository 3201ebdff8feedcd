"""Is Prefect there? What has a person done in its pages?"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from prefect.client.schemas.objects import StateType

from cases.store import runs
from cases.store.tables.outbox import RunLink
from cases.vocabulary.errors import OrchestratorUnavailable, StoreUnavailable
from flows.registration import register_all
from flows.run_keeper import RunKeeper, real_now
from integrations.orchestrator import STOPS, PrefectRuns
from integrations.wiring import House

log = logging.getLogger("hancha.prefect")

PROBE_POLLS = 4  #: A look at Prefect for so many polls of the database: two seconds.
SWEEP_POLLS = 40  #: Twenty seconds.
SWEEP_BATCH = 50
LOOK_BACK = timedelta(days=1)  #: The first look; what is older, the sweep finds.
OVERLAP = timedelta(seconds=5)  #: A state may be written a little later than it is dated.
FALLEN = (StateType.FAILED, StateType.CRASHED)


class PrefectWatch:
    """Keeps Prefect's picture true, and notices when it is away or somebody touched it."""

    def __init__(self, house: House, prefect: PrefectRuns) -> None:
        self._house, self._prefect = house, prefect
        self._keeper = RunKeeper(house, prefect)
        self._looked_at = real_now() - LOOK_BACK
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
        poll_seconds = self._house.settings.poll_seconds
        while not stop.is_set():
            try:
                await self._probe()
                await self.look()
                if time.monotonic() - swept > SWEEP_POLLS * poll_seconds:
                    await self.sweep()
                    swept = time.monotonic()
            except OrchestratorUnavailable as away:
                self.saw_it_away(str(away))
            except StoreUnavailable as fault:
                log.warning("%s", fault)
            except Exception:
                log.exception("the watch on Prefect stumbled and goes on")
            await rest(stop, PROBE_POLLS * poll_seconds)

    async def look(self) -> None:
        """Judge every run that somebody stopped, or that ended, since the last look."""
        now = real_now()
        for run in await self._prefect.touched(self._looked_at - OVERLAP):
            await self._keeper.judge(run)
        self._looked_at = now

    async def sweep(self) -> None:
        """Look at the next few runs one by one; what was deleted is made anew."""
        if not await self._prefect.deployments.are_there():
            await register_all(self._prefect)
        links = await asyncio.to_thread(self._next_links)
        by_run = {link.run_id: link.case_id for link in links if link.run_id is not None}
        found = await self._prefect.read_all(list(by_run)) if by_run else {}
        for run_id, case_id in by_run.items():
            run = found.get(run_id)
            if run is None:
                log.warning("run %s is gone from Prefect and is made anew", run_id)
                await self._keeper.make_anew(case_id, run_id)
            elif run.state_type in (*STOPS, *FALLEN):
                await self._keeper.judge(run)

    async def _probe(self) -> None:
        self.is_paused = await self._prefect.pool_is_paused()
        if not self._is_registered:
            if not await self._prefect.deployments.are_there():
                await register_all(self._prefect)
            self._is_registered = True
            log.info("Prefect is there")
        self._away_since = None

    def _next_links(self) -> Sequence[RunLink]:
        with self._house.database.reading() as session:
            links = runs.links_after(session, self._swept_to, limit=SWEEP_BATCH)
        self._swept_to = links[-1].case_id if len(links) == SWEEP_BATCH else None
        return links


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Wait some seconds, or until told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
