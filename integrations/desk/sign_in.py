"""Sign in, sign out, the one-time link, one's own sessions and password."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from cases.operations import accounts
from cases.operations.accounts import Founding
from cases.store import accounts as account_rows
from cases.store.tables.office import Office, Person
from cases.vocabulary.errors import CaseError, SignInRefused
from cases.vocabulary.status import Language
from integrations.desk import wording
from integrations.desk.render import page
from integrations.desk.visits import (
    LANGUAGE_COOKIE,
    Desk,
    Posted,
    SignedIn,
    desk_of,
    language_of,
    safe_path,
    text,
    visit_of,
)
from integrations.mail.addresses import check_address

routes = APIRouter()
A_YEAR = timedelta(days=365)


def open_to_all() -> None:
    """Mark a page that needs nobody signed in; the tests find it at each such route."""


Open = Annotated[None, Depends(open_to_all)]


@routes.get("/sign-in", name="ask_who")
def ask(request: Request, _open: Open, next: str = "/") -> Response:
    """Ask who it is."""
    if visit_of(request) is not None:
        return RedirectResponse(safe_path(next), 303)
    return page(request, "sign_in.html", next=safe_path(next), login="", refusal="")


@routes.post("/sign-in")
def sign_in(request: Request, form: Posted, _open: Open) -> Response:
    """Sign in; which of login and password is wrong is not said, nor does it take longer."""
    desk, at = desk_of(request), desk_of(request).machine.now()
    login, password = text(form, "login")[:60], str(form.get("password") or "")
    next_ = safe_path(text(form, "next"))
    try:
        with desk.house.database.transaction("attempt") as session:
            accounts.note_attempt(session, login, _address(request), now=at)
        person = _proven(desk, login, password)
    except CaseError as fault:
        said = wording.refusal(fault, language_of(request))
        status = 401 if isinstance(fault, SignInRefused) else 429
        return page(request, "sign_in.html", status=status, next=next_, login=login, refusal=said)
    return _welcome(request, person, next_)


@routes.post("/sign-out")
def sign_out(visit: SignedIn, form: Posted) -> Response:
    """Sign out here, or everywhere."""
    at = visit.desk.machine.now()
    with visit.desk.house.database.transaction("sign-out") as session:
        if text(form, "everywhere"):
            accounts.end_sessions(session, visit.person.id, now=at)
        else:
            accounts.end_session(session, visit.person.id, visit.session_id, now=at)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(
        visit.desk.address.cookie,
        path="/",
        secure=visit.desk.address.is_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


@routes.get("/me")
def me(request: Request, visit: SignedIn, done: str = "") -> Response:
    """Show one's own sessions and the form for another password."""
    return _me(request, visit, done=done)


@routes.post("/me/sessions/{session_id}/end")
def end(session_id: UUID, visit: SignedIn) -> Response:
    """End one of one's own sessions."""
    with visit.desk.house.database.transaction("end-session") as session:
        at = visit.desk.machine.now()
        accounts.end_session(session, visit.person.id, session_id, now=at)
    return RedirectResponse("/me?done=ended", 303)


@routes.post("/me/password")
def change_password(request: Request, visit: SignedIn, form: Posted) -> Response:
    """Change one's own password; this browser stays signed in, with a session of its own."""
    old, new = str(form.get("old") or ""), str(form.get("new") or "")
    desk, at = visit.desk, visit.desk.machine.now()
    try:
        with desk.house.database.transaction("attempt") as session:
            accounts.note_attempt(session, visit.person.login, _address(request), now=at)
        with desk.house.database.transaction("password") as session:
            accounts.change_password(session, visit.person, old, new, desk.hasher, now=at)
    except CaseError as fault:
        return _me(request, visit, refusal=wording.refusal(fault, visit.language), status=422)
    return _welcome(request, visit.person, "/me?done=password")


@routes.get("/enter/{token}")
def show_link(request: Request, token: str, _open: Open) -> Response:
    """Show what a one-time link is for; looking at it does not spend it."""
    desk = desk_of(request)
    with desk.house.database.reading() as session:
        person = accounts.link_holder(session, token, now=desk.machine.now())
    return page(request, "enter.html", token=token, person=person, given={}, refusal="")


@routes.post("/enter/{token}")
def use_link(request: Request, token: str, form: Posted, _open: Open) -> Response:
    """Set the password, and at the very first start enter office and administrator."""
    desk, at = desk_of(request), desk_of(request).machine.now()
    given = {name: text(form, name) for name in form if name != "password"}
    with desk.house.database.reading() as session:
        holder = accounts.link_holder(session, token, now=at)
    try:
        founding = None if holder else _founding(given)
        with desk.house.database.transaction("enter") as session:
            password = str(form.get("password") or "")
            person = accounts.use_link(
                session, token, password, desk.hasher, now=at, founding=founding
            )
    except CaseError as fault:
        said = wording.refusal(fault, language_of(request))
        return page(
            request,
            "enter.html",
            status=422,
            token=token,
            person=holder,
            given=given,
            refusal=said,
        )
    return _welcome(request, person, "/")


@routes.post("/language")
def choose_language(request: Request, form: Posted, _open: Open) -> Response:
    """Remember the language in this browser."""
    english = text(form, "language") == Language.ENGLISH.value
    answer = RedirectResponse(safe_path(text(form, "next")), 303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        Language.ENGLISH.value if english else Language.CHINESE.value,
        max_age=int(A_YEAR.total_seconds()),
        secure=desk_of(request).address.is_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _proven(desk: Desk, login: str, password: str) -> Person:
    """Return the person whose password this is. Raises SignInRefused."""
    with desk.house.database.reading() as session:
        found = account_rows.account_of_login(session, login)
    hashed = found[1].password_hash if found else ""
    if not desk.hasher.verify(password, hashed) or found is None:
        raise SignInRefused("login and password do not belong together")
    return found[0]


def _welcome(request: Request, person: Person, next_: str) -> Response:
    """Begin a session under a token that no browser has had before."""
    desk = desk_of(request)
    device = request.headers.get("user-agent", "")
    with desk.house.database.transaction("sign-in") as session:
        at = desk.machine.now()
        token = accounts.begin_session(session, person, device=device, now=at)
    answer = RedirectResponse(next_, 303)
    answer.set_cookie(
        desk.address.cookie,
        token,
        path="/",
        secure=desk.address.is_secure,
        httponly=True,
        samesite="lax",
    )
    return answer


def _me(
    request: Request, visit: SignedIn, *, done: str = "", refusal: str = "", status: int = 200
) -> Response:
    with visit.desk.house.database.reading() as session:
        sessions = account_rows.sessions_of(session, visit.person.id)
    shown = {"sessions": sessions, "done": done, "refusal": refusal}
    return page(request, "me.html", visit=visit, status=status, **shown)


def _founding(given: dict[str, str]) -> Founding:
    """Return the first office and its administrator. Raises InvalidValue."""
    email = given.get("email", "")
    office = Office(
        code=given.get("office", "")[:40],
        name_zh=given.get("office_name", "")[:120],
        address=given.get("address", "")[:300],
        telephone=given.get("telephone", "")[:40],
        email=check_address(email) if email else "",
        is_ours=True,
    )
    return Founding(office, given.get("login", "")[:60], given.get("name", "")[:60])
