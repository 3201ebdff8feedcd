"""What stands before every page: who may ask, how much, what the browser may do."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from integrations.desk.address import DeskAddress

READS = ("GET", "HEAD")
LARGEST_BODY = 40 * 1024 * 1024  #: A case with its enclosures.
#: Nothing is loaded but from here, nothing runs that stands in the page itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # With `no-referrer` browsers would hide the origin of our own forms, too.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class TooLarge(Exception):
    """The body is larger than anything that a page asks for."""


class Guard:
    """Refuses other hosts, writes that come from other pages, and bodies without end."""

    def __init__(self, app: ASGIApp, address: DeskAddress) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass with the headers on its answer, or refuse it in one line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        is_asset = scope["path"].startswith("/static/")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), is_asset=is_asset)
            await send(message)

        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        await self._app(scope, _counted(receive), answer)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        if headers.get("host", "") not in self._address.hosts:
            return PlainTextResponse("this is not a name of the desk", 421)
        if method in READS:
            return None
        if method != "POST":
            return PlainTextResponse("only GET and POST", 405)
        if not self._is_own_page(headers):
            return PlainTextResponse("this was not sent by a page of the desk", 403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return PlainTextResponse("too large", 413)
        return None

    def _is_own_page(self, headers: Headers) -> bool:
        """Whether a page of ours sent it: a header says so, and none says otherwise."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is None and site is None:
            return False
        return (origin is None or origin in self._address.origins) and site in (None, "same-origin")

    def _add_headers(self, headers: MutableHeaders, *, is_asset: bool) -> None:
        for name, value in ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault(
            "cache-control", "public, max-age=31536000, immutable" if is_asset else "no-store"
        )
        if self._address.is_secure:
            headers.setdefault("strict-transport-security", "max-age=31536000")


def _counted(receive: Receive) -> Receive:
    """Give the body on until it is larger than its header may say."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise TooLarge
        return message

    return counted
