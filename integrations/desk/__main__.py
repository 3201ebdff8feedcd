"""`python -m integrations.desk`: serve the desk until told to stop."""

import os
import socket
import sys
from pathlib import Path

import uvicorn

from cases.operations import accounts
from cases.store import schema
from cases.vocabulary.errors import SettingsFault, StoreUnavailable, SystemFault
from integrations.clock import SystemClock
from integrations.desk.address import DeskAddress, address_of
from integrations.desk.app import desk
from integrations.desk.passwords import Argon2Passwords
from integrations.settings import Settings
from integrations.wiring import House, house

BACKLOG = 128
STOP_WITHIN = 10  #: Seconds for answers that are under way.


class _Server(uvicorn.Server):
    """Says where it is once it listens, to whoever started us and to a person."""

    def __init__(self, config: uvicorn.Config, address: DeskAddress, link: str | None) -> None:
        super().__init__(config)
        self._address, self._link = address, link

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        lines = [f"the desk: {self._address.origin}"]
        if self._link:
            lines.append(
                f"become its administrator, once: {self._address.origin}/enter/{self._link}"
            )
        file = os.environ.get("HANCHA_DESK_READY_FILE")
        if file:
            _write_privately(Path(file), "\n".join(lines))
        else:
            print("\n".join(f"hancha: {line}" for line in lines), flush=True)  # noqa: T201


def listening(settings: Settings) -> socket.socket:
    """Return a socket that is bound where the settings say. Raises SettingsFault."""
    try:
        return socket.create_server(
            (settings.desk_host, settings.desk_port), backlog=BACKLOG, reuse_port=False
        )
    except OSError as fault:
        where = f"{settings.desk_host}:{settings.desk_port}"
        raise SettingsFault(f"the desk cannot listen on {where}: {fault.strerror}") from fault


def serve(here: House) -> None:
    """Serve the desk of a house. Raises SettingsFault, StoreUnavailable."""
    if here.database.is_sqlite and not (here.settings.home / "hancha.sqlite3").exists():
        raise StoreUnavailable("there is no database yet; run `hancha init` or `hancha up` first")
    schema.require_newest(here.database)
    with listening(here.settings) as bound:
        address = address_of(here.settings, bound.getsockname()[1])
        machine = SystemClock()
        app = desk(here, address, Argon2Passwords(), machine)
        with here.database.transaction("first-link") as session:
            link = accounts.first_link(session, now=machine.now())
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # An address may hold a one-time link or what was searched.
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN,
        )
        _Server(config, address, link).run(sockets=[bound])


def _write_privately(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text, "utf-8")
    new.replace(file)


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
