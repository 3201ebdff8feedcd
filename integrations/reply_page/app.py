"""The reply page as one application."""

import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cases.ports import EnclosureReader
from cases.vocabulary.errors import SystemFault
from integrations.reply_page import door, saying, wording
from integrations.reply_page.address import PageAddress
from integrations.reply_page.guard import Guard, TooMuch
from integrations.reply_page.page import (
    STATIC,
    ReplyPage,
    VisitIsOver,
    language_of,
    told,
)
from integrations.reply_page.rates import Rates
from integrations.reply_page.visits import Visits
from integrations.wiring import House

ROUTES = (
    Route("/", door.start),
    Route("/enter", door.enter, methods=["POST"]),
    Route("/leave", door.leave, methods=["POST"]),
    Route("/letter", saying.letter),
    Route("/letter/{act}", saying.ask),
    Route("/letter/{act}", saying.say, methods=["POST"]),
    Route("/receipt/{place:int}", saying.receipt),
    Mount("/static", StaticFiles(directory=STATIC)),
    Route("/{token}", door.door),
)


def reply_page(
    house: House,
    address: PageAddress,
    reader: EnclosureReader,
    seconds: Callable[[], float] = time.monotonic,
) -> Starlette:
    """Return the application; it opens nothing by itself. `seconds` only go up."""
    rates = Rates(seconds)
    app = Starlette(
        routes=ROUTES,
        middleware=[Middleware(Guard, address=address, rates=rates)],
        exception_handlers={
            VisitIsOver: _said(wording.OVER, 401),
            TooMuch: _said(wording.TOO_MUCH, 413),
            SystemFault: _said(wording.FAULT, 503),
            HTTPException: _http,
        },
    )
    app.state.page = ReplyPage(house, address, reader, Visits(seconds), rates)
    return app


def _said(words: wording.Both, status: int) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, _fault: Exception) -> Response:
        return told(language_of(request), words, status)

    return answer


def _http(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    words = wording.UNKEPT if status == 400 else wording.NO_PAGE
    return told(language_of(request), words, status)
