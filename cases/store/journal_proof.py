"""Prove the journal: find a changed, missing, reordered or added row, and say which."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from cases.store.journal import GENESIS, canonical, entries_of, entry_hash, payload_hash
from cases.store.tables.case import Case
from cases.store.tables.journal import JournalCheckpoint, JournalEntry, JournalPayload

BATCH = 200  #: Cases looked at together.


@dataclass(frozen=True, slots=True)
class Flaw:
    """One place where the journal does not hold together."""

    reference: str  #: Of the case, or "checkpoint 3".
    seq: int
    what: str


def verify(session: Session, *, case_id: UUID | None = None) -> Iterator[Flaw]:
    """Yield every flaw of one case, or of all cases and checkpoints, in order."""
    for case in _cases(session, case_id):
        yield from verify_chain(case, entries_of(session, case.id))
        yield from _verify_payloads(session, case)
    if case_id is None:
        yield from _verify_checkpoints(session)


def verify_chain(case: Case, entries: Sequence[JournalEntry]) -> Iterator[Flaw]:
    """Yield the flaws of one chain against the head that its case keeps."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected:
            yield Flaw(case.reference, expected, f"entry {expected} is missing")
        elif entry.previous_hash != previous:
            yield Flaw(case.reference, entry.seq, "does not follow the entry before it")
        if entry_hash(entry) != entry.entry_hash:
            yield Flaw(case.reference, entry.seq, "was changed after it was written")
        previous, expected = entry.entry_hash, entry.seq + 1
    if expected - 1 != case.journal_seq:
        yield Flaw(case.reference, case.journal_seq, f"the chain ends at entry {expected - 1}")
    elif entries and previous != case.journal_head:
        yield Flaw(case.reference, case.journal_seq, "the last entry is not the one kept as head")


def add_checkpoint(session: Session, now: datetime) -> JournalCheckpoint | None:
    """Seal the heads of all chains that grew since the last checkpoint; None if none did."""
    last = _last_checkpoint(session)
    sealed = _sealed_heads(session)
    heads = [
        [str(case.id), case.journal_seq, case.journal_head]
        for case in session.exec(select(Case).order_by(col(Case.id))).all()
        if case.journal_seq and sealed.get(str(case.id), (0, ""))[0] != case.journal_seq
    ]
    if not heads:
        return None
    checkpoint = JournalCheckpoint(
        number=last.number + 1 if last else 1,
        at=now,
        heads=heads,
        digest=_digest(last.digest if last else GENESIS, heads),
    )
    session.add(checkpoint)
    return checkpoint


def _cases(session: Session, case_id: UUID | None) -> Iterator[Case]:
    wanted = select(Case).order_by(col(Case.reference))
    if case_id is not None:
        wanted = wanted.where(Case.id == case_id)
    yield from session.exec(wanted.execution_options(yield_per=BATCH))


def _verify_payloads(session: Session, case: Case) -> Iterator[Flaw]:
    rows = session.exec(
        select(JournalEntry, JournalPayload)
        .join(JournalPayload, col(JournalPayload.entry_id) == JournalEntry.id)
        .where(JournalEntry.case_id == case.id)
        .order_by(col(JournalEntry.seq))
    ).all()
    for entry, payload in rows:
        if payload_hash(payload.salt, payload.content) != entry.payload_hash:
            yield Flaw(case.reference, entry.seq, "its personal part was changed")


def _verify_checkpoints(session: Session) -> Iterator[Flaw]:
    before, number = GENESIS, 1
    for checkpoint in session.exec(
        select(JournalCheckpoint).order_by(col(JournalCheckpoint.number))
    ):
        name = f"checkpoint {checkpoint.number}"
        if checkpoint.number != number:
            yield Flaw(name, 0, f"checkpoint {number} is missing")
        if _digest(before, checkpoint.heads) != checkpoint.digest:
            yield Flaw(name, 0, "was changed after it was written")
        before, number = checkpoint.digest, checkpoint.number + 1
        for case_id, seq, head in checkpoint.heads:
            held = session.exec(
                select(JournalEntry.entry_hash).where(
                    JournalEntry.case_id == UUID(case_id), JournalEntry.seq == seq
                )
            ).one_or_none()
            if held != head:
                yield Flaw(name, seq, f"entry {seq} of case {case_id} is not the one it sealed")


def _last_checkpoint(session: Session) -> JournalCheckpoint | None:
    return session.exec(
        select(JournalCheckpoint).order_by(col(JournalCheckpoint.number).desc()).limit(1)
    ).one_or_none()


def _sealed_heads(session: Session) -> dict[str, tuple[int, str]]:
    sealed: dict[str, tuple[int, str]] = {}
    for checkpoint in session.exec(
        select(JournalCheckpoint).order_by(col(JournalCheckpoint.number))
    ):
        sealed.update({case_id: (seq, head) for case_id, seq, head in checkpoint.heads})
    return sealed


def _digest(before: str, heads: Sequence[Sequence[object]]) -> str:
    return hashlib.sha256((before + canonical(heads)).encode()).hexdigest()
