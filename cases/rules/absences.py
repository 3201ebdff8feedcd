"""Who stands in for whom (代办): A is away and names B, B is away and names C, so C has it.

People are named by login and stand in within their own office alone. Days are days of that office.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cases.vocabulary.errors import NobodyStandsIn
from cases.vocabulary.status import Role

#: Who can do the work of a role; nobody may do more for standing in than they may anyhow.
COVERED_BY: Mapping[Role, frozenset[Role]] = {
    Role.CLERK: frozenset({Role.CLERK, Role.MANAGER}),
    Role.MANAGER: frozenset({Role.MANAGER}),
    Role.MAIL_ROOM: frozenset({Role.MAIL_ROOM, Role.CLERK, Role.MANAGER}),
}


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody's absence: both days are within it. One whose end lies before it never is."""

    login: str
    since: date
    until: date
    substitute: str

    def holds_on(self, day: date) -> bool:
        """Whether they are away on that day."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works in the office, and in which roles."""

    login: str
    roles: frozenset[Role]


def stand_in(login: str, day: date, absences: Iterable[Away], office: Collection[Colleague]) -> str:
    """Return who does somebody's work on a day: themselves, or whoever ends the chain.

    Raises NobodyStandsIn, naming the chain, where it goes in a circle, ends with somebody who no
    longer works in the office, or with somebody whose roles do not cover the work.
    """
    away = {each.login: each.substitute for each in absences if each.holds_on(day)}
    roles = {each.login: each.roles for each in office}
    chain = [login]
    while chain[-1] in away:
        chain.append(away[chain[-1]])
        if chain[-1] in chain[:-1]:
            raise NobodyStandsIn(_said(day, chain, "goes in a circle"))
        if chain[-1] not in roles:
            raise NobodyStandsIn(_said(day, chain, f"has a gap: {chain[-1]} does not work here"))
    uncovered = sorted(
        role
        for role, covering in COVERED_BY.items()
        if role in roles.get(login, ()) and covering.isdisjoint(roles.get(chain[-1], ()))
    )
    if len(chain) > 1 and uncovered:
        what = ", ".join(uncovered)
        raise NobodyStandsIn(_said(day, chain, f"has a gap: {chain[-1]} is no {what}"))
    return chain[-1]


def wards(
    login: str, day: date, absences: Collection[Away], office: Collection[Colleague]
) -> list[str]:
    """Return for whom somebody stands in on a day, by login; a broken chain leads to nobody."""
    found = []
    for away in sorted({each.login for each in absences if each.holds_on(day)} - {login}):
        try:
            if stand_in(away, day, absences, office) == login:
                found.append(away)
        except NobodyStandsIn:
            continue
    return found


def check(new: Away, absences: Collection[Away], office: Collection[Colleague]) -> None:
    """Raise NobodyStandsIn for an absence that would leave anybody's work with nobody.

    Chains change on the first day of an absence and behind its last one, so these days are looked
    at, and on them everybody who is away then. A chain that was broken before is not this
    absence's doing.
    """
    everyone = [*absences, new]
    behind = (each.until + timedelta(days=1) for each in absences)
    changes = {new.since, *(each.since for each in absences), *behind}
    for day in sorted(day for day in changes if new.holds_on(day)):
        for away in sorted({each.login for each in everyone if each.holds_on(day)}):
            if away == new.login or _ends(away, day, absences, office):
                stand_in(away, day, everyone, office)


def _ends(login: str, day: date, absences: Iterable[Away], office: Collection[Colleague]) -> bool:
    try:
        stand_in(login, day, absences, office)
    except NobodyStandsIn:
        return False
    return True


def _said(day: date, chain: list[str], trouble: str) -> str:
    return f"on {day} the chain of substitutes {' → '.join(chain)} {trouble}"
