"""What stands before every page: whom it answers, how much it takes, what a browser may do."""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.enclosures.limits import DEFAULT_LIMITS
from integrations.reply_page.address import PageAddress
from integrations.reply_page.rates import FORMS, PAGES, Rates, whose

READS = ("GET", "HEAD")
UPLOADS = "/letter/"  #: Below it alone forms may carry a file.
LARGEST_UPLOAD = DEFAULT_LIMITS.max_bytes + 64 * 1024
LARGEST_FORM = 16 * 1024
LONGEST_PAUSE = 20.0  #: Seconds between two parts of a form on its way.
LONGEST_PATH = 200
ALWAYS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # No path, not even to ourselves: that of the first page is the link. The origin is needed: it
    # tells our own forms, and with `no-referrer` browsers would hide it.
    "referrer-policy": "strict-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "x-robots-tag": "noindex, nofollow",
}


class TooMuch(Exception):
    """The body is larger than its form may be, or comes too slowly."""


class Guard:
    """Refuses other hosts, foreign forms, bodies without end and whoever asks too often."""

    def __init__(self, app: ASGIApp, address: PageAddress, rates: Rates) -> None:
        self._app, self._address, self._rates = app, address, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass with the headers on its answer, or refuse it in one line."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        is_asset = scope["path"].startswith("/static/")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), is_asset=is_asset)
            await send(message)

        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        await self._app(scope, _measured(receive, _most(scope["path"])), answer)

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        """Return the answer to what goes no further; it never repeats what was asked."""
        method, client = scope["method"], whose((scope.get("client") or ("", 0))[0])
        if headers.get("host", "") not in self._address.hosts:
            return PlainTextResponse("not a name of this page", 421)
        if len(scope["path"]) > LONGEST_PATH or len(scope["query_string"]) > LONGEST_PATH:
            return PlainTextResponse("too long", 414)
        if not self._rates.take(PAGES, client):
            return _too_often()
        if method in READS:
            return None
        if method != "POST":
            return PlainTextResponse("only GET and POST", 405)
        if not self._is_own_form(headers):
            return PlainTextResponse("not sent by a form of this page", 403)
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 12):
            return PlainTextResponse("a length is needed", 411)
        if int(length) > _most(scope["path"]):
            return PlainTextResponse("文件或者内容过大 The file or the text is too large.", 413)
        return None if self._rates.take(FORMS, client) else _too_often()

    def _is_own_form(self, headers: Headers) -> bool:
        """Whether a page of ours sent it: a header says so, and none says otherwise."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is None and site is None:
            return False
        return origin in (None, self._address.origin) and site in (None, "same-origin")

    def _add_headers(self, headers: MutableHeaders, *, is_asset: bool) -> None:
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "public, max-age=86400" if is_asset else "no-store")
        if self._address.is_secure:
            headers.setdefault("strict-transport-security", "max-age=31536000")


def _most(path: str) -> int:
    return LARGEST_UPLOAD if path.startswith(UPLOADS) else LARGEST_FORM


def _too_often() -> PlainTextResponse:
    words = "请求过于频繁，请稍后再试。 Too many requests; please try again in a minute."
    return PlainTextResponse(words, 429, headers={"retry-after": "60"})


def _measured(receive: Receive, most: int) -> Receive:
    """Give the body on until it is larger than it may be, or stops coming."""
    seen, is_whole = 0, False

    async def measured() -> Message:
        nonlocal seen, is_whole
        if is_whole:
            return await receive()  # Whether they are still there.
        try:
            message = await asyncio.wait_for(receive(), LONGEST_PAUSE)
        except TimeoutError:
            raise TooMuch from None
        seen += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if seen > most:
            raise TooMuch
        return message

    return measured
