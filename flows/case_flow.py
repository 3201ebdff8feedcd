"""`@case_flow`: a plain function becomes a Prefect flow whose run lasts as long as its case."""

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from socket import gethostname
from typing import Any, cast
from uuid import UUID, uuid4

from prefect import Flow, flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.client.schemas.responses import OrchestrationResult
from prefect.context import FlowRunContext
from prefect.exceptions import Abort, Pause
from prefect.states import Cancelled, Scheduled

from cases.rules.backoff import case_pause_ms
from cases.store import leases, owed, runs
from cases.store.cases import by_reference
from cases.store.leases import Claim, FlowVersion
from cases.store.tables.case import Case
from cases.vocabulary.errors import LeaseLost, ReplayMismatch
from cases.vocabulary.status import CaseStatus
from flows.turn import CaseBody, Turn, failed, give_back, take_turn
from integrations.deployments import FlowEntry
from integrations.wiring import House, house

RETRY = "AwaitingRetry"
BUSY = "AwaitingLease"
AGAIN = "AwaitingEngine"
STOCK_REST_SECONDS = 600  #: A stock worker runs again and again what is parked for the past.


@dataclass(frozen=True, slots=True)
class CaseFlow:
    """One released version of a case flow."""

    name: str
    version: int
    body: CaseBody
    flow: Flow[[str], str]
    entry: FlowEntry


@dataclass(slots=True)
class Hand:
    """A claimed case in the hand of whoever runs its flow."""

    house: House
    claim: Claim
    turn: Turn | None = None
    state_id: UUID | None = None  #: Of the last state that Prefect accepted.
    is_stock: bool = False  #: A stock Prefect worker runs the flow, not ours.
    is_given_back: bool = False  #: Or another worker has the case by now.


IN_HAND: ContextVar[Hand] = ContextVar("case_in_hand")

_released: dict[tuple[str, int], CaseFlow] = {}


def case_flow(name: str, *, version: int) -> Callable[[CaseBody], Flow[[str], str]]:
    """Release a function as a version of a case flow.

    Old versions stay in the code for as long as a case sleeps on them.
    """

    def release(body: CaseBody) -> Flow[[str], str]:
        async def run(case: str) -> str:
            return await _run_turn(case, (name, version), body)

        run.__doc__ = body.__doc__
        wrapped = cast(
            "Flow[[str], str]",
            flow(
                name=name,
                version=str(version),
                validate_parameters=False,
                persist_result=False,
            )(run),
        )
        # A body's module is "flows.name" here, and "__prefect_loader__..." in a stock worker.
        module = body.__module__.rpartition(".")[2]
        entry = FlowEntry(name, version, f"flows/{module}.py:{body.__name__}")
        _released[name, version] = CaseFlow(name, version, body, wrapped, entry)
        return wrapped

    return release


def released() -> dict[tuple[str, int], CaseFlow]:
    """Return every released version by name and number."""
    return dict(_released)


async def _run_turn(case: str, version: FlowVersion, body: CaseBody) -> str:
    """Take one turn inside a Prefect run, and leave the run parked or let it complete."""
    context = FlowRunContext.get()
    assert context is not None
    assert context.flow_run is not None
    client, run_id = context.client, context.flow_run.id
    assert isinstance(client, PrefectClient)
    hand = IN_HAND.get(None) or await asyncio.to_thread(_pick_up, case, version, run_id)
    if hand is None:
        busy: State[Any] = Scheduled(name=BUSY, scheduled_time=_soon(seconds=60))
        raise Pause(state=await _park(client, run_id, busy))
    try:
        turn = await asyncio.to_thread(take_turn, hand.house, hand.claim, body)
    except LeaseLost as lost:  # Another worker has the case and writes the run's states.
        hand.is_given_back = True
        raise Abort(str(lost)) from lost
    except Exception as fault:
        raise Pause(state=await _leave_failed(hand, fault, client, run_id)) from fault
    hand.turn = turn
    if turn.outcome is not None:
        if hand.is_stock:
            await asyncio.to_thread(give_back, hand.house, hand.claim, turn, None)
        return turn.outcome.value
    accepted = await _leave_parked(hand, turn, client, run_id)
    if hand.is_stock:  # Our own executor first looks whether a person stopped the run meanwhile.
        await asyncio.to_thread(give_back, hand.house, hand.claim, turn, accepted.id)
    raise Pause(state=accepted)


async def _leave_parked(hand: Hand, turn: Turn, client: PrefectClient, run_id: UUID) -> State[Any]:
    state = await asyncio.to_thread(_state_after, hand, turn)
    hand.house.reached("report:before")
    accepted = await _park(client, run_id, state)
    hand.house.reached("report:after")
    hand.state_id = accepted.id
    return accepted


async def _leave_failed(
    hand: Hand, fault: Exception, client: PrefectClient, run_id: UUID
) -> State[Any]:
    """Park the run until the next try while the case is still ours, then count the bad turn."""
    again_at = _soon(seconds=case_pause_ms(hand.claim.attempts) / 1000)
    try:
        accepted = await _park(client, run_id, Scheduled(name=RETRY, scheduled_time=again_at))
        hand.state_id = accepted.id
    finally:
        hand.is_given_back = True
        await asyncio.to_thread(failed, hand.house, hand.claim, fault, hand.state_id)
    return accepted


def _state_after(hand: Hand, turn: Turn) -> State[Any]:
    if turn.parked is not None:
        at = turn.parked.wake_at or turn.parked.next_action_at
        if hand.is_stock:
            at = max(at, _soon(seconds=STOCK_REST_SECONDS))
        return Scheduled(name=turn.parked.awaiting.value, scheduled_time=at)
    with hand.house.database.reading() as session:
        status = session.get_one(Case, hand.claim.case_id).status
    if status in (CaseStatus.HELD, CaseStatus.QUARANTINED):
        return Cancelled(name=owed.HELD)
    return Scheduled(name=AGAIN, scheduled_time=_soon(seconds=0))


async def _park(client: PrefectClient, run_id: UUID, state: State[Any]) -> State[Any]:
    """Leave the run in a state. Raises Abort when Prefect does not accept it."""
    answer: OrchestrationResult[Any] = await client.set_flow_run_state(run_id, state)
    if answer.status.value != "ACCEPT" or answer.state is None:
        raise Abort(f"the run was not parked: {answer.status.value}")
    return answer.state


def _pick_up(reference: str, version: FlowVersion, run_id: UUID) -> Hand | None:
    """Claim the case for this run, or return None while somebody has it.

    Raises ReplayMismatch when the case follows another flow.
    """
    here = house()
    holder = f"stock:{gethostname()}:{uuid4().hex[:8]}"
    with here.database.transaction("claim") as session:
        case = by_reference(session, reference)
        if (case.flow, case.flow_version) != version:
            raise ReplayMismatch(f"{reference} follows {case.flow} {case.flow_version}")
        claim = leases.claim_one(session, case.id, holder=holder, lease_ms=here.lease_ms)
        link = runs.link_of(session, case.id)
        link.run_id = link.run_id or run_id
    return Hand(here, claim, is_stock=True) if claim else None


def _soon(*, seconds: float) -> datetime:
    """Return an instant in Prefect's own time, which is the real one."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
