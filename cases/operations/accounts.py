"""Come in to the desk: one-time links, passwords, sessions that end by themselves.

Instants here are the machine's own time, not the clock that cases live by: a session is about a
browser, and must not live longer because somebody has stopped an office's clock.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from cases.operations import directory
from cases.ports import PasswordHasher
from cases.rules.access import Act, require
from cases.rules.passwords import check_password
from cases.store import accounts, offices
from cases.store.tables.account import DeskAccount, DeskSession, EntryLink, SignInAttempt
from cases.store.tables.office import Office, Person
from cases.vocabulary.errors import LinkIsSpent, SignInRefused, TooManyAttempts
from cases.vocabulary.status import Role
from cases.vocabulary.values import Actor

IDLE = timedelta(minutes=60)  #: A session that nobody used for so long has ended.
LONGEST = timedelta(hours=12)  #: And each ends after a working day.
SEEN_EVERY = timedelta(minutes=1)  #: More often it is not written down.
LINK_LASTS = timedelta(hours=72)
WINDOW = timedelta(minutes=15)
PER_LOGIN, PER_ADDRESS = 8, 60  #: Attempts in a window that have not succeeded.
LONGEST_DEVICE = 120


@dataclass(frozen=True, slots=True)
class Founding:
    """What whoever starts an empty installation says of the office and of themselves."""

    office: Office
    login: str
    name: str


def key_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(session: Session, actor: Actor, person: Person, *, now: datetime) -> str:
    """Return the token of a new link for somebody who works here; earlier ones no longer hold.

    Raises NotAllowed.
    """
    require(actor, Act.KEEP_DIRECTORY)
    return _made(session, person.id, actor.name, now)


def first_link(session: Session, *, now: datetime) -> str | None:
    """Return the token by which the first administrator comes in; None when one has already."""
    if not offices.has_administrator(session):
        return _made(session, None, directory.FOUNDER.name, now)
    waiting = accounts.administrator_without_account(session)
    return _made(session, waiting.id, directory.FOUNDER.name, now) if waiting else None


def link_holder(session: Session, token: str, *, now: datetime) -> Person | None:
    """Return whose password a link sets; None: it founds. Raises LinkIsSpent."""
    link = _living_link(session, token, now)
    return session.get_one(Person, link.person_id) if link.person_id else None


def use_link(
    session: Session,
    token: str,
    password: str,
    hasher: PasswordHasher,
    *,
    now: datetime,
    founding: Founding | None = None,
) -> Person:
    """Set the password of the link's person, who is signed out everywhere; spend the link.

    A founding link enters office and administrator as well. Raises LinkIsSpent, WeakPassword,
    InvalidValue.
    """
    link = _living_link(session, token, now)
    if link.person_id is not None:
        person = session.get_one(Person, link.person_id)
    else:
        person = _found(session, founding, now)
    check_password(password, login=person.login)
    link.used_at = now
    _set_password(session, person.id, hasher.hash(password), now)
    return person


def change_password(
    session: Session,
    person: Person,
    old: str,
    new: str,
    hasher: PasswordHasher,
    *,
    now: datetime,
) -> None:
    """Change one's own password; every session ends. Raises SignInRefused, WeakPassword."""
    account = session.get(DeskAccount, person.id)
    if account is None or not hasher.verify(old, account.password_hash):
        raise SignInRefused("the present password is not right")
    check_password(new, login=person.login)
    _set_password(session, person.id, hasher.hash(new), now)


def note_attempt(session: Session, login: str, address: str, *, now: datetime) -> None:
    """Write an attempt down before its password is looked at, so that none is tried for free.

    Raises TooManyAttempts; then nothing is written, and the wait does not grow.
    """
    accounts.forget_attempts(session, before=now - WINDOW)
    under, from_ = accounts.attempts_since(session, now - WINDOW, login=login, address=address)
    if under >= PER_LOGIN or from_ >= PER_ADDRESS:
        minutes = int(WINDOW.total_seconds() // 60)
        raise TooManyAttempts(f"too many attempts; try again in {minutes} minutes")
    session.add(SignInAttempt(login=login[:60], address=address[:60], at=now))


def begin_session(session: Session, person: Person, *, device: str, now: datetime) -> str:
    """Sign a person in and return the token for the browser; the login's attempts are forgotten."""
    accounts.forget_attempts(session, login=person.login)
    token = secrets.token_urlsafe(32)
    device = "".join(each for each in device if each.isprintable())[:LONGEST_DEVICE]
    session.add(
        DeskSession(
            key=key_of(token), person_id=person.id, began_at=now, seen_at=now, device=device
        )
    )
    return token


def session_holder(
    session: Session, token: str, *, now: datetime
) -> tuple[DeskSession, Person] | None:
    """Return a session that holds, with its person; None when it ended, by hand or by time."""
    found = accounts.session_of(session, key_of(token))
    if found is None:
        return None
    row, _person = found
    holds = now < row.seen_at + IDLE and now < row.began_at + LONGEST
    return found if holds else None


def is_to_be_seen(row: DeskSession, *, now: datetime) -> bool:
    """Whether it is time to write down that a session is in use."""
    return now >= row.seen_at + SEEN_EVERY


def end_session(session: Session, person_id: UUID, session_id: UUID, *, now: datetime) -> None:
    """End one session of a person; one of somebody else is left alone."""
    row = session.get(DeskSession, session_id)
    if row is not None and row.person_id == person_id and row.ended_at is None:
        row.ended_at = now


def end_sessions(session: Session, person_id: UUID, *, now: datetime) -> None:
    """Sign a person out everywhere."""
    accounts.end_sessions(session, person_id, now=now)


def _made(session: Session, person_id: UUID | None, by: str, now: datetime) -> str:
    accounts.drop_links(session, person_id)
    token = secrets.token_urlsafe(32)
    session.add(
        EntryLink(key=key_of(token), person_id=person_id, made_by=by, expires_at=now + LINK_LASTS)
    )
    return token


def _living_link(session: Session, token: str, now: datetime) -> EntryLink:
    link = accounts.link_of(session, key_of(token))
    if link is None or link.used_at is not None or link.expires_at <= now:
        raise LinkIsSpent("this link was used already, has expired, or never was one")
    if link.person_id is None and offices.has_administrator(session):
        raise LinkIsSpent("there is an administrator already")
    return link


def _found(session: Session, founding: Founding | None, now: datetime) -> Person:
    if founding is None:
        raise LinkIsSpent("this link enters the first office; its name is missing")
    by = directory.FOUNDER
    directory.add_office(session, by, founding.office, now=now)
    roles = [Role.ADMINISTRATOR]
    return directory.add_person(
        session, by, founding.login, founding.name, founding.office.code, roles
    )


def _set_password(session: Session, person_id: UUID, hashed: str, now: datetime) -> None:
    account = session.get(DeskAccount, person_id)
    if account is None:
        session.add(DeskAccount(person_id=person_id, password_hash=hashed, password_set_at=now))
    else:
        account.password_hash, account.password_set_at = hashed, now
    accounts.end_sessions(session, person_id, now=now)
