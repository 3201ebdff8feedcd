"""Who is at the desk: the session behind a request, and what its person may do."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from starlette.datastructures import FormData

from cases.operations import accounts
from cases.ports import Clock, PasswordHasher
from cases.rules.access import Act, may, require
from cases.store import accounts as account_rows
from cases.store import offices
from cases.store.tables.office import Office, Person
from cases.vocabulary.errors import NotAllowed
from cases.vocabulary.status import Language
from cases.vocabulary.values import Actor
from integrations.desk.address import DeskAddress
from integrations.wiring import House

LANGUAGE_COOKIE = "hancha-language"


@dataclass(frozen=True)
class Desk:
    """What every page works with."""

    house: House
    hasher: PasswordHasher
    address: DeskAddress
    machine: Clock  #: Sessions live by the machine's time; cases by the house's.


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is signed in."""

    desk: Desk = field(repr=False)
    actor: Actor
    person: Person
    office: Office
    session_id: UUID
    language: Language
    now: datetime
    names: Mapping[str, str] = field(repr=False)  #: Login to name, of the own office.

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this person reads times."""
        return ZoneInfo(self.office.zone)

    def may(self, *acts: Act) -> bool:
        """Whether one of these acts is this person's, for cases of their office."""
        return any(may(self.actor, act, office_id=self.office.id) for act in acts)


class NotSignedIn(Exception):
    """Nobody is signed in; the page sends the browser to where one can."""


def desk_of(request: Request) -> Desk:
    """Return the desk that serves a request."""
    desk: Desk = request.app.state.desk
    return desk


def language_of(request: Request) -> Language:
    """Return the language that the browser chose here; Chinese unless it chose."""
    english = request.cookies.get(LANGUAGE_COOKIE) == Language.ENGLISH.value
    return Language.ENGLISH if english else Language.CHINESE


def visiting(*acts: Act) -> Callable[[Request], Visit]:
    """Return what a page depends on: somebody signed in who may do one of these acts.

    Without an act anybody who is signed in may come. The tests find it at each route.
    """

    def visit(request: Request) -> Visit:
        found = visit_of(request)
        if found is None:
            raise NotSignedIn
        if acts and not any(may(found.actor, act) for act in acts):
            require(found.actor, acts[0])
        return found

    visit.acts = acts  # type: ignore[attr-defined]
    return visit


def visit_of(request: Request) -> Visit | None:
    """Return who is signed in, or None; that a session is in use is written down by the minute."""
    desk = desk_of(request)
    token = request.cookies.get(desk.address.cookie)
    if not token:
        return None
    at = desk.machine.now()
    with desk.house.database.reading() as session:
        found = accounts.session_holder(session, token, now=at)
        if found is None:
            return None
        row, person = found
        actor = offices.actor_by_login(session, person.login)
        office = offices.get(session, person.office_id)
        names = account_rows.names_in(session, office.id)
    if accounts.is_to_be_seen(row, now=at):
        with desk.house.database.transaction("seen") as session:
            account_rows.see(session, row.id, now=at)
    now = desk.house.clock.now()
    return Visit(desk, actor, person, office, row.id, language_of(request), now, names)


async def posted(request: Request) -> AsyncIterator[FormData]:
    """Read the form that was sent; its files are gone once the page is answered."""
    async with request.form(max_files=10, max_fields=60, max_part_size=100_000) as form:
        yield form


def text(form: FormData, name: str) -> str:
    """Return a field of a form, trimmed; empty when it is missing or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def safe_path(path: str) -> str:
    """Return a path of this desk, or the front page for whatever leads elsewhere."""
    parts = urlsplit(path)
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    is_plain = not parts.scheme and not parts.netloc and path.isprintable() and "\\" not in path
    return path if is_ours and is_plain else "/"


Posted = Annotated[FormData, Depends(posted)]
SignedIn = Annotated[Visit, Depends(visiting())]
Reader = Annotated[Visit, Depends(visiting(Act.READ))]


def require_person(visit: Visit) -> UUID:
    """Return the id of the person; the engine is never at the desk. Raises NotAllowed."""
    if visit.actor.person_id is None:
        raise NotAllowed("only people sign in")
    return visit.actor.person_id
