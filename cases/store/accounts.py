"""Queries on accounts, sessions, links and attempts at signing in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from cases.store.tables.account import DeskAccount, DeskSession, EntryLink, SignInAttempt
from cases.store.tables.office import Person, RoleHeld
from cases.vocabulary.status import Role


def account_of_login(session: Session, login: str) -> tuple[Person, DeskAccount] | None:
    """Return the person of this login with the account, if there are both."""
    return session.exec(
        select(Person, DeskAccount)
        .join(DeskAccount, col(DeskAccount.person_id) == Person.id)
        .where(Person.login == login, col(Person.is_active))
    ).one_or_none()


def names_in(session: Session, office_id: UUID) -> dict[str, str]:
    """Return login to name of everybody who works or worked for an office."""
    rows = session.exec(select(Person.login, Person.name).where(Person.office_id == office_id))
    return dict(rows.all())


def have_account(session: Session) -> set[UUID]:
    """Return the ids of everybody who has set a password."""
    return set(session.exec(select(DeskAccount.person_id)).all())


def session_of(session: Session, key: str) -> tuple[DeskSession, Person] | None:
    """Return the session of a token's hash that has not ended, with its person."""
    return session.exec(
        select(DeskSession, Person)
        .join(Person, col(Person.id) == DeskSession.person_id)
        .where(DeskSession.key == key, col(DeskSession.ended_at).is_(None), col(Person.is_active))
    ).one_or_none()


def see(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Write down that a session is in use; one that ended meanwhile stays ended."""
    session.execute(
        update(DeskSession)
        .where(col(DeskSession.id) == session_id, col(DeskSession.ended_at).is_(None))
        .values(seen_at=now)
    )


def sessions_of(session: Session, person_id: UUID, *, limit: int = 20) -> Sequence[DeskSession]:
    """Return a person's sessions that have not ended, the last seen first."""
    return session.exec(
        select(DeskSession)
        .where(DeskSession.person_id == person_id, col(DeskSession.ended_at).is_(None))
        .order_by(col(DeskSession.seen_at).desc())
        .limit(limit)
    ).all()


def end_sessions(session: Session, person_id: UUID, *, now: datetime) -> None:
    """End every session of a person."""
    session.execute(
        update(DeskSession)
        .where(col(DeskSession.person_id) == person_id, col(DeskSession.ended_at).is_(None))
        .values(ended_at=now)
    )


def link_of(session: Session, key: str) -> EntryLink | None:
    """Return the link of a token's hash, its row locked."""
    return session.exec(
        select(EntryLink).where(EntryLink.key == key).with_for_update()
    ).one_or_none()


def drop_links(session: Session, person_id: UUID | None) -> None:
    """Remove the links of a person that were not used: only the newest holds."""
    session.execute(
        delete(EntryLink).where(
            col(EntryLink.person_id).is_(None)
            if person_id is None
            else col(EntryLink.person_id) == person_id,
            col(EntryLink.used_at).is_(None),
        )
    )


def attempts_since(
    session: Session, since: datetime, *, login: str, address: str
) -> tuple[int, int]:
    """Count the attempts under a login, and those from an address."""
    return (
        session.exec(
            select(func.count()).where(SignInAttempt.login == login, SignInAttempt.at > since)
        ).one(),
        session.exec(
            select(func.count()).where(SignInAttempt.address == address, SignInAttempt.at > since)
        ).one(),
    )


def forget_attempts(session: Session, *, login: str = "", before: datetime | None = None) -> None:
    """Forget the attempts under a login that has succeeded, or all that are old."""
    if login:
        session.execute(delete(SignInAttempt).where(col(SignInAttempt.login) == login))
    if before is not None:
        session.execute(delete(SignInAttempt).where(col(SignInAttempt.at) <= before))


def administrator_without_account(session: Session) -> Person | None:
    """Return the first administrator if none of them can sign in."""
    rows = session.exec(
        select(Person, DeskAccount.person_id)
        .join(RoleHeld, col(RoleHeld.person_id) == Person.id)
        .join(DeskAccount, col(DeskAccount.person_id) == Person.id, isouter=True)
        .where(RoleHeld.role == Role.ADMINISTRATOR, col(Person.is_active))
        .order_by(col(Person.login))
    ).all()
    if not rows or any(account for _, account in rows):
        return None
    return rows[0][0]
