"""One turn of a case: run its flow until it waits or ends. Knows no Prefect."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cases.operations.supervision import quarantine
from cases.rules.backoff import CASE_TRIES, case_pause_ms
from cases.store import leases, owed, runs
from cases.store.leases import Claim
from cases.vocabulary.errors import ReplayMismatch
from cases.vocabulary.status import CaseStatus, Outcome
from cases.vocabulary.values import Parked
from flows.case_run import CaseRun
from flows.steps import Overtaken, Waiting
from integrations.wiring import House

log = logging.getLogger("hancha.turn")


class NeverGaveBack(Exception):
    """No turn of the case came to an end: it takes its worker with it."""


CaseBody = Callable[[CaseRun], Outcome]


@dataclass(frozen=True, slots=True)
class Turn:
    """How a turn ended: parked, finished, or (both None) to be taken again at once."""

    parked: Parked | None = None
    outcome: Outcome | None = None
    serial: int = 0  #: Of the state that is owed now.


def take_turn(house: House, claim: Claim, body: CaseBody) -> Turn:
    """Run the flow's body until it parks the case or ends it.

    Raises LeaseLost when another worker has the case, ReplayMismatch when the flow is not the
    one that wrote the journal, NeverGaveBack when the case killed every worker that took it,
    and whatever a step raises; none of them leaves anything half done.
    """
    if claim.attempts > CASE_TRIES:
        raise NeverGaveBack(f"the last {CASE_TRIES} turns ended with their worker")
    run = CaseRun(house, claim)
    try:
        outcome = _ended_by_hand(run) or body(run)
    except Waiting as waiting:
        return Turn(parked=waiting.parked, serial=waiting.serial)
    except Overtaken:
        return Turn()
    return _complete(house, run, outcome)


def give_back(house: House, claim: Claim, turn: Turn, state_id: UUID | None) -> None:
    """Release the case after a turn that ended well.

    With the id of the state that Prefect accepted nothing is owed any more; without one it
    goes on being owed.
    """
    with house.database.transaction("give-back") as session:
        if leases.release(session, claim, ended_well=True) and state_id is not None:
            runs.remember_state(session, claim.case_id, state_id)
            owed.settle(session, claim.case_id, turn.serial)


def failed(house: House, claim: Claim, fault: BaseException, state_id: UUID | None = None) -> None:
    """Count a bad turn: rest and try again, or quarantine the case with an owner.

    `state_id` is the state that Prefect accepted for the time of the rest.
    """
    reason = f"{type(fault).__name__}: {fault}"
    log.warning("turn %d of %s failed: %s", claim.attempts, claim.reference, reason)
    hopeless = isinstance(fault, ReplayMismatch) or claim.attempts >= CASE_TRIES
    with house.database.transaction("failed") as session:
        case = leases.lock(session, claim.case_id)
        if case.fence != claim.fence:
            return
        if state_id is not None:
            runs.remember_state(session, claim.case_id, state_id)
        if hopeless:
            quarantine(session, case, reason[:500], now=house.clock.now())
        else:
            pause_ms = case_pause_ms(claim.attempts)
            leases.release(session, claim, ended_well=False, pause_ms=pause_ms)


def _ended_by_hand(run: CaseRun) -> Outcome | None:
    """Take leave of a case that a person closed; None while it is open."""
    if run.status is CaseStatus.OPEN:
        return None
    if run.status is not CaseStatus.CLOSED or run.outcome is None:
        raise Overtaken
    run.take_leave()
    return run.outcome


def _complete(house: House, run: CaseRun, outcome: Outcome) -> Turn:
    """Put a closed case to rest; its run is owed its last state."""
    try:
        with run.writing("complete", when_closed=True) as (session, case):
            case.wake_at, case.next_action_at, case.owner = None, None, ""
            serial = owed.owe(session, case.id, owed.COMPLETED, None, now=house.clock.now())
    except Overtaken:  # Reopened meanwhile: the next round has a run of its own.
        return Turn(outcome=outcome)
    return Turn(outcome=outcome, serial=serial)
