"""The ladder: what a case that waits for an answer does at this moment."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from cases.vocabulary.status import Awaiting, NextAction
from cases.vocabulary.values import DueDate, Parked

INTAKE_PATIENCE = timedelta(minutes=10)  #: Between two looks at a mailbox that was not read.
PERSON_PATIENCE = timedelta(days=3)  #: By then a person is expected to have acted.


class Move(Enum):
    """What the flow does next when it need not wait."""

    ANSWERED = "answered"
    CLIMB = "climb"


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """What is known about one request at one instant."""

    now: datetime
    clerk: str  #: Login.
    manager: str  #: "manager:<office code>".
    is_answered: bool = False
    has_reply_to_look_at: bool = False
    letter_awaits_signature: bool = False
    letter_awaits_seal: bool = False
    letter_has_left: bool = True
    dispatch_failed: bool = False
    leaves_at: datetime | None = None  #: From when the letter may leave, once in the outbox.
    mail_room: str = ""  #: "mail_room:<office code>" when it goes by post, else empty.
    clock_is_stopped: bool = False
    is_declined: bool = False  #: The office says that it is not competent.
    has_open_discrepancy: bool = False  #: Two answers do not agree.
    due: DueDate | None = None  #: None until the letter has left, or while the clock stands.
    intake_read_at: datetime | None = None  #: The reading that is furthest back.
    has_intake: bool = False
    is_with_manager: bool = False  #: The last rung has been climbed.
    is_ours: bool = False  #: We are the office that is to answer.
    answers: str = ""  #: Who of us is to answer: the clerk, or the manager once told.


def decide(facts: WaitFacts) -> Move | Parked:
    """Return the move, or what the case is parked for.

    A rung is climbed only when the due instant has passed, our mailbox has been read after
    it, the letter before has left, no reply waits for a look, and the date is final: so an
    outage of ours never counts against an office that answered.
    """
    person_by = facts.now + PERSON_PATIENCE
    if facts.has_open_discrepancy:
        action = NextAction.RESOLVE_DISCREPANCY
        return Parked(Awaiting.DISCREPANCY, None, action, person_by, facts.clerk)
    if facts.is_answered:
        return Move.ANSWERED
    if facts.has_reply_to_look_at:
        return Parked(Awaiting.LOOK, None, NextAction.LOOK, person_by, facts.clerk)
    if facts.is_ours:
        return _our_turn(facts)
    if facts.letter_awaits_signature:
        return Parked(Awaiting.SIGNATURE, None, NextAction.SIGN, person_by, facts.manager)
    if facts.letter_awaits_seal:
        return Parked(Awaiting.SEAL, None, NextAction.SEAL, person_by, facts.clerk)
    if not facts.letter_has_left:
        return _awaiting_dispatch(facts)
    if facts.is_with_manager:
        return Parked(Awaiting.MANAGER, None, NextAction.DECIDE, person_by, facts.manager)
    if facts.is_declined or facts.clock_is_stopped or facts.due is None:
        return _stopped(facts)
    return _by_date(facts, facts.due)


def _stopped(facts: WaitFacts) -> Parked:
    person_by = facts.now + PERSON_PATIENCE
    if facts.is_declined:
        return Parked(Awaiting.REFERRAL, None, NextAction.REFER, person_by, facts.clerk)
    return Parked(Awaiting.RESTART, None, NextAction.RESTART_CLOCK, person_by, facts.clerk)


def until_due(due: DueDate, *, now: datetime, manager: str) -> Parked | None:
    """Return what a case whose letter was received waits for; None once the date has passed."""
    if due.is_provisional:
        by = now + PERSON_PATIENCE
        return Parked(Awaiting.CALENDAR, None, NextAction.PUBLISH_CALENDAR, by, manager)
    at = _climbs_at(due)
    return Parked(Awaiting.REPLY, at, NextAction.CLIMB, at, "engine") if now < at else None


def _our_turn(facts: WaitFacts) -> Move | Parked:
    """Return what a case waits for whose answer is ours to give; `due` is the rung's day."""
    person_by = facts.now + PERSON_PATIENCE
    if facts.is_with_manager:
        return Parked(Awaiting.MANAGER, None, NextAction.ANSWER, person_by, facts.manager)
    if facts.clock_is_stopped or facts.due is None:
        return Parked(Awaiting.RESTART, None, NextAction.RESTART_CLOCK, person_by, facts.clerk)
    waiting = until_due(facts.due, now=facts.now, manager=facts.manager)
    if waiting is None:
        return Move.CLIMB
    if waiting.awaiting is Awaiting.REPLY:
        return replace(
            waiting, awaiting=Awaiting.CLERK, next_action=NextAction.ANSWER, owner=facts.answers
        )
    return waiting


def _awaiting_dispatch(facts: WaitFacts) -> Parked:
    if facts.dispatch_failed:
        return Parked(
            Awaiting.DISPATCH,
            None,
            NextAction.REPAIR_DISPATCH,
            facts.now + PERSON_PATIENCE,
            facts.clerk,
        )
    if facts.mail_room:
        by = facts.now + PERSON_PATIENCE
        return Parked(Awaiting.DISPATCH, None, NextAction.SEND, by, facts.mail_room)
    at = max(facts.now, facts.leaves_at or facts.now)
    return Parked(Awaiting.DISPATCH, None, NextAction.SEND, at, "engine")


def _by_date(facts: WaitFacts, due: DueDate) -> Move | Parked:
    waiting = until_due(due, now=facts.now, manager=facts.manager)
    if waiting is not None:
        return waiting
    unread = facts.intake_read_at is None or facts.intake_read_at < _climbs_at(due)
    if facts.has_intake and unread:
        again_at = facts.now + INTAKE_PATIENCE
        return Parked(Awaiting.INTAKE, again_at, NextAction.READ_INTAKE, again_at, "engine")
    return Move.CLIMB


def _climbs_at(due: DueDate) -> datetime:
    return due.due_at + timedelta(seconds=1)
