"""The desk as one application: its pages, what stands before them, and what faults look like."""

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from cases.ports import Clock, PasswordHasher
from cases.vocabulary.errors import (
    CaseError,
    LinkIsSpent,
    NotAllowed,
    SystemFault,
    UnknownCase,
    UnknownLetter,
    UnknownOffice,
    UnknownPerson,
    UnknownReply,
)
from integrations.desk import (
    case_acts,
    case_page,
    directory,
    documents,
    mail_room,
    my_work,
    opening,
    overview,
    people,
    search,
    sign_in,
    sign_off,
    wording,
)
from integrations.desk.address import DeskAddress
from integrations.desk.guard import Guard, TooLarge
from integrations.desk.render import STATIC, page
from integrations.desk.visits import Desk, NotSignedIn, language_of, visit_of
from integrations.wiring import House

PAGES = (
    *(sign_in, my_work, search, opening, documents, case_acts, case_page),
    *(overview, sign_off, mail_room, directory, people),
)
NOT_FOUND = (UnknownCase, UnknownLetter, UnknownOffice, UnknownPerson, UnknownReply)


def desk(house: House, address: DeskAddress, hasher: PasswordHasher, machine: Clock) -> FastAPI:
    """Return the application; it opens nothing by itself."""
    app = FastAPI(title="Hancha", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(house, hasher, address, machine)
    for each in PAGES:
        app.include_router(each.routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guard, address=address)
    app.add_exception_handler(NotSignedIn, _to_sign_in)
    app.add_exception_handler(CaseError, _refused)
    app.add_exception_handler(SystemFault, _broken)
    app.add_exception_handler(TooLarge, _said(413, "内容过大。", "That is too large."))
    app.add_exception_handler(
        RequestValidationError, _said(404, "没有这个页面。", "There is no such page.")
    )
    app.add_exception_handler(HTTPException, _http)
    return app


def _to_sign_in(request: Request, _fault: Exception) -> Response:
    """Send the browser to where one signs in; a part of a page sends the whole page there."""
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    query = f"?{request.url.query}" if request.url.query else ""
    target = request.url.path + query if request.method == "GET" else "/"
    address = request.url_for("ask_who").include_query_params(next=target)
    return RedirectResponse(f"{address.path}?{address.query}", 303)


def _refused(request: Request, fault: Exception) -> Response:
    status = 422
    if isinstance(fault, NotAllowed):
        status = 403
    elif isinstance(fault, NOT_FOUND):
        status = 404
    elif isinstance(fault, LinkIsSpent):
        status = 410
    said = wording.refusal(fault, language_of(request))
    if isinstance(fault, UnknownCase):
        said = wording.both(language_of(request))(
            "没有找到，或者不在您的职责范围内。", "Not found, or not within your office."
        )
    return _error_page(request, status, said)


def _broken(request: Request, fault: Exception) -> Response:
    return _error_page(request, 503, wording.refusal(fault, language_of(request)))


def _http(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    return _said(status, "没有这个页面。", "There is no such page.")(request, fault)


def _said(status: int, chinese: str, english: str) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, _fault: Exception) -> Response:
        return _error_page(request, status, wording.both(language_of(request))(chinese, english))

    return answer


def _error_page(request: Request, status: int, said: str) -> Response:
    try:
        visit = visit_of(request)
    except SystemFault:
        visit = None
    return page(request, "error.html", visit=visit, status=status, said=said)
