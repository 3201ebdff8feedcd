"""Requests with the days by which their answers are due, for a person's calendar."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import Session, col, select

from cases.store.backlog import Whose
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.store.tables.office import Office
from cases.vocabulary.status import RequestStatus


def due_days(
    session: Session,
    *,
    office_id: UUID,
    whose: Whose,
    closed_since: datetime,
    limit: int = 5_000,
) -> Sequence[tuple[Case, Request, Office]]:
    """Return every request that was sent of open cases and of those closed since, oldest first."""
    return session.exec(
        select(Case, Request, Office)
        .join(Request, col(Request.case_id) == Case.id)
        .join(Office, col(Office.id) == Request.office_id)
        .where(
            Case.office_id == office_id,
            or_(col(Case.clerk_id).in_(whose.clerk_ids), col(Case.owner).in_(whose.owners)),
            or_(col(Case.closed_at).is_(None), col(Case.closed_at) >= closed_since),
            col(Request.status) != RequestStatus.DRAFTED,
        )
        .order_by(col(Case.reference), col(Request.round))
        .limit(limit)
    ).all()
