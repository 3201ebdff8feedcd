"""Queries on due dates that rest on a year not yet published."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.vocabulary.status import Awaiting, CaseStatus, NextAction, Priority, RequestStatus


def requests(session: Session, *, limit: int) -> Sequence[tuple[Case, Request]]:
    """Return open requests whose due date is provisional, by case."""
    return session.exec(
        select(Case, Request)
        .join(Request, col(Request.case_id) == Case.id)
        .where(
            Case.status == CaseStatus.OPEN,
            Request.status == RequestStatus.AWAITING_REPLY,
            col(Request.due_is_provisional),
        )
        .order_by(col(Case.reference))
        .limit(limit)
    ).all()


def wake_waiting(session: Session, *, now: datetime) -> int:
    """Give the engine a turn on each open case that waits for the calendar; return how many."""
    woken = session.execute(
        update(Case)
        .where(
            col(Case.status) == CaseStatus.OPEN,
            col(Case.awaiting) == Awaiting.CALENDAR,
            col(Case.wake_at).is_(None),
        )
        .values(
            wake_at=now,
            priority=Priority.BULK.value,
            next_action=NextAction.ENGINE_TURN,
            next_action_at=now,
            owner="engine",
        )
        .execution_options(synchronize_session=False)
        .returning(col(Case.id))
    )
    return len(woken.all())
