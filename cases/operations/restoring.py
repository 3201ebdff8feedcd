"""After a restore: no mail leaves before a manager has seen what may have left already.

The database knows nothing of what happened after its backup was made. A letter that it holds for
unsent may have reached its office long ago; sending it again is for a person to decide. Nor does it
know the numbers that were given out meanwhile: unless they are skipped, they are given out again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlmodel import Session

from cases.operations.dispatch import record_known_to_have_left
from cases.rules.access import Act, require, require_reason
from cases.store import (
    directory_entries,
    journal,
    number_series,
    offices,
    outbox_holds,
    owed,
)
from cases.store.cases import unfinished
from cases.store.leases import lock
from cases.store.number_series import LastNumber, NumberKind
from cases.store.tables.outbox import OutboxHold, OutboxMessage
from cases.vocabulary.errors import InvalidValue, NotAllowed, UnknownLetter
from cases.vocabulary.status import CaseStatus, EntryKind
from cases.vocabulary.values import Actor

MOST_SKIPPED = 1_000  #: Numbers in one go; more is a slip of the pen.
MAX_VOID_REASON, MAX_SOURCE = 200, 120


def begin_anew(session: Session, *, known_until: datetime, now: datetime) -> int:
    """Hold all mail, and owe Prefect every unfinished case's state: it may know newer ones.

    Part of a restore, before anybody can work with the database; `known_until` is when the
    backup was made. Returns how many offices' outboxes are held.
    """
    for case in unfinished(session):
        name = case.awaiting.value if case.status is CaseStatus.OPEN else owed.HELD
        owed.owe(session, case.id, name, case.wake_at or case.next_action_at, now=now)
    return outbox_holds.hold_all(session, known_until=known_until, now=now)


def to_look_at(session: Session, actor: Actor) -> Sequence[OutboxMessage]:
    """Return what may have left already, of the actor's office. Raises NotAllowed."""
    office_id = _office_of(actor)
    require(actor, Act.RELEASE_OUTBOX, office_id=office_id)
    return outbox_holds.may_have_left(session, office_id)


def release_outbox(
    session: Session,
    actor: Actor,
    reason: str,
    *,
    had_left: Collection[UUID] = (),
    now: datetime,
) -> OutboxHold:
    """Let the mail of the actor's office leave again, all but what had left already.

    `had_left` are ids of messages that a person knows to have left after the backup; they are
    settled as sent. Each case that has unsent mail says so in its journal. Raises NotAllowed,
    InvalidValue without a reason or when nothing is held, UnknownLetter.
    """
    office_id = _office_of(actor)
    require(actor, Act.RELEASE_OUTBOX, office_id=office_id)
    require_reason(reason)
    hold = outbox_holds.open_hold_of(session, office_id)
    if hold is None:
        raise InvalidValue("the outbox of this office is not held")
    messages = outbox_holds.may_have_left(session, office_id)
    if strange := set(had_left) - {message.id for message in messages}:
        raise UnknownLetter(f"no message that waits in this outbox has the id {min(strange)}")
    for _, of_case in groupby(messages, key=lambda message: message.case_id):
        _release_case(session, actor, reason, list(of_case), had_left, now)
    hold.released_at, hold.released_by = now, actor.name
    hold.release_reason = reason.strip()
    return hold


def skip_numbers(
    session: Session,
    actor: Actor,
    kind: NumberKind,
    year: int,
    through: int,
    reason: str,
    *,
    now: datetime,
) -> LastNumber:
    """Give out no number up to and including one that letters out there may carry.

    Of letters those of the actor's office, kept as void; of cases those of everybody. Recorded in
    the directory's record of the office. Returns the last number before. Raises NotAllowed, and
    InvalidValue without a reason, while the outbox is not held, or for a number that cannot be.
    """
    office_id = _office_of(actor)
    require(actor, Act.RELEASE_OUTBOX, office_id=office_id)
    require_reason(reason)
    if outbox_holds.open_hold_of(session, office_id) is None:
        raise InvalidValue("numbers are skipped only while the outbox is held after a restore")
    code = offices.get(session, office_id).code
    void_reason = f"恢复备份后跳号 skipped after a restore: {reason.strip()}"[:MAX_VOID_REASON]
    before = number_series.skip(session, kind, code, year, through, void_reason)
    if before is None or through - before.serial > MOST_SKIPPED:
        raise InvalidValue(
            f"{through} is not among the {MOST_SKIPPED} numbers after the last one of {year}"
        )
    changes = {f"last {kind.value} number of {year}": (before.serial, through)}
    subject, source = f"office:{code}", reason.strip()[:MAX_SOURCE]
    directory_entries.record(
        session, actor, subject, "numbers skipped", changes, source=source, at=now
    )
    return before


def _release_case(
    session: Session,
    actor: Actor,
    reason: str,
    messages: Sequence[OutboxMessage],
    had_left: Collection[UUID],
    now: datetime,
) -> None:
    case = lock(session, messages[0].case_id)
    journal.append(
        session,
        case,
        EntryKind.OUTBOX_RELEASED,
        actor=actor,
        at=now,
        result={
            "had_left": [each.message_id for each in messages if each.id in had_left],
            "to_leave": [each.message_id for each in messages if each.id not in had_left],
        },
        personal={"reason": reason.strip()},
    )
    for message in messages:
        if message.id in had_left:
            record_known_to_have_left(session, actor, case, message, now=now)


def _office_of(actor: Actor) -> UUID:
    if actor.office_id is None:
        raise NotAllowed(f"{actor.name} works for no office")
    return actor.office_id
