"""Queries on held outboxes: after a restore no mail leaves until somebody has looked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxHold, OutboxMessage
from cases.vocabulary.status import OutboxStatus

#: What a restore cannot know: these may have left after the backup was made.
MAY_HAVE_LEFT = (OutboxStatus.PENDING, OutboxStatus.SENDING, OutboxStatus.HELD)


def office_is_held() -> ColumnElement[bool]:
    """Return the SQL condition that the outbox of a message's office is held."""
    return exists().where(
        col(OutboxHold.office_id) == Case.office_id,
        col(OutboxHold.released_at).is_(None),
        col(Case.id) == OutboxMessage.case_id,
    )


def open_holds(session: Session) -> Sequence[OutboxHold]:
    """Return every hold that nobody has released."""
    wanted = select(OutboxHold).where(col(OutboxHold.released_at).is_(None))
    return session.exec(wanted.order_by(col(OutboxHold.held_at))).all()


def open_hold_of(session: Session, office_id: UUID) -> OutboxHold | None:
    """Return the hold on an office's outbox, its row locked, or None."""
    return session.exec(
        select(OutboxHold)
        .where(OutboxHold.office_id == office_id, col(OutboxHold.released_at).is_(None))
        .with_for_update()
    ).one_or_none()


def hold_all(session: Session, *, known_until: datetime, now: datetime) -> int:
    """Hold the outbox of every office that has cases; return how many were not held already."""
    held = {hold.office_id for hold in open_holds(session)}
    offices = set(session.exec(select(Case.office_id).distinct()).all()) - held
    for office_id in offices:
        session.add(OutboxHold(office_id=office_id, known_until=known_until, held_at=now))
    return len(offices)


def may_have_left(session: Session, office_id: UUID) -> Sequence[OutboxMessage]:
    """Return the office's messages that have not left as far as we know, case by case."""
    return session.exec(
        select(OutboxMessage)
        .join(Case, col(Case.id) == OutboxMessage.case_id)
        .where(Case.office_id == office_id, col(OutboxMessage.status).in_(MAY_HAVE_LEFT))
        .order_by(col(OutboxMessage.case_id), col(OutboxMessage.created_at))
    ).all()
