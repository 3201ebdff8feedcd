"""The seam behind which a claimed case is advanced: through Prefect's engine, or without it."""

import asyncio
from typing import Protocol

import httpx
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow_async
from prefect.states import Scheduled

from cases.store import leases
from cases.store.leases import Claim
from cases.vocabulary.errors import LeaseLost, OrchestratorUnavailable
from flows.case_flow import AGAIN, IN_HAND, CaseFlow, Hand, released
from flows.run_keeper import NEEDS_A_PERSON, RunKeeper, real_now
from flows.turn import failed, give_back, take_turn
from integrations.orchestrator import PrefectRuns
from integrations.wiring import House


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

    async def advance(self, claim: Claim) -> None:
        """Make the run if it is missing, make it ready, run it, and see how it was left."""
        try:
            run = await self._ready_run(claim)
        except OrchestratorUnavailable:
            await asyncio.to_thread(self._not_begun, claim)
            raise
        if run is None:
            return
        hand = Hand(self._house, claim)
        await self._run_engine(released()[claim.flow, claim.flow_version], run, hand)
        await self._see_how_it_was_left(hand, run)

    async def _ready_run(self, claim: Claim) -> FlowRun | None:
        """Return a run that the engine starts at once; None when a person stopped it."""
        now = real_now()
        run = await self._keeper.run_of(claim, Scheduled(name=AGAIN, scheduled_time=now))
        state = run.state
        if state is None or state.type in NEEDS_A_PERSON:
            await self._keeper.hold(claim, run)
            return None
        due_at = state.state_details.scheduled_time if state.is_scheduled() else None
        if due_at is None or due_at > now:
            # Parked for later, or left Running by a worker that died: the engine would wait
            # for the old date, or not start at all.
            await self._prefect.schedule(run.id, AGAIN, now)
        # With its deployment the engine would open a websocket for each run to hear of
        # suspensions; we read the run's state before and after instead.
        return run.model_copy(update={"deployment_id": None})

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
        except (httpx.HTTPError, OSError) as fault:
            await asyncio.to_thread(self._cut_off, hand)
            raise OrchestratorUnavailable(f"Prefect does not answer: {fault}") from fault
        finally:
            IN_HAND.reset(token)

    async def _see_how_it_was_left(self, hand: Hand, run: FlowRun) -> None:
        """Settle what the flow itself could not: its end, or a state that was refused."""
        if hand.turn is not None and hand.turn.outcome is not None:
            await asyncio.to_thread(give_back, self._house, hand.claim, hand.turn, hand.state_id)
        elif hand.state_id is None and not hand.is_given_back:
            left = await self._prefect.read(run.id)
            if left and left.state and left.state.type in NEEDS_A_PERSON:
                await self._keeper.hold(hand.claim, left)
            else:
                await asyncio.to_thread(self._cut_off, hand)

    def _cut_off(self, hand: Hand) -> None:
        """Give the case back when Prefect went away in the middle of the turn."""
        if hand.is_given_back:
            return
        if hand.turn is None:
            self._not_begun(hand.claim)
        else:
            give_back(self._house, hand.claim, hand.turn, None)

    def _not_begun(self, claim: Claim) -> None:
        """Give the case back as if it had not been claimed, after a short rest."""
        with self._house.database.transaction("not-begun") as session:
            leases.forget_attempt(session, claim)
            leases.release(session, claim, ended_well=False, pause_ms=2_000)
