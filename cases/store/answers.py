"""Queries on answers to questions and on discrepancies."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from cases.store.tables.answer import Discrepancy, GivenAnswer
from cases.store.tables.case import Case


def current_of(session: Session, request_id: UUID) -> dict[str, GivenAnswer]:
    """Return the answer that holds to each question of a request."""
    rows = session.exec(
        select(GivenAnswer).where(GivenAnswer.request_id == request_id, col(GivenAnswer.is_current))
    ).all()
    return {row.question: row for row in rows}


def answers_of(session: Session, case_id: UUID) -> Sequence[GivenAnswer]:
    """Return every answer of the case, first one first, those that do not hold as well."""
    return session.exec(
        select(GivenAnswer)
        .where(GivenAnswer.case_id == case_id)
        .order_by(col(GivenAnswer.given_at), col(GivenAnswer.question))
    ).all()


def discrepancies_of(session: Session, case_id: UUID) -> Sequence[Discrepancy]:
    """Return every discrepancy of the case, first one first."""
    return session.exec(
        select(Discrepancy)
        .where(Discrepancy.case_id == case_id)
        .order_by(col(Discrepancy.opened_at))
    ).all()


def has_open_discrepancy(session: Session, request_id: UUID) -> bool:
    """Whether two answers to the request do not agree and nobody has said which holds."""
    found = session.exec(
        select(Discrepancy.id)
        .where(Discrepancy.request_id == request_id, col(Discrepancy.resolved_at).is_(None))
        .limit(1)
    ).one_or_none()
    return found is not None


def open_discrepancies(
    session: Session, *, office_id: UUID | None = None, limit: int
) -> Sequence[tuple[Discrepancy, Case]]:
    """Return what nobody has resolved yet, the oldest first."""
    wanted = (
        select(Discrepancy, Case)
        .join(Case, col(Case.id) == Discrepancy.case_id)
        .where(col(Discrepancy.resolved_at).is_(None))
        .order_by(col(Discrepancy.opened_at))
        .limit(limit)
    )
    if office_id is not None:
        wanted = wanted.where(Case.office_id == office_id)
    return session.exec(wanted).all()
