"""Write and verify the journal. Every entry seals the one before it with SHA-256."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.journal import JournalEntry, JournalPayload
from cases.vocabulary.status import EntryKind
from cases.vocabulary.values import Actor

GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """Return JSON that is the same for equal values on any machine."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(value: Any) -> str:
    """Return the SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def append(
    session: Session,
    case: Case,
    kind: EntryKind,
    *,
    actor: Actor,
    at: datetime,
    step_id: str | None = None,
    arguments: Mapping[str, Any] | None = None,
    result: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> JournalEntry:
    """Add one entry to the case's chain. The caller holds the case's row.

    `result` enters the chain in the clear and must hold no personal data; `personal` goes to
    a row of its own that may be erased later, only its salted hash enters the chain.
    """
    salt = secrets.token_hex(16) if personal else ""
    entry = JournalEntry(
        case_id=case.id,
        seq=case.journal_seq + 1,
        at=at,
        actor=actor.name,
        kind=kind,
        step_id=step_id,
        arguments_hash=hash_of(arguments) if arguments is not None else "",
        result=dict(result or {}),
        payload_hash=payload_hash(salt, personal) if personal else "",
        previous_hash=case.journal_head or GENESIS,
        entry_hash="",
    )
    entry.entry_hash = entry_hash(entry)
    case.journal_seq, case.journal_head = entry.seq, entry.entry_hash
    session.add(entry)
    if personal:
        content = dict(personal)
        session.add(JournalPayload(entry_id=entry.id, entry=entry, salt=salt, content=content))
    return entry


def payload_hash(salt: str, personal: Mapping[str, Any]) -> str:
    """Return the salted hash that stays in the chain when the payload is erased."""
    return hashlib.sha256((salt + canonical(personal)).encode()).hexdigest()


def entry_hash(entry: JournalEntry) -> str:
    """Return the hash of everything that an entry says, and of the entry before it."""
    return hash_of(
        [
            str(entry.case_id),
            entry.seq,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.actor,
            entry.kind.value,
            entry.step_id,
            entry.arguments_hash,
            entry.result,
            entry.payload_hash,
            entry.previous_hash,
        ]
    )


def entries_of(session: Session, case_id: UUID, *, limit: int = 10_000) -> Sequence[JournalEntry]:
    """Return the case's entries, first one first."""
    wanted = (
        select(JournalEntry)
        .where(JournalEntry.case_id == case_id)
        .order_by(col(JournalEntry.seq))
        .limit(limit)
    )
    return session.exec(wanted).all()


def steps_of_round(session: Session, case_id: UUID, round_: int) -> Sequence[JournalEntry]:
    """Return the finished steps of the flow in one round, in the order they were finished."""
    wanted = (
        select(JournalEntry)
        .where(
            JournalEntry.case_id == case_id,
            col(JournalEntry.step_id).startswith(f"{round_}/", autoescape=True),
        )
        .order_by(col(JournalEntry.seq))
    )
    return session.exec(wanted).all()


def payload_of(session: Session, entry_id: UUID) -> JournalPayload | None:
    """Return the personal part of an entry, or None when it has none or it was erased."""
    return session.get(JournalPayload, entry_id)


def last_of_kinds(session: Session, case_id: UUID, *kinds: EntryKind) -> JournalEntry | None:
    """Return the newest entry of some kinds, or None."""
    return session.exec(
        select(JournalEntry)
        .where(JournalEntry.case_id == case_id, col(JournalEntry.kind).in_(kinds))
        .order_by(col(JournalEntry.seq).desc())
        .limit(1)
    ).one_or_none()


def size_of_journal(session: Session, case_id: UUID | None = None) -> tuple[int, int]:
    """Count cases with a journal and its entries, of all cases or of one."""
    wanted = select(func.count(func.distinct(JournalEntry.case_id)), func.count())
    wanted = wanted.select_from(JournalEntry)
    if case_id is not None:
        wanted = wanted.where(JournalEntry.case_id == case_id)
    cases, entries = session.exec(wanted).one()
    return cases, entries
