"""Which documents the database names; every other file is an orphan."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.tables.correspondence import Enclosure, Letter, Reply
from cases.store.tables.joint_letter import JointLetter
from cases.store.tables.mail import FiledMail, IncomingMail
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.scan import FiledScan, TrayItem

_NAMING = (
    (Letter.document, func.coalesce(Letter.joint_id, Letter.case_id)),
    (Letter.sealed_document, Letter.case_id),
    (JointLetter.document, JointLetter.id),  # It belongs to several cases.
    (Reply.document, Reply.case_id),
    (Enclosure.document, Enclosure.case_id),
    (OutboxMessage.content, func.coalesce(OutboxMessage.joint_id, OutboxMessage.case_id)),
    (FiledScan.document, FiledScan.case_id),
    (TrayItem.document, TrayItem.id),  # It belongs to no case yet.
    (FiledMail.document, FiledMail.case_id),
    (IncomingMail.document, IncomingMail.id),  # It belongs to no case at all.
)
BATCH = 1_000


def named(session: Session) -> Iterator[tuple[str, UUID]]:
    """Yield the address and the case of every document that a row names, some of them twice.

    What lies in the tray, and mail that is only kept, has no case: its own id stands for it.
    """
    for document, case_id in _NAMING:
        rows = session.exec(select(document, case_id).where(col(document) != ""))
        yield from rows.yield_per(BATCH)
