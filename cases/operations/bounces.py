"""Mail of ours that came back (退信): its letter has not arrived, and its address is in doubt."""

from datetime import datetime

from sqlmodel import Session

from cases.operations.returns import take_back
from cases.store import address_repairs
from cases.store.leases import lock
from cases.store.tables.correspondence import Letter
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.mail import Undelivered
from cases.vocabulary.status import OutboxStatus, ReceivedBasis
from cases.vocabulary.values import Actor

MOST_WORDS = 300


def report_on(message: OutboxMessage, found: tuple[Undelivered, ...]) -> Undelivered | None:
    """Return what a bounce says of this copy; None when it speaks of other recipients only."""
    for each in found:
        if each.recipient in ("", message.recipient.lower()):
            return each
    return None


def record_bounced(
    session: Session,
    actor: Actor,
    message: OutboxMessage,
    report: Undelivered,
    *,
    now: datetime,
) -> bool:
    """Take back that a copy arrived, and open the repair of its office's address.

    False, and nothing changes: it is only late, came back before, or its receipt is on record.
    What names our message is believed: nobody but its receivers knows its Message-ID.
    """
    case = lock(session, message.case_id)
    session.refresh(message)
    letter = session.get_one(Letter, message.letter_id)
    is_received = not message.is_copy and letter.received_basis is ReceivedBasis.RECORDED
    if not report.is_final or message.status is not OutboxStatus.SENT or is_received:
        return False
    words = (report.words or "the mail came back")[:MOST_WORDS]
    take_back(session, actor, case, message, words, now=now)
    if message.office_id is not None:
        address_repairs.doubt(session, message.office_id, words, by=actor.name, now=now)
    return True
