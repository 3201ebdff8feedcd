"""Keep the directory: offices, people, roles.

What changes of an office is recorded with who changed it (`store.directory_entries`), and moves
the dates of open requests that rest on it at once: its division and its zone, by which its days
are counted. Nobody's days rest on its superior, its successor or its validity.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, select

from cases.operations.moved_dates import MovedDate, moving
from cases.rules.access import Act, require
from cases.rules.mail_address import check_address
from cases.rules.office_words import search_rank, search_words
from cases.store import directory_entries, offices
from cases.store.calendars import office_scope
from cases.store.open_counts import NOTHING, Reach
from cases.store.tables.office import Office, Person, RoleHeld
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Channel, Role
from cases.vocabulary.values import Actor

FOUNDER = Actor(name="founder", roles=frozenset({Role.ADMINISTRATOR}))

#: What may change of an office; its code is printed in letter numbers and stays.
CHANGEABLE = frozenset(
    {
        *("name_zh", "name_en", "division_code", "email", "address", "postcode", "telephone"),
        *("contact", "zone", "is_ours", "valid_from", "valid_to", "channels", "verified_on"),
    }
)


#: Whose calendar an office's days are counted by, and when they end.
DATES_REST_ON = frozenset({"division_code", "zone"})


def add_office(
    session: Session, actor: Actor, office: Office, superior: str = "", *, now: datetime
) -> Office:
    """Enter an office. Raises NotAllowed, UnknownOffice for its superior, InvalidValue."""
    require(actor, Act.KEEP_DIRECTORY)
    if not office.code or not office.name_zh:
        raise InvalidValue("an office needs a code and a Chinese name")
    if session.exec(select(Office.id).where(Office.code == office.code)).first():
        raise InvalidValue(f"the code {office.code} is taken")
    _check_office(office)
    if superior:
        office.superior_id = offices.by_code(session, superior).id
    keep_search_words(office)
    session.add(office)
    session.flush()
    _record(session, actor, office, "added", {}, now)
    return office


def change_office(
    session: Session,
    actor: Actor,
    office: Office,
    changes: Mapping[str, object],
    *,
    superior: str | None = None,
    successor: str | None = None,
    now: datetime,
) -> tuple[MovedDate, ...]:
    """Change what is known of an office; mail that is in the outbox keeps its address.

    An empty `superior` or `successor` takes it away. Returns the due dates that it moved, by
    reference. Raises NotAllowed, UnknownOffice, and InvalidValue for what cannot be, a circle of
    superiors among it.
    """
    require(actor, Act.KEEP_DIRECTORY)
    before = _facts(session, office)
    moves = not DATES_REST_ON.isdisjoint(changes)
    reach = Reach((office_scope(office.id),)) if moves else NOTHING
    cause = f"the office {office.code} was changed"
    with moving(session, actor, cause, reach, now=now) as moved:
        _change(session, office, changes, superior, successor)
    _record(session, actor, office, "changed", before, now)
    return tuple(moved)


def mend_address(
    session: Session, actor: Actor, office: Office, changes: Mapping[str, str], *, now: datetime
) -> None:
    """Change where an office's letters go, on the word of a clerk who repairs its address.

    No date rests on it. Raises InvalidValue.
    """
    before = _facts(session, office)
    _change(session, office, changes, None, None)
    _record(session, actor, office, "address mended", before, now)


def _change(
    session: Session,
    office: Office,
    changes: Mapping[str, object],
    superior: str | None,
    successor: str | None,
) -> None:
    for name, value in changes.items():
        if name not in CHANGEABLE:
            raise InvalidValue(f"{name} of an office cannot be changed")
        setattr(office, name, value)
    if not office.name_zh:
        raise InvalidValue("an office needs a Chinese name")
    _check_office(office)
    if superior is not None:
        office.superior_id = _id_of(session, superior)
        _check_superiors(session, office)
    if successor is not None:
        office.successor_id = _id_of(session, successor)
        if office.successor_id == office.id:
            raise InvalidValue(f"{office.code} cannot be its own successor")
    keep_search_words(office)
    session.add(office)
    session.flush()


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


def keep_search_words(office: Office) -> None:
    """Have the search find the office by what it is called now."""
    office.search_words = search_words(office.name_zh, office.code)
    office.search_rank = search_rank(office.name_zh, office.division_code)


def _record(
    session: Session,
    actor: Actor,
    office: Office,
    act: str,
    before: Mapping[str, Any],
    now: datetime,
) -> None:
    changes = directory_entries.differences(before, _facts(session, office))
    if changes:
        directory_entries.record(session, actor, f"office:{office.code}", act, changes, at=now)


def _facts(session: Session, office: Office) -> dict[str, Any]:
    """Return what is known of an office, as its record has it."""
    with session.no_autoflush:
        above, heir = (
            offices.get(session, each).code if each else None
            for each in (office.superior_id, office.successor_id)
        )
    plain = {name: getattr(office, name) for name in sorted(CHANGEABLE)}
    return {**plain, "superior": above, "successor": heir}


def _id_of(session: Session, code: str) -> UUID | None:
    return offices.by_code(session, code).id if code else None


def _check_office(office: Office) -> None:
    """Raise InvalidValue for what would stop a letter or a date later."""
    if office.email:
        check_address(office.email)
    try:
        ZoneInfo(office.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InvalidValue(f"there is no time zone {office.zone!r}") from unknown
    unknown_ways = {way for way in office.channels.split(",") if way} - set(Channel)
    if unknown_ways:
        raise InvalidValue(f"{', '.join(sorted(unknown_ways))}: no way that a letter travels")
    if office.valid_from and office.valid_to and office.valid_to < office.valid_from:
        raise InvalidValue("an office cannot end before it begins")


def _check_superiors(session: Session, office: Office) -> None:
    seen, above = {office.id}, office
    while above.superior_id is not None:
        if above.superior_id in seen:
            raise InvalidValue(f"{office.code} would be above itself")
        above = offices.get(session, above.superior_id)
        seen.add(above.id)
