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
from prefect.states import Scheduled

from cases.store import leases
from cases.store.cases import by_reference
from cases.store.leases import Claim
from cases.vocabulary.errors import LeaseLost
from flows.turn import CaseBody, Turn, failed, give_back, take_turn
from integrations.orchestrator import FlowEntry
from integrations.wiring import House, house

RETRY = "AwaitingRetry"
BUSY = "AwaitingLease"
AGAIN = "AwaitingEngine"


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
    is_given_back: bool = False  #: After a fault, or because another worker has the case.


IN_HAND: ContextVar[Hand] = ContextVar("case_in_hand")

_released: dict[tuple[str, int], CaseFlow] = {}


def case_flow(name: str, *, version: int) -> Callable[[CaseBody], Flow[[str], str]]:
    """Release a function as a version of a case flow.

    Old versions stay in the code for as long as a case sleeps on them.
    """

    def release(body: CaseBody) -> Flow[[str], str]:
        async def run(case: str) -> str:
            return await _run_turn(case, body)

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


async def _run_turn(case: str, body: CaseBody) -> str:
    """Take one turn inside a Prefect run, and leave the run parked or let it complete."""
    context = FlowRunContext.get()
    assert context is not None
    assert context.flow_run is not None
    client, run_id = context.client, context.flow_run.id
    assert isinstance(client, PrefectClient)
    hand = IN_HAND.get(None) or await asyncio.to_thread(_pick_up, case)
    if hand is None:
        raise Pause(state=await _park(client, run_id, BUSY, _soon(seconds=60)))
    try:
        turn = await asyncio.to_thread(take_turn, hand.house, hand.claim, body)
    except LeaseLost as lost:  # Another worker has the case and writes the run's states.
        hand.is_given_back = True
        raise Abort(str(lost)) from lost
    except Exception as fault:
        hand.is_given_back = True
        await asyncio.to_thread(failed, hand.house, hand.claim, fault)
        state = await _park(client, run_id, RETRY, _soon(seconds=30))
        raise Pause(state=state) from fault
    hand.turn = turn
    if turn.outcome is not None:
        return turn.outcome.value
    raise Pause(state=await _leave_parked(hand, turn, client, run_id))


async def _leave_parked(hand: Hand, turn: Turn, client: PrefectClient, run_id: UUID) -> State[Any]:
    parked = turn.parked
    name = parked.awaiting.value if parked else AGAIN
    at = (parked.wake_at or parked.next_action_at) if parked else _soon(seconds=0)
    hand.house.reached("report:before")
    state = await _park(client, run_id, name, at)
    hand.house.reached("report:after")
    hand.state_id = state.id
    await asyncio.to_thread(give_back, hand.house, hand.claim, turn, state.id)
    return state


async def _park(client: PrefectClient, run_id: UUID, name: str, at: datetime) -> State[Any]:
    """Schedule the run under a name. Raises Abort when Prefect accepts it no longer."""
    parked: State[Any] = Scheduled(name=name, scheduled_time=at)
    answer: OrchestrationResult[Any] = await client.set_flow_run_state(run_id, parked)
    if answer.status.value != "ACCEPT" or answer.state is None:
        raise Abort(f"the run was not parked: {answer.status.value}")
    return answer.state


def _pick_up(case: str) -> Hand | None:
    """Claim the case here: a stock Prefect worker runs the flow, not ours."""
    here = house()
    holder = f"stock:{gethostname()}:{uuid4().hex[:8]}"
    with here.database.transaction("claim") as session:
        case_id = by_reference(session, case).id
        claim = leases.claim_one(session, case_id, holder=holder, lease_ms=here.lease_ms)
    return Hand(here, claim) if claim else None


def _soon(*, seconds: float) -> datetime:
    """Return an instant in Prefect's own time, which is the real one."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
