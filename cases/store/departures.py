"""What leaves beside the letters of cases: claimed, handed over, settled, as in `store.outbox`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, true, update
from sqlmodel import Session, col, select

from cases.rules.backoff import MAIL_TRIES, mail_pause
from cases.store.leases import database_now_ms
from cases.store.tables.outbox import OutboxHold
from cases.store.tables.telling import Departing
from cases.vocabulary.status import OutboxStatus

Row = TypeVar("Row", bound=Departing)
MAX_WORDS = 300
TRUE = true()


def claim(
    session: Session,
    table: type[Row],
    *,
    now: datetime,
    holder: str,
    claim_ms: int,
    limit: int,
    only: ColumnElement[bool] = TRUE,
) -> Sequence[Row]:
    """Take what may leave, the longest waiting first, and count the handing over.

    What was dropped by somebody who died is taken again once the claim has run out: it goes with
    the same bytes and the same id.
    """
    identity = col(table.id)
    ready = select(identity).where(_may_leave(session, table, now), only)
    ready = ready.order_by(col(table.not_before)).limit(limit)
    ids = session.exec(ready.with_for_update(skip_locked=True)).all()
    if not ids:
        return []
    session.execute(
        update(table)
        .where(identity.in_(ids))
        .values(
            status=OutboxStatus.SENDING,
            claimed_by=holder,
            claim_until_ms=database_now_ms(session) + claim_ms,
            sends=col(table.sends) + 1,
        )
    )
    return session.exec(select(table).where(identity.in_(ids))).all()


def has_ready(
    session: Session, table: type[Row], now: datetime, only: ColumnElement[bool] = TRUE
) -> bool:
    """Whether anything may leave now; takes no lock."""
    wanted = select(table.message_id).where(_may_leave(session, table, now), only).limit(1)
    return session.exec(wanted).first() is not None


def settle_sent(
    session: Session, table: type[Row], key: UUID, *, holder: str, words: str, now: datetime
) -> Row | None:
    """Settle what was accepted and return it; None when somebody else has it by now."""
    row = _held(session, table, key, holder)
    if row is not None:
        row.status, row.sent_at, row.server_words = OutboxStatus.SENT, now, words[:MAX_WORDS]
        row.claimed_by, row.claim_until_ms, row.last_error = None, 0, ""
    return row


def settle_failure(
    session: Session,
    table: type[Row],
    key: UUID,
    *,
    holder: str,
    words: str,
    is_final: bool,
    now: datetime,
) -> Row | None:
    """Put back with a pause what was refused; for good, or after the last try, give it up."""
    row = _held(session, table, key, holder)
    if row is not None:
        row.failures += 1
        row.claimed_by, row.claim_until_ms, row.last_error = None, 0, words[:MAX_WORDS]
        is_over = is_final or row.failures >= MAIL_TRIES
        row.status = OutboxStatus.GIVEN_UP if is_over else OutboxStatus.PENDING
        row.not_before = now if is_over else now + mail_pause(row.failures)
    return row


def failing(session: Session, table: type[Row], since: datetime) -> tuple[int, int]:
    """Count what was given up since then, and what waits to be tried again."""

    def count(*conditions: ColumnElement[bool]) -> int:
        return session.exec(select(func.count()).select_from(table).where(*conditions)).one()

    given_up = count(col(table.status) == OutboxStatus.GIVEN_UP, col(table.not_before) >= since)
    waiting = (OutboxStatus.PENDING, OutboxStatus.SENDING)
    return given_up, count(col(table.status).in_(waiting), col(table.failures) > 0)


def _held(session: Session, table: type[Row], key: UUID, holder: str) -> Row | None:
    row = session.get_one(table, key, with_for_update=True, populate_existing=True)
    is_ours = row.status is OutboxStatus.SENDING and row.claimed_by == holder
    return row if is_ours else None


def _may_leave(session: Session, table: type[Row], now: datetime) -> ColumnElement[bool]:
    is_due = and_(col(table.status) == OutboxStatus.PENDING, col(table.not_before) <= now)
    was_dropped = and_(
        col(table.status) == OutboxStatus.SENDING,
        col(table.claim_until_ms) < database_now_ms(session),
    )
    held = select(OutboxHold.office_id).where(col(OutboxHold.released_at).is_(None))
    return and_(or_(is_due, was_dropped), col(table.office_id).not_in(held))
