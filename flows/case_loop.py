"""Claim due cases, fairly and in order, and advance a few at a time."""

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from uuid import UUID

from cases.store import leases
from cases.store.leases import Claim, DueQueue
from cases.vocabulary.errors import OrchestratorUnavailable, StoreUnavailable
from flows.case_flow import released
from flows.executor import DirectExecutor, Executor, PrefectExecutor
from flows.prefect_watch import PrefectWatch
from integrations.wiring import House

log = logging.getLogger("hancha.worker")

#: How long the turns that run may take to end once the worker is asked to stop. A lease may be
#: shorter, as each of their writes renews it; after 90 s systemd would kill us.
STOP_SECONDS = 60.0


class CaseLoop:
    """The heart of a worker: claim, advance, give back, again."""

    def __init__(
        self,
        house: House,
        *,
        holder: str,
        through_prefect: PrefectExecutor,
        watch: PrefectWatch,
    ) -> None:
        self._house, self._holder, self._watch = house, holder, watch
        self._through_prefect: Executor = through_prefect
        self._direct: Executor = DirectExecutor(house)
        self._busy: set[asyncio.Task[None]] = set()
        self._served: dict[int, deque[UUID]] = defaultdict(deque)

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until told to stop, then let the turns that run come to their end."""
        while not stop.is_set():
            claims = await self._claim_some()
            for claim in claims:
                task = asyncio.create_task(self._advance(claim), name=claim.reference)
                self._busy.add(task)
                task.add_done_callback(self._busy.discard)
            if not claims or len(self._busy) >= self._house.settings.concurrency:
                await self._rest(stop)
        if self._busy:
            await asyncio.wait(self._busy, timeout=STOP_SECONDS)

    @property
    def is_busy(self) -> bool:
        """Whether a turn is being taken now."""
        return bool(self._busy)

    async def _rest(self, stop: asyncio.Event) -> None:
        """Wait until a turn ends or the next poll is due."""
        waiting = {asyncio.ensure_future(stop.wait()), *self._busy}
        await asyncio.wait(
            waiting,
            timeout=self._house.settings.poll_seconds,
            return_when=asyncio.FIRST_COMPLETED,
        )
        for each in waiting - self._busy:
            each.cancel()

    async def _claim_some(self) -> list[Claim]:
        free = self._house.settings.concurrency - len(self._busy)
        if free <= 0 or self._watch.must_wait or self._watch.is_paused:
            return []
        try:
            return await asyncio.to_thread(self._claim, free)
        except StoreUnavailable as fault:
            log.warning("%s", fault)
        except Exception:
            log.exception("nothing could be claimed; the worker goes on")
        return []

    def _claim(self, free: int) -> list[Claim]:
        now = self._house.clock.now()
        with self._house.database.reading() as session:
            queues = leases.due_queues(session, now)
        if not queues:
            return []
        claims: list[Claim] = []
        with self._house.database.transaction("claim") as session:
            rivals = Counter(queue.priority for queue in queues)
            for queue in self._in_turn(queues):
                # What is left goes to this priority alone; its offices share it.
                share = max(1, (free - len(claims)) // rivals[queue.priority])
                rivals[queue.priority] -= 1
                taken = leases.claim(
                    session,
                    queue,
                    now=now,
                    holder=self._holder,
                    lease_ms=self._house.lease_ms,
                    versions=released().keys(),
                    limit=share,
                )
                claims.extend(taken)
                if len(claims) >= free:
                    break
        return claims

    def _in_turn(self, queues: Iterable[DueQueue]) -> Iterable[DueQueue]:
        """Yield queues by priority; within one, the office served longest ago comes first."""
        by_priority: dict[int, list[DueQueue]] = defaultdict(list)
        for queue in queues:
            by_priority[queue.priority].append(queue)
        for priority in sorted(by_priority):
            served = self._served[priority]
            order = {office: place for place, office in enumerate(served)}
            for queue in sorted(
                by_priority[priority], key=lambda each: order.get(each.office_id, -1)
            ):
                if queue.office_id in order:
                    served.remove(queue.office_id)
                served.append(queue.office_id)
                yield queue

    async def _advance(self, claim: Claim) -> None:
        executor = self._direct if self._watch.goes_without else self._through_prefect
        try:
            await executor.advance(claim)
        except OrchestratorUnavailable as away:
            self._watch.saw_it_away(str(away))
        except Exception:
            log.exception("the turn of %s was not given back; its lease will run out", claim)
