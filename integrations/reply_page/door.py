"""Before the second factor: the page of a link shows nothing but the question for it."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from cases.operations import reply_links
from cases.rules.reply_link import in_groups, typed_code, typed_token
from cases.store.tables.reply_link import ReplyLink
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.reference import read_reference
from cases.vocabulary.status import Language
from integrations.reply_page import wording
from integrations.reply_page.page import ReplyPage, language_of, page_of, show, told
from integrations.reply_page.rates import ENTRIES, WRONG, whose

FIELDS = 4


async def start(request: Request) -> Response:
    """Say what this is, to somebody who came without a link."""
    return show("start.html", language_of(request), switch="/")


async def door(request: Request) -> Response:
    """Ask for reference and code; the same page whether there is such a link or not."""
    language = language_of(request)
    token = typed_token(request.path_params["token"])
    if not token:
        return told(language, wording.NO_PAGE, 404)
    return _door(language, token)


async def enter(request: Request) -> Response:
    """Let somebody in who knows what the letter prints, with a cookie for half an hour."""
    async with request.form(max_files=0, max_fields=FIELDS) as form:
        given = {name: value for name, value in form.items() if isinstance(value, str)}
    asked = given.get("lang", "")
    language = Language(asked) if asked in set(Language) else language_of(request)
    page, client = page_of(request), whose(request.client.host if request.client else "")
    token = typed_token(given.get("link", ""))
    if not token:
        return told(language, wording.NO_PAGE, 404)
    if page.rates.is_empty(WRONG, client) or not page.rates.take(ENTRIES, ""):
        return _door(language, token, wording.FAULT, 429)
    link = await run_in_threadpool(
        _entered, page, token, given.get("reference", ""), given.get("code", "")
    )
    if link is None:
        page.rates.take(WRONG, client)
        return _door(language, token, wording.WRONG, 422)
    cookie = page.visits.start(link.id, language)
    answer = RedirectResponse("/letter", 303)
    answer.set_cookie(
        page.address.cookie,
        cookie,
        path="/",
        secure=page.address.is_secure,
        httponly=True,
        samesite="strict",
    )
    return answer


async def leave(request: Request) -> Response:
    """End the visit."""
    page = page_of(request)
    page.visits.end(request.cookies.get(page.address.cookie, ""))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(
        page.address.cookie,
        path="/",
        secure=page.address.is_secure,
        httponly=True,
        samesite="strict",
    )
    return answer


def _entered(page: ReplyPage, token: str, reference: str, code: str) -> ReplyLink | None:
    try:
        normal = read_reference(reference[:60])
    except InvalidValue:
        normal = ""
    with page.house.database.transaction("enter-link") as session:
        return reply_links.enter(
            session, token, normal, typed_code(code), now=page.house.clock.now()
        )


def _door(
    language: Language, token: str, fault: wording.Both | None = None, status: int = 200
) -> Response:
    return show(
        "door.html",
        language,
        status,
        link=in_groups(token),
        fault=wording.both(language)(*fault) if fault else "",
        switch=f"/{in_groups(token)}" if status == 200 else "",
    )
