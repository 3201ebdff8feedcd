"""The stage: a mail server, Prefect's API and a case worker, all real, all on loopback."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from cases.vocabulary.errors import SystemFault
from integrations.clock import FileClock
from integrations.prefect_environment import prefect_environment
from integrations.settings import Settings
from integrations.tls import TlsMode
from integrations.wiring import House, build

READY_WITHIN = 120.0


class MailServer:
    """Accepts mail by SMTP on loopback and keeps each message as a file, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.accepted: list[tuple[str, str, Path]] = []  #: Message-ID, recipient, file.
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._controller.port)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the name is aiosmtpd's
        """Keep one message."""
        content: bytes = envelope.original_content
        message_id = str(message_from_bytes(content)["Message-ID"])
        for recipient in envelope.rcpt_tos:
            path = self.folder / f"{len(self.accepted) + 1:02d}.eml"
            path.write_bytes(content)
            self.accepted.append((message_id, recipient, path))
        return "250 Message accepted"

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve while inside."""
        self._controller.start()
        try:
            yield
        finally:
            self._controller.stop()


def settings_for(folder: Path, mail_port: int) -> Settings:
    """Return the settings of an installation of its own in a folder."""
    return Settings(
        home=folder,
        database_url="",
        clock=f"file:{folder / 'clock'}",
        prefect_api_url=f"http://127.0.0.1:{free_port()}/api",
        mail_from="hancha@jia.office.example",
        smtp_host="127.0.0.1",
        smtp_port=mail_port,
        smtp_tls=TlsMode.NONE,
        poll_seconds=0.1,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which other processes see the same settings."""
    own = {
        f"HANCHA_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_defaults=True).items()
    }
    return {**prefect_environment(settings), **own}


@contextmanager
def running(settings: Settings, say: Callable[[str], None]) -> Iterator[House]:
    """Run Prefect's API and one worker on the settings while inside; give the house."""
    environment = environment_of(settings)
    modules = ("integrations.prefect_server", "flows.service")
    logs = [(settings.home / f"{module}.log").open("wb") for module in modules]
    started = time.monotonic()
    children = [
        subprocess.Popen([sys.executable, "-m", module], env=environment, stdout=log, stderr=log)
        for module, log in zip(modules, logs, strict=True)
    ]
    try:
        _wait_for_api(settings, children[0], started)
        say(f"Prefect's API answers after {time.monotonic() - started:.1f} s")
        yield build(settings)
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            _wait(child)
        for log in logs:
            log.close()


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clock_of(settings: Settings) -> FileClock:
    """Return the clock that the installation lives by."""
    return FileClock(Path(settings.clock.partition(":")[2]))


def _wait_for_api(settings: Settings, child: subprocess.Popen[bytes], started: float) -> None:
    while time.monotonic() - started < READY_WITHIN:
        if child.poll() is not None:
            raise SystemFault(f"Prefect's API ended; see {settings.home}")
        try:
            urllib.request.urlopen(f"{settings.prefect_api_url}/health", timeout=2).close()
        except urllib.error.HTTPError:
            return  # It asks for the password, so it is there.
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemFault(f"Prefect's API did not answer within {READY_WITHIN:.0f} s")


def _wait(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
