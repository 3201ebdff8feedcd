"""A letter comes back (退回): it was not received, and goes again once its address is settled."""

from datetime import datetime

from sqlmodel import Session

from cases.operations.dispatch import MAX_WORDS, is_wanted
from cases.operations.follow import reconsider
from cases.rules.access import Act, require
from cases.store import joint_letters, journal
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import EntryKind, LetterStatus, OutboxStatus, ReceivedBasis
from cases.vocabulary.values import Actor


def record_returned(
    session: Session, actor: Actor, message: OutboxMessage, reason: str, *, now: datetime
) -> None:
    """Record that a letter came back unopened (退回); its presumed receipt no longer holds.

    It waits as given up until its office's address is settled; one that nobody waits for any
    more stays as it is. A joint letter comes back for every case that it lists. Raises
    NotAllowed, InvalidValue when it has not left or was received.
    """
    paper = joint_letters.travelling_with(session, message)
    cases = {row.case_id: lock(session, row.case_id) for row in paper}
    require(actor, Act.RECORD_POST, office_id=cases[message.case_id].office_id)
    session.refresh(message)
    if message.status is not OutboxStatus.SENT:
        raise InvalidValue(f"this copy is {message.status.value}; only one that left comes back")
    for row in paper:
        session.refresh(row)
        letter = session.get_one(Letter, row.letter_id)
        if not row.is_copy and letter.received_basis is ReceivedBasis.RECORDED:
            raise InvalidValue(f"this letter is recorded as received on {letter.received_on}")
    for row in paper:
        if row.status is OutboxStatus.SENT:
            take_back(session, actor, cases[row.case_id], row, reason, now=now)


def take_back(
    session: Session,
    actor: Actor,
    case: Case,
    message: OutboxMessage,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Write down that a copy which left did not arrive; the caller holds the case's row.

    One that nobody waits for any more stays as it is.
    """
    letter = session.get_one(Letter, message.letter_id)
    number = letter.number
    if is_wanted(session, case, letter):
        message.status, message.last_error = OutboxStatus.GIVEN_UP, reason[:MAX_WORDS]
        if not message.is_copy:
            letter.left_at, letter.status = None, LetterStatus.ISSUED
            letter.received_on, letter.received_basis = None, None
        if not message.is_copy and message.joint_id is not None:
            _collect_again(letter, message)
    journal.append(
        session,
        case,
        EntryKind.RETURNED,
        actor=actor,
        at=now,
        result={
            "letter": str(letter.id),
            "message_id": message.message_id,
            **({"number": number} if letter.is_joint else {}),
        },
        personal={"reason": reason},
    )
    session.flush()
    reconsider(session, case, now=now)


def _collect_again(letter: Letter, message: OutboxMessage) -> None:
    """Let a reminder wait for its next joint letter: by then others may be overdue or answered.

    The letter that came back keeps its number, under which it left.
    """
    message.content, message.joint_id = "", None
    letter.status, letter.joint_id = LetterStatus.COLLECTED, None
    letter.number, letter.document, letter.subject, letter.pages = "", "", "", 0
