"""People: who works here and in which roles; one-time links by which they set a password."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlmodel import select
from starlette.responses import Response

from cases.operations import accounts, directory
from cases.rules.access import Act
from cases.store import accounts as account_rows
from cases.store import offices
from cases.store.tables.office import Person
from cases.vocabulary.errors import CaseError, InvalidValue, UnknownPerson
from cases.vocabulary.status import Role
from integrations.desk import wording
from integrations.desk.render import page
from integrations.desk.visits import Posted, Visit, text, visiting

routes = APIRouter()
Keeper = Annotated[Visit, Depends(visiting(Act.KEEP_DIRECTORY))]
HELD_BY_PEOPLE = tuple(role for role in Role if role is not Role.ENGINE)


@routes.get("/people")
def show(request: Request, visit: Keeper) -> Response:
    """Show everybody who works here."""
    return _people(request, visit)


@routes.post("/people")
def add(request: Request, form: Posted, visit: Keeper) -> Response:
    """Enter somebody, and show the link by which they come in, once."""
    given = {name: text(form, name) for name in ("login", "name", "office")}
    roles = [role for role in HELD_BY_PEOPLE if role.value in form.getlist("roles")]
    try:
        if not given["name"] or len(given["name"]) > 60 or len(given["login"]) > 60:
            raise InvalidValue("a person needs a name and a login of at most 60 characters")
        if not roles:
            raise InvalidValue("choose at least one role")
        with visit.desk.house.database.transaction("add-person") as session:
            person = directory.add_person(
                session, visit.actor, given["login"], given["name"], given["office"], roles
            )
            token = accounts.make_link(session, visit.actor, person, now=visit.desk.machine.now())
    except CaseError as fault:
        return _people(request, visit, fault=fault, given=given, roles=roles)
    return _people(request, visit, token=token, whose=person)


@routes.post("/people/{login}/link")
def link(request: Request, login: str, visit: Keeper) -> Response:
    """Make a new link for somebody; the ones before no longer hold."""
    with visit.desk.house.database.transaction("link") as session:
        person = session.exec(select(Person).where(Person.login == login)).one_or_none()
        if person is None or not person.is_active:
            raise UnknownPerson(f"nobody with the login {login!r} works here")
        token = accounts.make_link(session, visit.actor, person, now=visit.desk.machine.now())
    return _people(request, visit, token=token, whose=person)


def _people(
    request: Request,
    visit: Visit,
    *,
    token: str = "",
    whose: Person | None = None,
    fault: CaseError | None = None,
    given: dict[str, str] | None = None,
    roles: Sequence[Role] = (),
) -> Response:
    with visit.desk.house.database.reading() as session:
        everybody = offices.people(session)
        have_account = account_rows.have_account(session)
        ours = [each for each in offices.all_offices(session) if each.is_ours]
    return page(
        request,
        "people.html",
        visit=visit,
        status=422 if fault else 200,
        people=everybody,
        have_account=have_account,
        offices=ours,
        link=f"{visit.desk.address.origin}/enter/{token}" if token else "",
        whose=whose,
        refusal=wording.refusal(fault, visit.language) if fault else "",
        given=given or {},
        chosen=roles,
        all_roles=HELD_BY_PEOPLE,
    )
