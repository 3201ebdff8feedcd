"""The seam behind which a claimed case is advanced: through Prefect's engine, or without it."""

import asyncio
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import httpx
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import Abort, ObjectNotFound, Pause
from prefect.flow_engine import run_flow_async
from prefect.states import Scheduled

from cases.store import leases
from cases.store.leases import Claim
from cases.vocabulary.errors import LeaseLost, OrchestratorUnavailable
from flows.case_flow import AGAIN, IN_HAND, CaseFlow, Hand, released
from flows.run_keeper import RunKeeper, real_now
from flows.turn import failed, give_back, take_turn
from integrations.orchestrator import PrefectRuns
from integrations.wiring import House


def claim_due(house: House, *, holder: str, limit: int = 50) -> list[Claim]:
    """Claim what is due now, up to `limit` of each queue; a worker does it more fairly."""
    now = house.clock.now()
    with house.database.transaction("claim") as session:
        return [
            claim
            for queue in leases.due_queues(session, now)
            for claim in leases.claim(
                session,
                queue,
                now=now,
                holder=holder,
                lease_ms=house.lease_ms,
                versions=released().keys(),
                limit=limit,
            )
        ]


class Executor(Protocol):
    """Advances one claimed case by one turn and gives it back."""

    async def advance(self, claim: Claim) -> None:
        """Take the turn. Raises OrchestratorUnavailable when it could not begin."""


class DirectExecutor:
    """Runs the flow's body without Prefect; the run's states are owed."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def advance(self, claim: Claim) -> None:
        """Take the turn in a thread."""
        await asyncio.to_thread(self._advance, claim)

    def _advance(self, claim: Claim) -> None:
        body = released()[claim.flow, claim.flow_version].body
        try:
            turn = take_turn(self._house, claim, body)
        except LeaseLost:
            return
        except Exception as fault:  # Whatever a case does, the worker goes on.
            failed(self._house, claim, fault)
            return
        give_back(self._house, claim, turn, state_id=None)


class PrefectExecutor:
    """Runs the flow through Prefect's own engine, in this process."""

    def __init__(self, house: House, prefect: PrefectRuns) -> None:
        self._house, self._prefect = house, prefect
        self._keeper = RunKeeper(house, prefect)
        self._direct = DirectExecutor(house)

    async def advance(self, claim: Claim) -> None:
        """Make the run if it is missing, make it ready, run it, and see how it was left."""
        began = real_now()
        try:
            run = await self._keeper.run_of(claim, Scheduled(name=AGAIN, scheduled_time=began))
            known = await self._keeper.known_state(claim)
            stop = await self._keeper.stop_of(run, known)
            if run.state is None or stop is not None:
                await self._without_its_run(claim, run, stop)
                return
            is_ready = await self._make_ready(run, run.state, began)
        except LeaseLost:  # Another worker has the case or another run carries it by now.
            await asyncio.to_thread(self._not_begun, claim)
            return
        except OrchestratorUnavailable:
            await asyncio.to_thread(self._not_begun, claim)
            raise
        if not is_ready:  # Somebody stopped or deleted it just now; the next turn will see.
            await asyncio.to_thread(self._not_begun, claim)
            return
        hand = Hand(self._house, claim)
        # With its deployment the engine would open a websocket for each run to hear of
        # suspensions; we read the run's history afterwards instead.
        given = run.model_copy(update={"deployment_id": None})
        await self._run_engine(released()[claim.flow, claim.flow_version], given, hand)
        await self._see_how_it_was_left(hand, run, known)

    async def _without_its_run(self, claim: Claim, run: FlowRun, stop: State[Any] | None) -> None:
        """Ask the manager, as a person stopped the run; a case that was closed takes its leave."""
        if await self._keeper.hold(claim.case_id, run.id, stop.name if stop else None):
            with self._house.database.transaction("give-back") as session:
                leases.release(session, claim, ended_well=True)
        else:
            await self._direct.advance(claim)

    async def _make_ready(self, run: FlowRun, state: State[Any], now: datetime) -> bool:
        """Whether the engine will start the run at once."""
        due_at = state.state_details.scheduled_time if state.is_scheduled() else None
        if due_at is not None and due_at <= now:
            return True
        # Parked for later, or left Running by a worker that died: the engine would wait for
        # the old date, or not start at all.
        return await self._prefect.schedule(run.id, AGAIN, now) is not None

    async def _run_engine(self, case_flow: CaseFlow, run: FlowRun, hand: Hand) -> None:
        token = IN_HAND.set(hand)
        try:
            state = await run_flow_async(
                case_flow.flow,
                flow_run=run,
                parameters={"case": hand.claim.reference},
                return_type="state",
            )
            if hand.turn is not None and isinstance(state, State) and state.is_completed():
                hand.state_id = state.id
        except (Pause, Abort):
            pass  # The flow left its run parked, or may no longer write to it.
        except ObjectNotFound:  # Somebody deleted the run; the next turn has a new one.
            await asyncio.to_thread(self._cut_off, hand)
        except (httpx.HTTPError, OSError) as fault:
            await asyncio.to_thread(self._cut_off, hand)
            raise OrchestratorUnavailable(f"Prefect does not answer: {fault}") from fault
        finally:
            IN_HAND.reset(token)

    async def _see_how_it_was_left(self, hand: Hand, run: FlowRun, known: UUID | None) -> None:
        """Settle the turn, and hold the case if a person stopped its run meanwhile.

        A state of ours is remembered only once we have looked back, so that whoever comes after
        a power cut looks back as far.
        """
        if hand.turn is not None and hand.turn.outcome is not None:
            await asyncio.to_thread(give_back, self._house, hand.claim, hand.turn, hand.state_id)
            return
        state_id = None
        try:
            stop = await self._prefect.stop_since(run.id, known, ours=hand.state_id)
            if stop is None:
                state_id = hand.state_id
            else:
                await self._keeper.hold(hand.claim.case_id, run.id, stop.name)
        finally:
            await asyncio.to_thread(self._cut_off, hand, state_id)

    def _cut_off(self, hand: Hand, state_id: UUID | None = None) -> None:
        """Give the case back; without a state that was accepted and judged, that stays owed."""
        if hand.is_given_back:
            return
        hand.is_given_back = True
        if hand.turn is None:
            self._not_begun(hand.claim)
        else:
            give_back(self._house, hand.claim, hand.turn, state_id)

    def _not_begun(self, claim: Claim) -> None:
        """Give the case back as if it had not been claimed, after a short rest."""
        with self._house.database.transaction("not-begun") as session:
            leases.forget_attempt(session, claim)
            leases.release(session, claim, ended_well=False, pause_ms=2_000)
