"""Stop the clock, restart it, extend the time, record a delivery."""

from datetime import date, datetime

from sqlmodel import Session

from cases.operations.follow import reconsider
from cases.rules.access import Act, require, require_reason
from cases.store import correspondence, journal, offices
from cases.store.case_types import pinned
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Extension, Request, StoppedClock
from cases.vocabulary.errors import (
    CaseIsClosed,
    ClockIsRunning,
    ClockIsStopped,
    InvalidValue,
    RequestIsAnswered,
)
from cases.vocabulary.status import EntryKind, ReceivedBasis, RequestStatus
from cases.vocabulary.values import Actor

MAX_EXTENSION_DAYS = 120


def stop_clock(
    session: Session, actor: Actor, case: Case, reason: str, *, now: datetime
) -> StoppedClock:
    """Stop the office's clock from today; days until it restarts are given back (中止计时).

    Raises NotAllowed, CaseIsClosed, RequestIsAnswered, NoOpenRequest, ClockIsStopped, or
    InvalidValue without a reason.
    """
    require(actor, Act.STOP_CLOCK, office_id=case.office_id)
    request = _running_request(session, case)
    if request.status in (RequestStatus.CLOCK_STOPPED, RequestStatus.DECLINED):
        raise ClockIsStopped(f"the clock of {case.reference} stands already")
    if request.status is not RequestStatus.AWAITING_REPLY:
        raise ClockIsRunning(f"the letter of {case.reference} has not left; no clock runs yet")
    require_reason(reason)
    stop = StoppedClock(
        request_id=request.id,
        since=offices.local_day(session, case.office_id, now),
        reason=reason,
    )
    session.add(stop)
    request.status = RequestStatus.CLOCK_STOPPED
    journal.append(
        session,
        case,
        EntryKind.CLOCK_STOPPED,
        actor=actor,
        at=now,
        result={"since": stop.since.isoformat()},
        personal={"reason": reason},
    )
    session.flush()
    reconsider(session, case, now=now)
    return stop


def restart_clock(session: Session, actor: Actor, case: Case, *, now: datetime) -> None:
    """Let the clock run again from today. Raises NotAllowed, ClockIsRunning and as above."""
    require(actor, Act.STOP_CLOCK, office_id=case.office_id)
    request = _running_request(session, case)
    stop = correspondence.running_stop(session, request.id)
    if stop is None:
        raise ClockIsRunning(f"the clock of {case.reference} is running")
    stop.until = offices.local_day(session, case.office_id, now)
    request.status = RequestStatus.AWAITING_REPLY
    journal.append(
        session,
        case,
        EntryKind.CLOCK_RESTARTED,
        actor=actor,
        at=now,
        result={"since": stop.since.isoformat(), "until": stop.until.isoformat()},
    )
    session.flush()
    reconsider(session, case, now=now)


def extend(
    session: Session, actor: Actor, case: Case, days: int, reason: str, *, now: datetime
) -> None:
    """Grant more days on the rung that runs now, counted as the rung counts (延期).

    Raises NotAllowed, InvalidValue, CaseIsClosed, RequestIsAnswered, NoOpenRequest.
    """
    require(actor, Act.EXTEND, office_id=case.office_id)
    request = _running_request(session, case)
    if not 1 <= days <= MAX_EXTENSION_DAYS:
        raise InvalidValue(f"an extension has 1 to {MAX_EXTENSION_DAYS} days, not {days}")
    require_reason(reason)
    if request.rung > len(pinned(session, case.type_code, case.type_version).rungs):
        raise InvalidValue(f"the last rung of {case.reference} is over; no days run any more")
    session.add(
        Extension(
            request_id=request.id,
            rung=0 if request.is_ours else request.rung,
            days=days,
            reason=reason,
            granted_by=actor.name,
            granted_at=now,
        )
    )
    journal.append(
        session,
        case,
        EntryKind.EXTENDED,
        actor=actor,
        at=now,
        result={"days": days, "rung": request.rung},
        personal={"reason": reason},
    )
    session.flush()
    reconsider(session, case, now=now)


def record_delivery(
    session: Session, actor: Actor, case: Case, received_on: date, *, now: datetime
) -> None:
    """Record the day on which the office received the letter whose days run now.

    Raises NotAllowed, NoOpenRequest, or InvalidValue for a day before it left or to come.
    """
    require(actor, Act.RECORD_POST, office_id=case.office_id)
    request = _running_request(session, case)
    letter = correspondence.letter_of_rung(session, request)
    if letter is None or letter.left_at is None:
        raise InvalidValue(f"no letter of {case.reference} has left yet")
    left_on = offices.local_day(session, case.office_id, letter.left_at)
    if not left_on <= received_on <= offices.local_day(session, case.office_id, now):
        raise InvalidValue(f"the letter left on {left_on}; it cannot have come on {received_on}")
    before = letter.received_on
    letter.received_on, letter.received_basis = received_on, ReceivedBasis.RECORDED
    journal.append(
        session,
        case,
        EntryKind.DATE_MOVED,
        actor=actor,
        at=now,
        result={
            "received_on": received_on.isoformat(),
            "before": before.isoformat() if before else None,
        },
    )
    session.flush()
    reconsider(session, case, now=now)


def _running_request(session: Session, case: Case) -> Request:
    if case.is_finished:
        raise CaseIsClosed(f"{case.reference} is closed; reopen it first")
    request = correspondence.open_request(session, case)
    if request.status is RequestStatus.ANSWERED:
        raise RequestIsAnswered(f"the request of {case.reference} is answered")
    return request
