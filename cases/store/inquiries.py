"""Queries on inquiries that reached us, and on our answers."""

from uuid import UUID

from sqlmodel import Session, select

from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.store.tables.inquiry import Inquiry, OurAnswer
from cases.vocabulary.errors import InvalidValue


def of_case(session: Session, case_id: UUID) -> Inquiry:
    """Return how the case's inquiry reached us. Raises InvalidValue when nobody asked us."""
    found = session.get(Inquiry, case_id)
    if found is None:
        raise InvalidValue("this case is one that we asked another office about")
    return found


def by_message(session: Session, message_id: str) -> Case | None:
    """Return the case that a message of a platform opened, or None."""
    return session.exec(
        select(Case).join(Inquiry).where(Inquiry.message_id == message_id)
    ).one_or_none()


def answer_of(session: Session, request: Request) -> OurAnswer | None:
    """Return our answer as it stands: the newest that was written."""
    if request.answered_by_id is None:
        return None
    return session.get(OurAnswer, request.answered_by_id)
