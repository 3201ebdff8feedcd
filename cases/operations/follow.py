"""Follow a case: gather what is known, ask the ladder, and write down what it waits for.

Every act that can move a date or end a wait calls `reconsider` in its own transaction. So the
case's next action, date and owner are true at each commit, and the engine is woken only when
it has something to do.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from cases.operations.counting import calendar_in_force, counting_of, our_day
from cases.rules.ladder import PERSON_PATIENCE, Move, WaitFacts, decide, until_due
from cases.rules.office_hours import spread_in_office_hours
from cases.store import answers, correspondence, journal, offices, owed
from cases.store.case_types import pinned
from cases.store.leases import wake
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.status import (
    Awaiting,
    CaseStatus,
    Channel,
    EntryKind,
    LetterStatus,
    NextAction,
    OutboxStatus,
    Priority,
    RequestStatus,
    RungAction,
)
from cases.vocabulary.values import ENGINE, DueDate, Parked, Rung


def reconsider(
    session: Session, case: Case, *, now: datetime, priority: Priority = Priority.CLERK
) -> Move | Parked | None:
    """Park the case for what it waits for now, or wake the engine when it has a move to make.

    Returns the ladder's decision; None when the case is not open, or has asked nobody yet. Held
    or in quarantine it stays its manager's; only its date is kept.
    """
    if case.is_finished:
        return None
    request = correspondence.request_of_round(session, case)
    if case.status is not CaseStatus.OPEN:
        if request is not None:
            letter = correspondence.letter_of_rung(session, request)
            _refreshed_due(session, case, request, letter, now)
        return None
    if request is None or request.status in (
        RequestStatus.REFERRED,
        RequestStatus.WITHDRAWN,
    ):
        wake(case, now=now, priority=priority)
        return None
    decision = decide(facts_of(session, case, request, now))
    letter = correspondence.letter_of_rung(session, request)
    if isinstance(decision, Parked) and (request.is_ours or not _needs_a_turn(letter)):
        park(session, case, decision, now=now)
    else:
        wake(case, now=now, priority=priority)
    return decision


def park(session: Session, case: Case, parked: Parked, *, now: datetime) -> int:
    """Write what the case waits for and owe the orchestrator the state; return its serial."""
    _wait_for(case, parked)
    return owed.owe(session, *owed.state_of(case.id, parked), now=now)


def follow_date(
    session: Session, case: Case, request: Request, due: DueDate, *, now: datetime
) -> Parked | None:
    """Keep a due date that a calendar or an office moved; a case that waits for it waits anew.

    A case that waits for a person or for its letter goes on doing so, one whose turn has come
    counts the date itself, and one that is held stays its manager's. Returns what the case was
    parked for, whose state the caller owes the orchestrator; None when it was not.
    """
    request.due_on, request.due_is_provisional = due.due_on, due.is_provisional
    waits = (Awaiting.REPLY, Awaiting.INTAKE, Awaiting.CALENDAR, Awaiting.CLERK)
    waits_for_it = case.awaiting in waits
    has_turn = case.next_action is NextAction.ENGINE_TURN
    if case.status is not CaseStatus.OPEN or not waits_for_it or has_turn:
        return None
    if request.is_ours:  # It is urged before: the engine counts its rung's day anew.
        wake(case, now=now, priority=Priority.BULK)
        return None
    waiting = until_due(due, now=now, manager=manager_of(session, case))
    if waiting is None:  # Passed, by the new date: the engine climbs, once the mail is read.
        wake(case, now=now, priority=Priority.BULK)
    else:
        _wait_for(case, waiting)
    return waiting


def facts_of(session: Session, case: Case, request: Request, now: datetime) -> WaitFacts:
    """Gather what the ladder needs to know, and refresh the cached due date."""
    letter = correspondence.letter_of_rung(session, request)
    rungs = pinned(session, case.type_code, case.type_version).rungs
    due = _refreshed_due(session, case, request, letter, now)
    if request.is_ours:
        return _facts_of_ours(session, case, request, rungs, now)
    copy = _first_copy(session, letter)
    has_intake, intake_read_at = correspondence.intake_state(session)
    return WaitFacts(
        now=now,
        clerk=offices.login_of(session, case.clerk_id),
        manager=manager_of(session, case),
        is_answered=request.answered_by_id is not None,
        has_reply_to_look_at=correspondence.reply_to_look_at(session, case.id) is not None,
        letter_awaits_signature=letter is not None and letter.status is LetterStatus.DRAFTED,
        letter_awaits_seal=letter is not None and letter.status is LetterStatus.AWAITING_SEAL,
        letter_has_left=letter is not None and letter.left_at is not None,
        dispatch_failed=copy is not None and copy.status is OutboxStatus.GIVEN_UP,
        leaves_at=copy.not_before if copy else None,
        mail_room=mail_room_of(session, case) if copy and copy.channel is Channel.POST else "",
        clock_is_stopped=request.status is RequestStatus.CLOCK_STOPPED,
        is_declined=request.status is RequestStatus.DECLINED,
        has_open_discrepancy=answers.has_open_discrepancy(session, request.id),
        due=due,
        has_intake=has_intake,
        intake_read_at=intake_read_at,
        is_with_manager=request.rung > len(rungs),
    )


def _facts_of_ours(
    session: Session, case: Case, request: Request, rungs: Sequence[Rung], now: datetime
) -> WaitFacts:
    """Gather what the ladder needs to know of an inquiry that is ours to answer."""
    clerk, manager = offices.login_of(session, case.clerk_id), manager_of(session, case)
    climbed = {rung.action for rung in rungs[: request.rung - 1]}
    is_stopped = request.status is RequestStatus.CLOCK_STOPPED
    return WaitFacts(
        now=now,
        clerk=clerk,
        manager=manager,
        is_answered=request.answered_by_id is not None,
        has_reply_to_look_at=correspondence.reply_to_look_at(session, case.id) is not None,
        clock_is_stopped=is_stopped,
        due=None if is_stopped else our_day(session, case, request),
        is_with_manager=request.rung > len(rungs),
        is_ours=True,
        answers=manager if RungAction.TELL_MANAGER in climbed else clerk,
    )


def until_left(session: Session, case: Case, letter: Letter, now: datetime) -> Parked | None:
    """Return what a case waits for until a letter has left the house; None once it has."""
    if letter.left_at is not None:
        return None
    copy = _first_copy(session, letter)
    parked = decide(
        WaitFacts(
            now=now,
            clerk=offices.login_of(session, case.clerk_id),
            manager=manager_of(session, case),
            letter_has_left=False,
            dispatch_failed=copy is not None and copy.status is OutboxStatus.GIVEN_UP,
            leaves_at=copy.not_before if copy else None,
            mail_room=mail_room_of(session, case) if copy and copy.channel is Channel.POST else "",
        )
    )
    assert isinstance(parked, Parked)
    return parked


def due_of(session: Session, case: Case, request: Request, letter: Letter | None) -> DueDate | None:
    """Return the due date of the rung that runs, or None before its letter was received."""
    counting = counting_of(session, case, request, letter)
    return counting.due_date() if counting else None


def manager_of(session: Session, case: Case) -> str:
    """Return the owner of what only a manager can do: whoever manages the case's office."""
    return f"manager:{offices.get(session, case.office_id).code}"


