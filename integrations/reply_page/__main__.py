"""`python -m integrations.reply_page`: serve the reply page until told to stop."""

import os
import socket
import sys
from pathlib import Path

import uvicorn

from cases.store import schema
from cases.vocabulary.errors import SettingsFault, StoreUnavailable, SystemFault
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.reply_page.address import PageAddress
from integrations.reply_page.app import reply_page
from integrations.settings import Settings
from integrations.wiring import House, house

BACKLOG = 128
MOST_AT_ONCE = 100  #: Requests; more are told to come later.
KEPT_OPEN = 5  #: Seconds a connection may rest.
STOP_WITHIN = 10  #: Seconds for answers that are under way.


class _Server(uvicorn.Server):
    """Says where it is once it listens, to whoever started us and to a person."""

    def __init__(self, config: uvicorn.Config, origin: str) -> None:
        super().__init__(config)
        self._origin = origin

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        (port,) = {bound.getsockname()[1] for bound in sockets or ()}
        line = f"the reply page: {self._origin}, on port {port}"
        file = os.environ.get("HANCHA_REPLY_PAGE_READY_FILE")
        if file:
            Path(file).write_text(line, "utf-8")
        else:
            print(f"hancha: {line}", flush=True)  # noqa: T201


def listening(settings: Settings) -> socket.socket:
    """Return a socket that is bound where the settings say. Raises SettingsFault."""
    host, port = settings.reply_page_host, settings.reply_page_port
    try:
        return socket.create_server((host, port), backlog=BACKLOG, reuse_port=False)
    except OSError as fault:
        raise SettingsFault(
            f"the reply page cannot listen on {host}:{port}: {fault.strerror}"
        ) from fault


def serve(here: House) -> None:
    """Serve the page of a house. Raises SettingsFault, StoreUnavailable."""
    origin = here.settings.reply_page_url
    if not origin:
        raise SettingsFault("there is no reply page: HANCHA_REPLY_PAGE_URL is not set")
    if here.database.is_sqlite and not (here.settings.home / "hancha.sqlite3").exists():
        raise StoreUnavailable("there is no database yet; run `hancha init` or `hancha up` first")
    schema.require_newest(here.database)
    with listening(here.settings) as bound:
        config = uvicorn.Config(
            reply_page(here, PageAddress(origin), PdfEnclosureReader()),
            log_level="warning",
            access_log=False,  # The path of the first page is the link.
            server_header=False,
            lifespan="off",
            ws="none",
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=KEPT_OPEN,
            timeout_graceful_shutdown=STOP_WITHIN,
        )
        _Server(config, origin).run(sockets=[bound])


def main() -> int:
    """Serve; print what stands in the way and return 4."""
    try:
        serve(house())
    except SystemFault as fault:
        print(f"hancha: {fault}", file=sys.stderr)  # noqa: T201 - a command of its own
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
