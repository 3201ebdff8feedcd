"""Pages from templates: everything escaped, everything in the visitor's language."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from cases.rules.access import Act
from cases.vocabulary.status import Language
from integrations.desk import wording
from integrations.desk.visits import Visit, language_of

HERE = Path(__file__).parent
STATIC = HERE / "static"


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates; a name that a page did not give is a fault, not a blank."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=asset, Act=Act)
    return environment


@lru_cache(maxsize=32)
def asset(name: str) -> str:
    """Return the address of a file of ours; it changes with the file, so browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def page(
    request: Request,
    template: str,
    *,
    visit: Visit | None = None,
    status: int = 200,
    **given: Any,
) -> HTMLResponse:
    """Return a page."""
    language = visit.language if visit else language_of(request)
    facts = {
        "visit": visit,
        "language": language,
        "is_chinese": language is Language.CHINESE,
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        **_spoken(language, visit),
        **given,
    }
    return HTMLResponse(templates().get_template(template).render(facts), status)


def _spoken(language: Language, visit: Visit | None) -> Mapping[str, Any]:
    def day(on: date | None, *, weekday: bool = True) -> str:
        return wording.day(on, language, weekday=weekday)

    def minute(at: datetime | None) -> str:
        return wording.minute(at, language, visit.zone) if visit else ""

    return {
        "t": wording.both(language),
        "say": partial(wording.say, language=language),
        "owner": partial(wording.owner, language=language, names=visit.names if visit else {}),
        "reason_of": partial(wording.reason, language=language),
        "day": day,
        "minute": minute,
    }
