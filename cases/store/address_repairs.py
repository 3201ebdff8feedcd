"""Queries on address repairs, and the condition by which they hold letters."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from cases.store.tables.address_repair import AddressRepair
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.status import OutboxStatus

#: What an open repair keeps back, or sends again once it is settled.
WAITS = (OutboxStatus.PENDING, OutboxStatus.HELD, OutboxStatus.GIVEN_UP)


def address_is_in_doubt() -> ColumnElement[bool]:
    """Return the SQL condition that the address of a message's office is being repaired."""
    return exists().where(
        col(AddressRepair.office_id) == OutboxMessage.office_id,
        col(AddressRepair.closed_at).is_(None),
    )


def open_of(session: Session, office_id: UUID | None) -> AddressRepair | None:
    """Return the open repair of an office, or None."""
    if office_id is None:
        return None
    return session.exec(
        select(AddressRepair).where(
            AddressRepair.office_id == office_id, col(AddressRepair.closed_at).is_(None)
        )
    ).one_or_none()


def listed(session: Session, *, is_open: bool = True, limit: int = 100) -> Sequence[AddressRepair]:
    """Return open repairs, or those that were settled too; the oldest first."""
    wanted = select(AddressRepair).order_by(col(AddressRepair.opened_at)).limit(limit)
    if is_open:
        wanted = wanted.where(col(AddressRepair.closed_at).is_(None))
    return session.exec(wanted).all()


def waiting_for(session: Session, office_id: UUID) -> Sequence[OutboxMessage]:
    """Return every letter that has not reached the office, case by case."""
    return session.exec(
        select(OutboxMessage)
        .where(OutboxMessage.office_id == office_id, col(OutboxMessage.status).in_(WAITS))
        .order_by(col(OutboxMessage.case_id), col(OutboxMessage.created_at))
    ).all()


def doubt(
    session: Session, office_id: UUID, reason: str, *, by: str, now: datetime
) -> AddressRepair:
    """Return the open repair of the office, a new one if there is none.

    The office's row is locked, so that two returns on one morning make one repair.
    """
    session.exec(select(Office.id).where(Office.id == office_id).with_for_update()).one()
    repair = open_of(session, office_id)
    if repair is None:
        repair = AddressRepair(office_id=office_id, reason=reason, opened_at=now, opened_by=by)
        session.add(repair)
        session.flush()
    return repair


def settle(
    session: Session, repair: AddressRepair, outcome: RepairOutcome, *, by: str, now: datetime
) -> None:
    """End a repair; what it held may leave. Raises InvalidValue when it has ended before."""
    if repair.closed_at is not None:
        raise InvalidValue(f"this address repair was settled by {repair.closed_by}")
    repair.closed_at, repair.closed_by, repair.outcome = now, by, outcome
    session.flush()
