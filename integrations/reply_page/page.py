"""What every page of the application shares: its house, its visits, and how a page is written."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cases.ports import EnclosureReader
from cases.vocabulary.status import Language
from integrations.reply_page import wording
from integrations.reply_page.address import PageAddress
from integrations.reply_page.rates import Rates
from integrations.reply_page.visits import Visit, Visits
from integrations.wiring import House

HERE = Path(__file__).parent
STATIC = HERE / "static"


@dataclass
class ReplyPage:
    """Everything that the pages work with."""

    house: House
    address: PageAddress
    reader: EnclosureReader
    visits: Visits
    rates: Rates = field(repr=False)


class VisitIsOver(Exception):
    """Nobody has shown reference and code with this cookie, or too long ago."""


def page_of(request: Request) -> ReplyPage:
    """Return the application that a request came to."""
    page: ReplyPage = request.app.state.page
    return page


def visit_of(request: Request) -> Visit:
    """Return the visit of a request. Raises VisitIsOver."""
    page = page_of(request)
    visit = page.visits.of(request.cookies.get(page.address.cookie, ""))
    if visit is None:
        raise VisitIsOver
    visit.language = chosen(request, visit.language)
    return visit


def chosen(request: Request, otherwise: Language) -> Language:
    """Return the language that a link asks for."""
    asked = request.query_params.get("lang", "")
    return Language(asked) if asked in set(Language) else otherwise


def language_of(request: Request) -> Language:
    """Return the language of a visitor who has not entered: chosen, or the browser's first."""
    first = request.headers.get("accept-language", "zh").strip().lower()
    return chosen(request, Language.ENGLISH if first.startswith("en") else Language.CHINESE)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates: everything escaped, a name that is not given is a fault."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    digest = hashlib.sha256((STATIC / "page.css").read_bytes()).hexdigest()[:12]
    environment.globals.update(stylesheet=f"/static/page.css?v={digest}", words=wording)
    return environment


def show(template: str, language: Language, status: int = 200, **given: Any) -> HTMLResponse:
    """Return a page in a language."""
    told = {
        "language": language.value,
        "t": wording.both(language),
        "day": partial(wording.day, language=language),
        "minute": partial(wording.minute, language=language),
        "switch": "",
        "has_visit": False,
        **given,
    }
    return HTMLResponse(templates().get_template(template).render(told), status)


def told(language: Language, said: wording.Both, status: int) -> HTMLResponse:
    """Return a page that says one thing."""
    return show("told.html", language, status, said=wording.both(language)(*said))
