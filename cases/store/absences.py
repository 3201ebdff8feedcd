"""Queries on absences, and on who works in an office in which roles."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from cases.rules.absences import Away, Colleague
from cases.store.tables.office import Person, RoleHeld
from cases.store.tables.telling import Absence
from cases.vocabulary.status import Role


def of_office(
    session: Session, office_id: UUID, since: date, *, limit: int = 1_000
) -> Sequence[tuple[Absence, str, str]]:
    """Return what ends on a day or later, with the logins of both, the first to begin first."""
    people = {
        person.id: person.login
        for person in session.exec(select(Person).where(Person.office_id == office_id)).all()
    }
    rows = session.exec(
        select(Absence)
        .where(
            col(Absence.person_id).in_(people),
            col(Absence.until) >= since,
            col(Absence.until) >= col(Absence.since),
        )
        .order_by(col(Absence.since), col(Absence.recorded_at))
        .limit(limit)
    ).all()
    return [(row, people[row.person_id], people.get(row.substitute_id, "")) for row in rows]


def away(session: Session, office_id: UUID, since: date) -> list[Away]:
    """Return the same as the rule takes it."""
    return [
        Away(login, row.since, row.until, substitute)
        for row, login, substitute in of_office(session, office_id, since)
    ]


def colleagues(session: Session, office_id: UUID) -> list[Colleague]:
    """Return who works in an office, with the roles held there, by login."""
    roles: dict[UUID, set[Role]] = {}
    for person_id, role in session.exec(
        select(RoleHeld.person_id, RoleHeld.role).where(RoleHeld.office_id == office_id)
    ).all():
        roles.setdefault(person_id, set()).add(Role(role))
    people = session.exec(
        select(Person)
        .where(Person.office_id == office_id, col(Person.is_active))
        .order_by(col(Person.login))
    ).all()
    return [Colleague(each.login, frozenset(roles.get(each.id, ()))) for each in people]
