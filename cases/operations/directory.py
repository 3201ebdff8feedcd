"""Keep the directory: offices, people, roles."""

from collections.abc import Iterable

from sqlmodel import Session, select

from cases.rules.access import Act, require
from cases.store import offices
from cases.store.tables.office import Office, Person, RoleHeld
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Role
from cases.vocabulary.values import Actor

FOUNDER = Actor(name="founder", roles=frozenset({Role.ADMINISTRATOR}))


def add_office(session: Session, actor: Actor, office: Office, superior: str = "") -> Office:
    """Enter an office. Raises NotAllowed, UnknownOffice for its superior, InvalidValue."""
    require(actor, Act.KEEP_DIRECTORY)
    if not office.code or not office.name_zh:
        raise InvalidValue("an office needs a code and a Chinese name")
    if session.exec(select(Office.id).where(Office.code == office.code)).first():
        raise InvalidValue(f"the code {office.code} is taken")
    if superior:
        office.superior_id = offices.by_code(session, superior).id
    session.add(office)
    session.flush()
    return office


def add_person(
    session: Session,
    actor: Actor,
    login: str,
    name: str,
    office_code: str,
    roles: Iterable[Role],
) -> Person:
    """Enter somebody who works here. Raises NotAllowed, UnknownOffice, InvalidValue."""
    require(actor, Act.KEEP_DIRECTORY)
    office = offices.by_code(session, office_code)
    if not login or not login.isascii() or login == "engine":
        raise InvalidValue(f"{login!r} cannot be a login")
    if session.exec(select(Person.id).where(Person.login == login)).first():
        raise InvalidValue(f"the login {login} is taken")
    person = Person(login=login, name=name, office_id=office.id)
    session.add(person)
    session.flush()
    for role in set(roles):
        session.add(RoleHeld(person_id=person.id, office_id=office.id, role=role))
    return person
