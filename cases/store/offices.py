"""Queries on offices and people."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select

from cases.store import superiors
from cases.store.tables.office import Office, Person, RoleHeld
from cases.vocabulary.errors import UnknownOffice, UnknownPerson
from cases.vocabulary.status import Role
from cases.vocabulary.values import Actor, OfficeDetails

#: Our office, the asked one and the one above it. Made once: clerks wait for it.
_NEAR = select(Office).where(
    or_(
        Office.id == bindparam("ours"),
        Office.code == bindparam("code"),
        col(Office.id).in_(select(Office.superior_id).where(Office.code == bindparam("code"))),
    )
)


def get(session: Session, office_id: UUID) -> Office:
    """Return the office. Raises UnknownOffice."""
    office = session.get(Office, office_id)
    if office is None:
        raise UnknownOffice(f"no office has the id {office_id}")
    return office


def by_code(session: Session, code: str) -> Office:
    """Return the office of this code. Raises UnknownOffice."""
    office = session.exec(select(Office).where(Office.code == code)).one_or_none()
    if office is None:
        raise UnknownOffice(f"no office has the code {code!r}")
    return office


def ours_and_asked(
    session: Session, ours_id: UUID, code: str, now: datetime
) -> tuple[Office, Office, Office | None]:
    """Return our office, the one of this code, and the superior to turn to about that one.

    One look at the directory, unless the superior was abolished. Raises UnknownOffice.
    """
    near = session.exec(_NEAR, params={"ours": ours_id, "code": code}).all()
    # All three are in the session from here on.
    asked = next((office for office in near if office.code == code), None)
    asked = asked or by_code(session, code)
    ours = get(session, ours_id)
    superior = superiors.between(session, ours, asked, day_at(ours, now))
    return ours, asked, superior.office if superior else None


def superior_of(session: Session, office: Office, on: date | None = None) -> Office | None:
    """Return the nearest superior that exists on the day, or None at the top."""
    found = superiors.nearest(session, office, on)
    return found.office if found else None


def actor_by_login(session: Session, login: str) -> Actor:
    """Return the person as an actor with all roles held. Raises UnknownPerson."""
    person = person_by_login(session, login)
    roles = session.exec(
        select(RoleHeld.role).where(
            RoleHeld.person_id == person.id, RoleHeld.office_id == person.office_id
        )
    ).all()
    return Actor(
        name=person.login,
        roles=frozenset(Role(role) for role in roles),
        person_id=person.id,
        office_id=person.office_id,
    )


def person_by_login(session: Session, login: str) -> Person:
    """Return somebody who works here. Raises UnknownPerson."""
    wanted = select(Person).where(Person.login == login, col(Person.is_active))
    person = session.exec(wanted).one_or_none()
    if person is None:
        raise UnknownPerson(f"nobody with the login {login!r} works here")
    return person


def login_of(session: Session, person_id: UUID) -> str:
    """Return a person's login. Raises UnknownPerson."""
    person = session.get(Person, person_id)
    if person is None:
        raise UnknownPerson(f"nobody has the id {person_id}")
    return person.login


def all_offices(session: Session, *, limit: int = 500) -> Sequence[Office]:
    """Return offices by code."""
    return session.exec(select(Office).order_by(col(Office.code)).limit(limit)).all()


def that_scans(session: Session, code: str) -> Office:
    """Return our office of this code; without a code, our only one. Raises UnknownOffice."""
    return _ours(session, code, "HANCHA_SCAN_OFFICE", "the folder")


def that_gets_mail(session: Session, code: str) -> Office:
    """Return our office whose tray takes mail that names no case. Raises UnknownOffice."""
    return _ours(session, code, "HANCHA_MAILBOX_OFFICE", "the mailbox")


def _ours(session: Session, code: str, setting: str, what: str) -> Office:
    wanted = select(Office).where(col(Office.is_ours)).order_by(col(Office.code)).limit(2)
    if code:
        wanted = wanted.where(Office.code == code)
    found = session.exec(wanted).all()
    if len(found) == 1:
        return found[0]
    if code:
        raise UnknownOffice(f"{setting}: no office of ours has the code {code!r}")
    raise UnknownOffice(f"{setting} must say which office of ours {what} belongs to")


def people(session: Session, *, limit: int = 1_000) -> list[tuple[Person, Office, set[Role]]]:
    """Return everybody by login, with the office and the roles held there."""
    rows = session.exec(
        select(Person, Office)
        .join(Office, col(Office.id) == Person.office_id)
        .order_by(col(Person.login))
        .limit(limit)
    ).all()
    roles: dict[UUID, set[Role]] = {}
    for person_id, role in session.exec(select(RoleHeld.person_id, RoleHeld.role)).all():
        roles.setdefault(person_id, set()).add(Role(role))
    return [(person, office, roles.get(person.id, set())) for person, office in rows]


def has_administrator(session: Session) -> bool:
    """Whether anybody keeps this installation."""
    held = select(RoleHeld.id).where(RoleHeld.role == Role.ADMINISTRATOR).limit(1)
    return session.exec(held).first() is not None


def local_day(session: Session, office_id: UUID, instant: datetime) -> date:
    """Return the day that an instant falls on in the office's zone."""
    return day_at(get(session, office_id), instant)


def day_at(office: Office, instant: datetime) -> date:
    """Return the day that an instant falls on where the office is."""
    return instant.astimezone(ZoneInfo(office.zone)).date()


def details(office: Office) -> OfficeDetails:
    """Return what a letter prints about the office."""
    return OfficeDetails(
        code=office.code,
        name_zh=office.name_zh,
        name_en=office.name_en or office.name_zh,
        address=office.address,
        postcode=office.postcode,
        telephone=office.telephone,
        contact=office.contact,
    )
