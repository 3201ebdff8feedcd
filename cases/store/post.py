"""Queries on what the mail room posts: waiting letters, batches, envelopes, costs."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.outbox import is_held
from cases.store.tables.case import Case
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import CostLine, PostBatch, PostEnvelope, PostLetter
from cases.vocabulary.errors import UnknownLetter
from cases.vocabulary.status import Channel, OutboxStatus


def waiting(
    session: Session, office_id: UUID, until: datetime, *, limit: int = 2_000
) -> Sequence[OutboxMessage]:
    """Return letters of our office that may be posted and are in no batch, the oldest first.

    Nothing holds them, and they were ready by `until`.
    """
    return session.exec(
        select(OutboxMessage)
        .where(
            col(OutboxMessage.case_id).in_(select(Case.id).where(Case.office_id == office_id)),
            OutboxMessage.channel == Channel.POST,
            OutboxMessage.status == OutboxStatus.PENDING,
            col(OutboxMessage.created_at) <= until,
            col(OutboxMessage.not_before) <= until,
            col(OutboxMessage.id).not_in(
                select(PostLetter.message_id)
                .join(PostBatch, col(PostBatch.id) == PostLetter.batch_id)
                .where(col(PostBatch.posted_at).is_(None))  # What came back goes again.
            ),
            ~is_held(),
        )
        .order_by(col(OutboxMessage.created_at), col(OutboxMessage.id))
        .limit(limit)
    ).all()


def batch_to_fill(session: Session, office_id: UUID, day: date) -> PostBatch | None:
    """Return the day's batch that is not closed, or None. Locks our office against another one."""
    session.exec(select(Office.id).where(Office.id == office_id).with_for_update()).one()
    return session.exec(
        select(PostBatch).where(
            PostBatch.office_id == office_id,
            PostBatch.day == day,
            col(PostBatch.closed_at).is_(None),
        )
    ).one_or_none()


def next_number(session: Session, office_id: UUID, day: date) -> int:
    """Return the number of the day's next batch, from 1."""
    last = session.exec(
        select(func.max(PostBatch.number)).where(
            PostBatch.office_id == office_id, PostBatch.day == day
        )
    ).one()
    return (last or 0) + 1


def batch_of_code(session: Session, code: str) -> PostBatch:
    """Return the batch of this code. Raises UnknownLetter."""
    batch = session.exec(select(PostBatch).where(PostBatch.code == code)).one_or_none()
    if batch is None:
        raise UnknownLetter(f"there is no batch {code}")
    return batch


def locked_batch(session: Session, code: str) -> PostBatch:
    """Return the batch of this code, its row locked. Raises UnknownLetter."""
    batch = batch_of_code(session, code)
    session.refresh(batch, with_for_update=True)
    return batch


def unposted_batches(session: Session, office_id: UUID) -> Sequence[PostBatch]:
    """Return the batches of our office that have not been posted, the oldest first."""
    return session.exec(
        select(PostBatch)
        .where(PostBatch.office_id == office_id, col(PostBatch.posted_at).is_(None))
        .order_by(col(PostBatch.made_at))
    ).all()


def letters_of(session: Session, batch_id: UUID) -> Sequence[tuple[PostLetter, OutboxMessage]]:
    """Return what lies in a batch with its messages, as they were put in."""
    rows = session.exec(
        select(PostLetter, OutboxMessage)
        .join(OutboxMessage, col(OutboxMessage.id) == PostLetter.message_id)
        .where(PostLetter.batch_id == batch_id)
        .order_by(col(PostLetter.position), col(OutboxMessage.created_at), col(OutboxMessage.id))
    ).all()
    return [(letter, message) for letter, message in rows]


def letters_in(session: Session, envelope_id: UUID) -> Sequence[tuple[PostLetter, OutboxMessage]]:
    """Return what lies in an envelope with its messages, in its order."""
    rows = session.exec(
        select(PostLetter, OutboxMessage)
        .join(OutboxMessage, col(OutboxMessage.id) == PostLetter.message_id)
        .where(PostLetter.envelope_id == envelope_id)
        .order_by(col(PostLetter.position), col(OutboxMessage.created_at), col(OutboxMessage.id))
    ).all()
    return [(letter, message) for letter, message in rows]


def envelopes_of(session: Session, batch_id: UUID) -> Sequence[PostEnvelope]:
    """Return the envelopes of a closed batch, in posting order."""
    return session.exec(
        select(PostEnvelope)
        .where(PostEnvelope.batch_id == batch_id)
        .order_by(col(PostEnvelope.position))
    ).all()


def envelope_of_code(session: Session, code: str) -> PostEnvelope | None:
    """Return the envelope of this code, or None."""
    return session.exec(select(PostEnvelope).where(PostEnvelope.code == code)).one_or_none()


def cases_in(session: Session, envelope_id: UUID) -> Sequence[UUID]:
    """Return the cases whose letters are in an envelope, each once, in their order."""
    rows = session.exec(
        select(OutboxMessage.case_id)
        .join(PostLetter, col(PostLetter.message_id) == OutboxMessage.id)
        .where(PostLetter.envelope_id == envelope_id)
        .order_by(col(PostLetter.position))
    ).all()
    return list(dict.fromkeys(rows))


def costs_of_envelope(session: Session, envelope_id: UUID) -> Sequence[CostLine]:
    """Return the cost lines that an envelope's postage gave."""
    return session.exec(select(CostLine).where(CostLine.envelope_id == envelope_id)).all()


def costs_of_case(session: Session, case_id: UUID) -> Sequence[CostLine]:
    """Return what a case has cost, the first line first."""
    return session.exec(
        select(CostLine).where(CostLine.case_id == case_id).order_by(col(CostLine.recorded_at))
    ).all()