def mail_room_of(session: Session, case: Case) -> str:
    """Return the owner of a letter that goes by post: the mail room of the case's office."""
    return f"mail_room:{offices.get(session, case.office_id).code}"


def for_person(session: Session, case: Case, letter: Letter, now: datetime) -> Parked:
    """Return what a case waits for whose letter lacks signature or seal: a reply comes first."""
    by = now + PERSON_PATIENCE
    clerk = offices.login_of(session, case.clerk_id)
    if case.status is CaseStatus.OPEN and correspondence.reply_to_look_at(session, case.id):
        return Parked(Awaiting.LOOK, None, NextAction.LOOK, by, clerk)
    if letter.status is LetterStatus.AWAITING_SEAL:
        return Parked(Awaiting.SEAL, None, NextAction.SEAL, by, clerk)
    return Parked(Awaiting.SIGNATURE, None, NextAction.SIGN, by, manager_of(session, case))


def may_leave_at(session: Session, case: Case, now: datetime) -> datetime:
    """Return when a ladder letter may leave: in our office hours, spread by the case."""
    hours = pinned(session, case.type_code, case.type_version).office_hours
    ours = offices.get(session, case.office_id)
    calendar = calendar_in_force(session, ours)
    return spread_in_office_hours(now, case.reference, calendar, hours.opens, hours.closes)


def hold_for_manager(session: Session, case: Case, status: CaseStatus, *, now: datetime) -> None:
    """Stop the engine on this case until a manager releases it."""
    case.status, case.wake_at = status, None
    case.awaiting = Awaiting.MANAGER
    case.next_action, case.next_action_at = NextAction.RELEASE, now
    case.owner = manager_of(session, case)
    owed.owe(session, case.id, owed.HELD, None, now=now)


def _refreshed_due(
    session: Session, case: Case, request: Request, letter: Letter | None, now: datetime
) -> DueDate | None:
    """Return the due date and keep it; that a provisional one became final is journaled."""
    is_stopped = request.status is RequestStatus.CLOCK_STOPPED
    due = None if is_stopped else due_of(session, case, request, letter)
    before, was_provisional = request.due_on, request.due_is_provisional
    request.due_on = due.due_on if due else None
    request.due_is_provisional = bool(due and due.is_provisional)
    if due is not None and before is not None and was_provisional and not due.is_provisional:
        moved = {"due_on": due.due_on.isoformat(), "before": before.isoformat()}
        journal.append(session, case, EntryKind.DATE_MOVED, actor=ENGINE, at=now, result=moved)
    return due


def _wait_for(case: Case, parked: Parked) -> None:
    case.awaiting, case.wake_at = parked.awaiting, parked.wake_at
    case.next_action, case.next_action_at = parked.next_action, parked.next_action_at
    case.owner = parked.owner
    case.priority = Priority.DUE.value


def _needs_a_turn(letter: Letter | None) -> bool:
    """Whether the engine must produce a letter that was signed or sealed meanwhile."""
    return letter is None or letter.status in (LetterStatus.SIGNED, LetterStatus.SEALED)


def _first_copy(session: Session, letter: Letter | None) -> OutboxMessage | None:
    """Return the copy for the office that the letter is addressed to; others hold up nothing."""
    if letter is None:
        return None
    return session.exec(
        select(OutboxMessage).where(
            OutboxMessage.letter_id == letter.id,
            col(OutboxMessage.is_copy).is_(False),
            OutboxMessage.status != OutboxStatus.CANCELLED,  # Sent again to a mended address.
        )
    ).one_or_none()
