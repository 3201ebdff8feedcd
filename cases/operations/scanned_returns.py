"""A letter of ours that came back and was scanned: its office's address is in doubt."""

from datetime import datetime

from sqlmodel import Session, col, select

from cases.operations import address_repairs
from cases.store import correspondence, offices
from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.status import Channel, OutboxStatus, ReceivedBasis
from cases.vocabulary.values import Actor

REASON = "退件（扫描）came back, scanned"


def came_back(
    session: Session, actor: Actor, case: Case, number: int | None, *, now: datetime
) -> bool:
    """Open an address repair for the copy that was posted, and hold what goes to that office.

    False, and nothing else is done, where no posted copy is known that can have come back: the
    letter went by e-mail, to the applicant, or is recorded as received. Raises NotAllowed.
    """
    letter = correspondence.letter_of_ordinal(session, case.id, number) if number else None
    if letter is None:
        return False
    posted = session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.letter_id == letter.id,
            OutboxMessage.channel == Channel.POST,
            OutboxMessage.status == OutboxStatus.SENT,
            col(OutboxMessage.is_copy).is_(False),
            col(OutboxMessage.office_id).is_not(None),
        )
        .order_by(col(OutboxMessage.sent_at).desc())
        .limit(1)
    ).one_or_none()
    if posted is None or posted.office_id is None:
        return False
    if letter.received_basis is ReceivedBasis.RECORDED:
        return False
    office = offices.get(session, posted.office_id)
    address_repairs.open_repair(session, actor, office, REASON, now=now, returned=posted)
    return True
