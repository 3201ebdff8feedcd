"""Queries on partners, their keys, and what waits to go to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, and_, col, select

from cases.store.outbox import is_held
from cases.store.tables.case import Case
from cases.store.tables.exchange import ExchangeRecord, Partner, PartnerKey
from cases.store.tables.inquiry import Inquiry
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import UnknownOffice
from cases.vocabulary.status import Channel, OutboxStatus


def partners(session: Session) -> Sequence[Partner]:
    """Return every partner by code."""
    return session.exec(select(Partner).order_by(col(Partner.code))).all()


def partner(session: Session, code: str) -> Partner:
    """Return a partner. Raises UnknownOffice."""
    found = session.get(Partner, code)
    if found is None:
        raise UnknownOffice(f"no partner has the code {code!r}")
    return found


def keys_of(session: Session, code: str) -> Sequence[PartnerKey]:
    """Return the keys that a partner may sign with now, the oldest first."""
    return session.exec(
        select(PartnerKey)
        .where(PartnerKey.partner_code == code, col(PartnerKey.retired_at).is_(None))
        .order_by(col(PartnerKey.added_at))
    ).all()


def offices_of(session: Session, code: str) -> Sequence[Office]:
    """Return the offices that a partner speaks for."""
    return session.exec(
        select(Office).where(Office.partner_code == code).order_by(col(Office.code))
    ).all()


def record_of(session: Session, message_id: str) -> ExchangeRecord | None:
    """Return what became of a partner's message, if it came before."""
    return session.get(ExchangeRecord, message_id)


def asked_case(session: Session, asking: Office, their_case: str) -> Case | None:
    """Return our case for an inquiry that came by a platform, by the asking office's reference."""
    return session.exec(
        select(Case)
        .join(Inquiry)
        .where(Case.home_office_id == asking.id, Inquiry.their_case == their_case)
        .order_by(col(Case.opened_at).desc())
        .limit(1)
    ).one_or_none()


def outgoing(
    session: Session, partner_code: str, now: datetime, *, limit: int = 100
) -> Sequence[OutboxMessage]:
    """Return what is to lie in a partner's folder: due, or laid there and not yet answered."""
    is_due = and_(
        col(OutboxMessage.status) == OutboxStatus.PENDING,
        col(OutboxMessage.not_before) <= now,
        ~is_held(),
    )
    return session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.channel == Channel.PLATFORM,
            OutboxMessage.recipient == partner_code,
            or_(is_due, col(OutboxMessage.status) == OutboxStatus.SENDING),
        )
        .order_by(col(OutboxMessage.not_before))
        .limit(limit)
    ).all()
