"""Queries on digests: who wants one, and what stands open for them."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.tables.correspondence import Letter
from cases.store.tables.office import Office, Person
from cases.store.tables.telling import Digest, DigestChoice
from cases.vocabulary.telling import Rhythm


def wanted(session: Session) -> Sequence[tuple[DigestChoice, Person, Office]]:
    """Return everybody who works here and wants a digest, with their office, by login."""
    return session.exec(
        select(DigestChoice, Person, Office)
        .join(Person, col(Person.id) == DigestChoice.person_id)
        .join(Office, col(Office.id) == Person.office_id)
        .where(col(DigestChoice.rhythm) != Rhythm.NONE, col(Person.is_active))
        .order_by(col(Person.login))
    ).all()


def choice_of(session: Session, person_id: UUID) -> DigestChoice | None:
    """Return what somebody chose, its row locked, or None."""
    return session.exec(
        select(DigestChoice)
        .where(DigestChoice.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def choices(session: Session) -> Sequence[tuple[Person, DigestChoice | None]]:
    """Return everybody who works here, by login, with what they chose."""
    return session.exec(
        select(Person, DigestChoice)
        .join(DigestChoice, col(DigestChoice.person_id) == Person.id, isouter=True)
        .where(col(Person.is_active))
        .order_by(col(Person.login))
    ).all()


def last_of(session: Session, person_id: UUID) -> Digest | None:
    """Return somebody's newest digest, or None."""
    return session.exec(
        select(Digest)
        .where(Digest.person_id == person_id)
        .order_by(col(Digest.created_at).desc())
        .limit(1)
    ).one_or_none()


def first_due(session: Session, request_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return by request the day by which its first letter asked for the answer, once climbed."""
    rows = session.exec(
        select(Letter.request_id, func.min(Letter.due_on))
        .where(col(Letter.request_id).in_(request_ids), col(Letter.due_on).is_not(None))
        .group_by(col(Letter.request_id))
    ).all()
    return {request_id: due_on for request_id, due_on in rows if request_id and due_on}
