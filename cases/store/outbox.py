"""Queries on the outbox: what may leave now, and who is sending what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, update
from sqlmodel import Session, and_, col, select

from cases.store.address_repairs import address_is_in_doubt
from cases.store.leases import database_now_ms
from cases.store.outbox_holds import office_is_held
from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.status import CaseStatus, Channel, OutboxStatus


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message claimed by a sender."""

    id: UUID
    case_id: UUID
    message_id: str
    recipient: str
    content: str
    sends: int


def claim(
    session: Session, *, now: datetime, holder: str, claim_ms: int, limit: int
) -> list[Outgoing]:
    """Take mail that may leave, longest waiting first, and count the sending.

    A message whose sender died is taken again once its claim has run out: it may have been
    accepted already, so it goes with the same Message-ID and is counted.
    """
    database_now = database_now_ms(session)
    ready = (
        select(OutboxMessage.id)
        .where(_may_leave(session, now))
        .order_by(col(OutboxMessage.not_before))
        .limit(limit)
    )
    # Looked up first, as in `leases.claim`.
    ids = session.exec(ready.with_for_update(skip_locked=True)).all()
    taken = (
        update(OutboxMessage)
        .where(col(OutboxMessage.id).in_(ids))
        .values(
            status=OutboxStatus.SENDING,
            claimed_by=holder,
            claim_until_ms=database_now + claim_ms,
            sends=col(OutboxMessage.sends) + 1,
        )
        .returning(
            col(OutboxMessage.id),
            col(OutboxMessage.case_id),
            col(OutboxMessage.message_id),
            col(OutboxMessage.recipient),
            col(OutboxMessage.content),
            col(OutboxMessage.sends),
        )
    )
    return [Outgoing(*row) for row in session.execute(taken).all()]


def renew(session: Session, message_ids: Sequence[UUID], *, holder: str, claim_ms: int) -> None:
    """Keep claimed messages for longer: they are still being sent."""
    session.execute(
        update(OutboxMessage)
        .where(
            col(OutboxMessage.id).in_(message_ids),
            col(OutboxMessage.status) == OutboxStatus.SENDING,
            col(OutboxMessage.claimed_by) == holder,
        )
        .values(claim_until_ms=database_now_ms(session) + claim_ms)
    )


def has_ready(session: Session, now: datetime) -> bool:
    """Whether any mail may leave now; takes no lock."""
    return (
        session.exec(select(OutboxMessage.id).where(_may_leave(session, now))).first() is not None
    )


def get(session: Session, message_id: UUID) -> OutboxMessage:
    """Return one message."""
    return session.exec(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()


def listed(
    session: Session,
    *,
    office_id: UUID | None = None,
    statuses: Sequence[OutboxStatus] = (),
    limit: int = 100,
) -> Sequence[OutboxMessage]:
    """Return messages, the oldest first; of one sending office and some statuses if given."""
    wanted = select(OutboxMessage)
    if statuses:
        wanted = wanted.where(col(OutboxMessage.status).in_(statuses))
    if office_id is not None:
        wanted = wanted.where(
            col(OutboxMessage.case_id).in_(select(Case.id).where(Case.office_id == office_id))
        )
    return session.exec(wanted.order_by(col(OutboxMessage.created_at)).limit(limit)).all()


def of_case(session: Session, case_id: UUID) -> Sequence[OutboxMessage]:
    """Return every copy of the case's letters, the oldest first."""
    return session.exec(
        select(OutboxMessage)
        .where(OutboxMessage.case_id == case_id)
        .order_by(col(OutboxMessage.created_at), col(OutboxMessage.is_copy))
    ).all()


def by_hex(session: Session, digits: str) -> OutboxMessage | None:
    """Return the message of an id in hexadecimal, or None."""
    try:
        return session.get(OutboxMessage, UUID(hex=digits))
    except ValueError:
        return None


def beginning_with(session: Session, first: UUID, last: UUID) -> Sequence[OutboxMessage]:
    """Return two messages at most whose ids lie in a range: one, if the range names it."""
    return session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.id) >= first, col(OutboxMessage.id) <= last)
        .limit(2)
    ).all()


def of_letter(session: Session, letter_id: UUID) -> Sequence[OutboxMessage]:
    """Return every copy of a letter."""
    return session.exec(select(OutboxMessage).where(OutboxMessage.letter_id == letter_id)).all()


def counts(session: Session) -> dict[OutboxStatus, int]:
    """Count messages by status."""
    wanted = select(OutboxMessage.status, func.count()).group_by(col(OutboxMessage.status))
    return {OutboxStatus(status): count for status, count in session.exec(wanted).all()}


def held_among(session: Session, message_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of these messages are held by their case, our outbox or their address."""
    wanted = select(OutboxMessage.id).where(col(OutboxMessage.id).in_(message_ids), is_held())
    return set(session.exec(wanted).all())


def next_departure(session: Session) -> datetime | None:
    """Return when the next waiting mail may leave, or None when none waits."""
    return session.exec(
        select(func.min(OutboxMessage.not_before)).where(
            OutboxMessage.status == OutboxStatus.PENDING,
            OutboxMessage.channel == Channel.EMAIL,
            ~is_held(),
        )
    ).one()


def _may_leave(session: Session, now: datetime) -> ColumnElement[bool]:
    """Return the condition: by mail, its time has come, nothing holds it."""
    is_due = and_(
        OutboxMessage.status == OutboxStatus.PENDING,
        col(OutboxMessage.not_before) <= now,
    )
    was_dropped = and_(
        OutboxMessage.status == OutboxStatus.SENDING,
        col(OutboxMessage.claim_until_ms) < database_now_ms(session),
    )
    is_ready = or_(is_due, was_dropped)
    return and_(OutboxMessage.channel == Channel.EMAIL, is_ready, ~is_held())


def is_held() -> ColumnElement[bool]:
    """Return the condition that the case, our outbox or the address of a message is held."""
    case_is_held = exists().where(
        col(Case.id) == OutboxMessage.case_id, col(Case.status) == CaseStatus.HELD
    )
    return or_(case_is_held, office_is_held(), address_is_in_doubt())
