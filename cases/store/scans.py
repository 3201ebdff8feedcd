"""Queries on scanned stacks, the tray, and the letters that codes on pages name."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from cases.rules.scan_sorting import Key, LetterFacts
from cases.store import correspondence
from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.scan import FiledScan, ScanBatch, TrayItem
from cases.vocabulary.errors import UnknownTrayItem
from cases.vocabulary.scans import TrayStatus
from cases.vocabulary.status import LetterStatus

BATCH = 500  #: Names that one query asks for; SQLite takes some thousand at most.


def batch_of(session: Session, digest: str) -> ScanBatch | None:
    """Return the stack that a file of this content was taken in as."""
    return session.exec(select(ScanBatch).where(ScanBatch.digest == digest)).one_or_none()


def filed_of(session: Session, batch_id: UUID) -> Sequence[FiledScan]:
    """Return what of a stack went to cases."""
    return session.exec(
        select(FiledScan).where(FiledScan.batch_id == batch_id).order_by(col(FiledScan.id))
    ).all()


def filed_in(session: Session, case_id: UUID) -> Sequence[FiledScan]:
    """Return the scans in a case, what was filed first on top."""
    return session.exec(
        select(FiledScan)
        .where(FiledScan.case_id == case_id)
        .order_by(col(FiledScan.filed_at), col(FiledScan.id))
    ).all()


def put_of(session: Session, batch_id: UUID) -> Sequence[TrayItem]:
    """Return what of a stack went to the tray when it was taken in, in its order."""
    return session.exec(
        select(TrayItem)
        .where(TrayItem.batch_id == batch_id, col(TrayItem.part_of_id).is_(None))
        .order_by(col(TrayItem.ordinal))
    ).all()


def tray(
    session: Session, *, office_id: UUID, settled: bool = False, limit: int = 50
) -> Sequence[TrayItem]:
    """Return what lies in an office's tray, what came first on top; settled ones if asked."""
    wanted = select(TrayItem).where(TrayItem.office_id == office_id)
    if not settled:
        wanted = wanted.where(TrayItem.status == TrayStatus.WAITING)
    return session.exec(
        wanted.order_by(col(TrayItem.put_at), col(TrayItem.ordinal), col(TrayItem.id)).limit(limit)
    ).all()


def items_between(session: Session, first: UUID, last: UUID) -> Sequence[TrayItem]:
    """Return items whose ids lie in a range, three at most: enough to know whether it is one."""
    return session.exec(
        select(TrayItem).where(col(TrayItem.id).between(first, last)).limit(3)
    ).all()


def locked_item(session: Session, item_id: UUID) -> TrayItem:
    """Return an item with its row locked. Raises UnknownTrayItem."""
    item = session.exec(
        select(TrayItem).where(TrayItem.id == item_id).with_for_update()
    ).one_or_none()
    if item is None:
        raise UnknownTrayItem(f"nothing in the tray has the id {item_id}")
    session.refresh(item)
    return item


def letters_named(
    session: Session, keys: Collection[Key], office_id: UUID
) -> dict[Key, LetterFacts]:
    """Return what is known of the letters that codes name; those of unknown cases are left out."""
    wanted: dict[str, set[int]] = {}
    for reference, letter in keys:
        wanted.setdefault(reference, set()).add(letter)
    return {
        (case.reference, letter): _facts(session, case, letter, office_id)
        for case in _cases(session, wanted)
        for letter in wanted[case.reference]
    }


def _cases(session: Session, references: Collection[str]) -> Iterator[Case]:
    names = sorted(references)
    for start in range(0, len(names), BATCH):
        some = names[start : start + BATCH]
        yield from session.exec(select(Case).where(col(Case.reference).in_(some)))


def _facts(session: Session, case: Case, letter: int, office_id: UUID) -> LetterFacts:
    row = correspondence.letter_of_ordinal(session, case.id, letter)
    is_ours, is_closed = case.office_id == office_id, case.is_finished
    if row is None:
        return LetterFacts(case.id, is_ours, is_closed)
    return LetterFacts(
        case.id,
        is_ours,
        is_closed,
        kind=row.kind,
        pages=row.pages,
        has_left=row.left_at is not None or _was_sent(session, row.id),
        is_void=row.status is LetterStatus.VOID,
        awaits_seal=row.status is LetterStatus.AWAITING_SEAL,
        is_sealed=bool(row.sealed_document),
    )


def _was_sent(session: Session, letter_id: UUID) -> bool:
    """Whether a copy ever left; that of a letter that came back has left all the same."""
    sent = select(OutboxMessage.id).where(
        OutboxMessage.letter_id == letter_id, col(OutboxMessage.sent_at).is_not(None)
    )
    return session.exec(sent.limit(1)).first() is not None
