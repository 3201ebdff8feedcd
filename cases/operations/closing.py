"""End a case, begin it again, pass it on: close, withdraw, reopen, refer."""

from datetime import datetime

from sqlmodel import Session, col, select

from cases.operations import notices
from cases.operations.channels import check_reachable
from cases.operations.follow import reconsider
from cases.operations.letters import void
from cases.rules.access import Act, require, require_reason
from cases.rules.free_words import MAX_NOTE
from cases.store import correspondence, journal, offices, runs, superiors
from cases.store.case_types import pinned
from cases.store.leases import wake
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.office import Office
from cases.vocabulary.errors import (
    CaseIsClosed,
    CaseIsOpen,
    InvalidValue,
    RequestIsAnswered,
)
from cases.vocabulary.status import (
    Awaiting,
    CaseStatus,
    EntryKind,
    LetterKind,
    LetterStatus,
    NextAction,
    Outcome,
    Priority,
    RequestStatus,
    VoidReason,
)
from cases.vocabulary.telling import NoticeKind
from cases.vocabulary.values import Actor

#: What the applicant is told at the end; all else the closing notice says.
TOLD = {Outcome.ANSWERED: NoticeKind.READY, Outcome.REFUSED: NoticeKind.REFUSED}


def finish(session: Session, case: Case, outcome: Outcome, reason: str, *, now: datetime) -> None:
    """Close the case with an outcome; every letter that has not left is cancelled.

    The caller writes the journal entry.
    """
    case.status, case.outcome = CaseStatus.CLOSED, outcome
    case.outcome_reason = reason[:MAX_NOTE]  # A reply's summary may be longer.
    case.closed_at = now
    case.next_action, case.next_action_at, case.owner = NextAction.ENGINE_TURN, None, ""
    for letter in _letters_not_left(session, case):
        void(session, letter, VoidReason.CASE_CLOSED)
    notices.cancel_waiting(session, case)
    if outcome in TOLD:
        notices.tell(session, case, TOLD[outcome], now=now)


def withdraw(session: Session, actor: Actor, case: Case, reason: str, *, now: datetime) -> None:
    """Withdraw the case. Raises NotAllowed, CaseIsClosed, InvalidValue without a reason."""
    require(actor, Act.WITHDRAW, office_id=case.office_id)
    _end_by_hand(session, actor, case, Outcome.WITHDRAWN, reason, now)


def close(session: Session, actor: Actor, case: Case, reason: str, *, now: datetime) -> None:
    """Close the case without an answer. Raises NotAllowed, CaseIsClosed, InvalidValue."""
    require(actor, Act.CLOSE, office_id=case.office_id)
    _end_by_hand(session, actor, case, Outcome.UNANSWERED, reason, now)


def reopen(session: Session, actor: Actor, case: Case, reason: str, *, now: datetime) -> None:
    """Begin the next round of a closed case: the office is asked again.

    Raises NotAllowed, CaseIsOpen, InvalidValue without a reason.
    """
    require(actor, Act.REOPEN, office_id=case.office_id)
    if case.status is not CaseStatus.CLOSED:
        raise CaseIsOpen(f"{case.reference} is {case.status.value}, not closed")
    require_reason(reason)
    case.status, case.outcome, case.outcome_reason = CaseStatus.OPEN, None, ""
    case.closed_at = None
    notices.cancel_waiting(session, case)
    case.round += 1
    for letter in correspondence.letters_of(session, case.id):
        void(session, letter, VoidReason.REOPENED)
    case.awaiting = Awaiting.ENGINE
    # A finished run stays finished; the next round has its own.
    runs.begin_generation(session, case.id)
    journal.append(
        session,
        case,
        EntryKind.REOPENED,
        actor=actor,
        at=now,
        result={"round": case.round},
        personal={"reason": reason},
    )
    wake(case, now=now, priority=Priority.CLERK)


def refer(
    session: Session, actor: Actor, case: Case, office: Office, reason: str, *, now: datetime
) -> None:
    """Pass the request to the competent office, which is asked anew with its own days (转送).

    Raises NotAllowed, CaseIsClosed, NoOpenRequest, RequestIsAnswered, InvalidValue,
    MissingSuperior, MissingAddress.
    """
    require(actor, Act.REFER, office_id=case.office_id)
    _require_open(case)
    require_reason(reason)
    request = correspondence.open_request(session, case)
    if request.status is RequestStatus.ANSWERED:
        raise RequestIsAnswered(f"the request of {case.reference} is answered")
    _check_competent(session, case, request, office, now=now)
    _retire(session, case, request, RequestStatus.REFERRED, now=now)
    case.home_office_id = office.id
    case.round += 1
    journal.append(
        session,
        case,
        EntryKind.REFERRED,
        actor=actor,
        at=now,
        result={"to": office.code, "round": case.round},
        personal={"reason": reason},
    )
    session.flush()
    reconsider(session, case, now=now)


def _check_competent(
    session: Session, case: Case, request: Request, office: Office, *, now: datetime
) -> None:
    """Raise unless the office is a third one, alive, and can be written to."""
    if request.is_ours:
        raise InvalidValue(f"{case.reference} asks us; answer it, and name the competent office")
    if office.id in (request.office_id, case.office_id):
        raise InvalidValue(f"{office.name_zh} is a party to this request already")
    ours = offices.get(session, case.office_id)
    today = offices.day_at(ours, now)
    superiors.require_living(session, office, today)
    above = superiors.between(session, ours, office, today)
    case_type = pinned(session, case.type_code, case.type_version)
    check_reachable(office, above.office if above else None, case_type)
    kinds = {row.kind for row in correspondence.enclosures_of(session, case.id)}
    if case_type.id_copies & kinds:
        raise InvalidValue("its ID copy is marked for the office that was asked; open a new case")


def _end_by_hand(
    session: Session,
    actor: Actor,
    case: Case,
    outcome: Outcome,
    reason: str,
    now: datetime,
) -> None:
    _require_open(case)
    require_reason(reason)
    request = correspondence.request_of_round(session, case)
    if request is not None and request.status is not RequestStatus.ANSWERED:
        _retire(session, case, request, RequestStatus.WITHDRAWN, now=now)
    finish(session, case, outcome, reason, now=now)
    journal.append(
        session,
        case,
        EntryKind.WITHDRAWN if outcome is Outcome.WITHDRAWN else EntryKind.CLOSED,
        actor=actor,
        at=now,
        result={"outcome": outcome.value},
        personal={"reason": reason},
    )
    # The engine still has to tell the applicant and to complete its run.
    wake(case, now=now, priority=Priority.CLERK)


def _retire(
    session: Session,
    case: Case,
    request: Request,
    status: RequestStatus,
    *,
    now: datetime,
) -> None:
    request.status = status
    stop = correspondence.running_stop(session, request.id)
    if stop is not None:
        stop.until = offices.local_day(session, case.office_id, now)
    for letter in session.exec(select(Letter).where(Letter.request_id == request.id)).all():
        void(session, letter, VoidReason.REQUEST_ENDED)


def _letters_not_left(session: Session, case: Case) -> list[Letter]:
    letters = session.exec(
        select(Letter).where(
            Letter.case_id == case.id, col(Letter.kind) != LetterKind.CLOSING_NOTICE
        )
    ).all()
    done = (LetterStatus.LEFT, LetterStatus.VOID)
    return [letter for letter in letters if letter.status not in done]


def _require_open(case: Case) -> None:
    if case.is_finished:
        raise CaseIsClosed(f"{case.reference} is closed; reopen it first")
