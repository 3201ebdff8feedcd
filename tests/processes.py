"""Real processes for tests: a Prefect server, case workers, a mail server; started and killed.

Each is started in a folder of its own, writes its log there, and can be killed as by a power cut
and started again with everything that it had on disk. Nothing is started on construction.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import TypeVar

import httpx

from integrations.prefect_environment import prefect_environment
from integrations.settings import Settings
from tests.architecture.sources import ROOT

HOST = "127.0.0.1"
Found = TypeVar("Found")

PATIENCE = 120.0  #: Seconds; a loaded machine takes many times what an idle one does.


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        return int(asked.getsockname()[1])


def wait_until(
    predicate: Callable[[], Found],
    timeout: float = PATIENCE,
    *,
    what: str = "",
    every: float = 0.05,
) -> Found:
    """Ask again and again until the answer is true, and return it; fail after `timeout` seconds.

    An AssertionError or an HTTP error while asking counts as "not yet".
    """
    until = time.monotonic() + timeout
    last: object = None
    while True:
        try:
            last = found = predicate()
            if found:
                return found
        except (AssertionError, httpx.HTTPError) as fault:
            last = fault
        if time.monotonic() > until:
            name = what or getattr(predicate, "__name__", "it")
            raise AssertionError(f"waited {timeout:g} s in vain until {name}; last: {last!r}")
        time.sleep(every)


class Program:
    """One program in a process of its own; started again, it appends to the same log."""

    def __init__(self, name: str, command: Sequence[str], folder: Path) -> None:
        self.log = folder / f"{name}.log"
        self._name, self._command = name, [sys.executable, *command]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def returncode(self) -> int | None:
        """What it ended with; -9 after a SIGKILL, None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, f"{self._name} was never started"
        return self._process.pid

    def launch(self, environment: Mapping[str, str]) -> None:
        """Start the process in this environment; it must not be running."""
        assert not self.is_running, f"{self._name} runs already"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self) -> None:
        """End it as a power cut would; nothing if it has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)

    def stop(self, patience: float = PATIENCE) -> int:
        """Ask it to end (SIGTERM) and return its exit code; fail if it does not."""
        assert self._process is not None, f"{self._name} was never started"
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self._name} did not end on SIGTERM:\n{self.tail()}") from None

    def wait_ended(self, timeout: float = PATIENCE) -> int:
        """Wait until it has ended by itself (at a crash point, say); return its exit code."""
        assert self._process is not None, f"{self._name} was never started"
        try:
            return self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self._name} goes on:\n{self.tail()}") from None

    def expect_running(self) -> None:
        """Raise ChildProcessError if it has ended."""
        if not self.is_running:
            raise ChildProcessError(f"{self._name} ended with {self.returncode}:\n{self.tail()}")

    def tail(self, lines: int = 40) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


class PrefectServer(Program):
    """`python -m integrations.prefect_server` with its data below `home`, on a free port.

    `settings(home)` of a test's own installation must carry the same `prefect_api_url`; the
    password lies in `home/prefect/password`.
    """

    def __init__(self, home: Path, **changes: str) -> None:
        home.mkdir(parents=True, exist_ok=True)
        super().__init__("prefect-server", ["-m", "integrations.prefect_server"], home)
        self.port = free_port()
        self.api = f"http://{HOST}:{self.port}/api"
        self.settings = Settings(home=home, prefect_api_url=self.api)
        self.environment = {**prefect_environment(self.settings), **changes}
        self.database = self.settings.prefect_home / "prefect.db"

    @property
    def password(self) -> str:
        """User and password, as `user:password`."""
        return self.environment["PREFECT_API_AUTH_STRING"]

    def start(self) -> None:
        """Start it and wait until it answers (5 to 10 s with an empty database)."""
        self.launch(self.environment)
        self.wait_ready()

    def wait_ready(self, timeout: float = 2 * PATIENCE) -> None:
        """Wait until the API answers."""
        auth = tuple(self.password.split(":", 1))

        def answers() -> bool:
            self.expect_running()
            return httpx.get(f"{self.api}/health", auth=auth, timeout=5).status_code == 200

        wait_until(answers, timeout, what="the Prefect server answers", every=0.1)

    def forget_everything(self) -> None:
        """Remove its database, as somebody would who thinks it is in the way; it must be down."""
        assert not self.is_running
        for ending in ("", "-wal", "-shm"):
            Path(f"{self.database}{ending}").unlink(missing_ok=True)


class Worker(Program):
    """`python -m flows.service`: one case worker; several of one installation may run at once.

    `environment` is the whole environment of the installation (see `worker_environment`).
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        environment: Mapping[str, str],
        command: Sequence[str] = ("-m", "flows.service"),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(name, command, folder)
        self.environment = dict(environment)
        self._log_began = 0

    def start(self, **changes: str) -> None:
        """Start it with these changes of its environment (`HANCHA_CRASH_AT="sent:after-commit"`).

        Returns at once; a worker needs two to five seconds until it takes its first case.
        """
        self._log_began = self.log.stat().st_size if self.log.exists() else 0
        self.launch({**self.environment, **changes})

    def wait_at_work(self) -> None:
        """Wait until it has found Prefect and takes cases."""

        def is_at_work() -> bool:
            self.expect_running()
            return b"Prefect is there" in self.log.read_bytes()[self._log_began :]

        wait_until(is_at_work, what=f"{self.log.stem} is at work", every=0.1)


def worker_environment(settings: Settings, server: PrefectServer, **more: str) -> dict[str, str]:
    """Return the environment of a worker: this installation's data, that Prefect server.

    `settings` need only differ from the defaults in what workers must know; SMTP passwords are
    not passed on. `more` comes last (`PREFECT_WORKER_QUERY_SECONDS="1"`).
    """
    own = {
        f"HANCHA_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude_unset=True).items()
        if value is not None
    }
    own["HANCHA_PREFECT_API_URL"] = server.api
    return {**server.environment, **own, "PYTHONUNBUFFERED": "1", **more}


@dataclass(frozen=True, slots=True)
class Received:
    """One message that the mail server accepted."""

    message_id: str
    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> Message:
        """The message, parsed."""
        return message_from_bytes(self.content)


class SmtpSink(Program):
    """A mail server in a process of its own; what it said 250 to is on disk, one file a message.

    Killed and started again it listens on the same port and keeps what it had.
    """

    def __init__(self, folder: Path) -> None:
        self.messages = folder / "messages"
        self.messages.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        super().__init__(
            "smtp-sink", ["-m", "tests.smtp_sink", str(self.port), str(self.messages)], folder
        )

    def start(self) -> None:
        """Start it and wait until it listens."""
        self.launch(os.environ)
        wait_until(self._listens, what="the mail server listens")

    def received(self) -> list[Received]:
        """Return every accepted message in the order of arrival, repeats included."""
        return [_read(file) for file in sorted(self.messages.glob("*.eml"))]

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection((HOST, self.port), timeout=1):
            return True
        return False


def _read(file: Path) -> Received:
    content = file.read_bytes()
    parsed = message_from_bytes(content)
    return Received(
        message_id=str(parsed["Message-ID"]).strip(),
        sender=str(parsed["X-Sink-Sender"]),
        recipient=str(parsed["X-Sink-Recipient"]),
        content=content,
    )
