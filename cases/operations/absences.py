"""Absences and who stands in (代办): recorded, ended early, and whose work is whose today."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from cases.rules.absences import Away, check, stand_in, wards
from cases.rules.access import Act, require
from cases.store import absences, directory_entries, offices
from cases.store.backlog import Whose
from cases.store.tables.office import Office, Person
from cases.store.tables.telling import Absence
from cases.vocabulary.errors import InvalidValue, NobodyStandsIn
from cases.vocabulary.status import Role
from cases.vocabulary.values import Actor

LONGEST = timedelta(days=400)
ROLE_OWNERS = (Role.MANAGER, Role.MAIL_ROOM)  #: A case may be owned by all who hold one of these.


def record(
    session: Session,
    actor: Actor,
    person: Person,
    substitute: Person,
    *,
    since: date,
    until: date,
    now: datetime,
) -> Absence:
    """Record that somebody is away, both days within it, and who does their work meanwhile.

    Each for themselves, a manager or the administrator for others. Whoever stands in gets the
    digests and the lists, and may do what their own roles allow, nothing more. Raises NotAllowed,
    InvalidValue, and NobodyStandsIn, naming the chain, where it would end with nobody.
    """
    _require(actor, person)
    today = offices.local_day(session, person.office_id, now)
    if until < since or until < today or until - since > LONGEST:
        raise InvalidValue(f"an absence from {since} to {until} cannot be recorded on {today}")
    if substitute.office_id != person.office_id:
        raise InvalidValue(f"{substitute.login} works for another office and cannot stand in")
    known = absences.away(session, person.office_id, min(since, today))
    if any(e.login == person.login and e.since <= until and since <= e.until for e in known):
        raise InvalidValue(f"{person.login} is recorded as away on some of these days already")
    new = Away(person.login, since, until, substitute.login)
    check(new, known, absences.colleagues(session, person.office_id))
    row = Absence(
        person_id=person.id,
        substitute_id=substitute.id,
        since=since,
        until=until,
        recorded_by=actor.name,
        recorded_at=now,
    )
    session.add(row)
    told = {"since": (None, since), "until": (None, until), "substitute": ("", substitute.login)}
    _journal(session, actor, person, "absence recorded", told, now)
    return row


def end(session: Session, actor: Actor, person: Person, *, now: datetime) -> Absence:
    """Record that somebody is back today, or will not be away after all; the next absence ends.

    Whoever is back ends every chain that led over them. Raises NotAllowed, and InvalidValue when
    none is recorded.
    """
    _require(actor, person)
    today = offices.local_day(session, person.office_id, now)
    row = session.exec(
        select(Absence)
        .where(
            Absence.person_id == person.id,
            col(Absence.until) >= today,
            col(Absence.until) >= col(Absence.since),
        )
        .order_by(col(Absence.since))
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise InvalidValue(f"no absence of {person.login} is recorded from {today} on")
    before = row.until
    # One that has not begun now ends before it begins, and so never was.
    row.until = max(today, row.since) - timedelta(days=1)
    _journal(session, actor, person, "absence ended", {"until": (before, row.until)}, now)
    return row


def stand_in_of(session: Session, person: Person, today: date) -> Person:
    """Return who does somebody's work today; themselves where a chain has broken meanwhile."""
    book = absences.away(session, person.office_id, today)
    if not book:
        return person
    office = absences.colleagues(session, person.office_id)
    try:
        login = stand_in(person.login, today, book, office)
    except NobodyStandsIn:
        return person
    return offices.person_by_login(session, login)


def wards_of(session: Session, person: Person, today: date) -> Sequence[Person]:
    """Return for whom somebody stands in today."""
    book = absences.away(session, person.office_id, today)
    if not book:
        return ()
    logins = wards(person.login, today, book, absences.colleagues(session, person.office_id))
    return [offices.person_by_login(session, login) for login in logins]


def work_of(session: Session, actor: Actor, office: Office, *, now: datetime) -> Whose:
    """Return whose cases and whose tasks are this person's today: their own, and their wards'."""
    owners = {actor.name, *owned_by_roles(actor, office)}
    clerks: set[UUID] = set()
    if actor.person_id is not None:
        clerks.add(actor.person_id)
        person = session.get_one(Person, actor.person_id)
        for ward in wards_of(session, person, offices.day_at(office, now)):
            clerks.add(ward.id)
            owners.add(ward.login)
    return Whose(clerks, owners)


def owned_by_roles(actor: Actor, office: Office) -> set[str]:
    """Return the owners' names that stand for all who hold a role in the office.

    A ward's are never added: whoever stands in holds the role, or works nothing by it.
    """
    return {f"{role.value}:{office.code}" for role in ROLE_OWNERS if actor.has(role)}


def _journal(
    session: Session,
    actor: Actor,
    person: Person,
    act: str,
    changes: directory_entries.Changes,
    now: datetime,
) -> None:
    directory_entries.record(session, actor, f"person:{person.login}", act, changes, at=now)
    session.flush()


def _require(actor: Actor, person: Person) -> None:
    if actor.person_id != person.id:
        require(actor, Act.KEEP_ABSENCES, office_id=person.office_id)
