"""Write and read the directory's record (名录变更记录)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from cases.store.tables.directory_entry import DirectoryEntry
from cases.vocabulary.values import Actor

Changes = Mapping[str, tuple[Any, Any]]  #: Column to what it was and what it is.


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs; what neither holds (None or an empty text) does not."""
    return {
        name: (before.get(name), after.get(name))
        for name in {**before, **after}
        if (before.get(name) or None) != (after.get(name) or None)
    }


def record(
    session: Session,
    actor: Actor,
    subject: str,
    act: str,
    changes: Changes,
    *,
    source: str = "",
    at: datetime,
) -> None:
    """Add one entry about "office:<code>" or "division:<code>"."""
    session.add(entry(actor, subject, act, changes, source=source, at=at))


def record_all(session: Session, entries: Sequence[DirectoryEntry]) -> None:
    """Add many entries in one go."""
    if entries:
        table = DirectoryEntry.__table__  # type: ignore[attr-defined]
        session.connection().execute(table.insert(), [each.model_dump() for each in entries])


def entry(
    actor: Actor, subject: str, act: str, changes: Changes, *, source: str = "", at: datetime
) -> DirectoryEntry:
    """Return one entry, not yet written."""
    told = {name: [_plain(was), _plain(is_now)] for name, (was, is_now) in changes.items()}
    return DirectoryEntry(
        at=at, actor=actor.name, subject=subject, act=act, changes=told, source=source
    )


def entries_of(session: Session, subject: str, *, limit: int = 200) -> Sequence[DirectoryEntry]:
    """Return what was done to an office or a division, the newest first."""
    return session.exec(
        select(DirectoryEntry)
        .where(DirectoryEntry.subject == subject)
        .order_by(col(DirectoryEntry.at).desc())
        .limit(limit)
    ).all()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value or None
