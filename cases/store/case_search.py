"""Find an office's cases by what somebody remembers of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from cases.store.tables.case import Case, Party
from cases.store.tables.correspondence import Letter
from cases.store.tables.office import Office


def find(session: Session, words: str, *, office_id: UUID, limit: int) -> Sequence[UUID]:
    """Return ids of cases whose reference, applicant, asked office or letter number holds it.

    The newest first. Signs that mean something to a database are searched for as they are.
    """
    return session.exec(
        select(Case.id)
        .where(Case.office_id == office_id, or_(*_places(words)))
        .order_by(col(Case.opened_at).desc(), col(Case.reference).desc())
        .limit(limit)
    ).all()


def _places(words: str) -> list[ColumnElement[bool]]:
    """Each looks into its own table first; the office's cases are few beside it."""
    asked = select(Office.id).where(col(Office.name_zh).contains(words, autoescape=True))
    named = select(Party.case_id).where(col(Party.name).contains(words, autoescape=True))
    numbered = select(Letter.case_id).where(col(Letter.number).contains(words, autoescape=True))
    return [
        col(Case.reference).contains(words.upper(), autoescape=True),
        col(Case.id).in_(named),
        col(Case.home_office_id).in_(asked),
        col(Case.id).in_(numbered),
    ]
