"""A process that has imported everything and gives birth to workers and servers by forking.

A worker started by its command spends three seconds of a core on imports alone, and a fault
test starts a hundred of them. A forked one runs the same `main()` and is there at once. The
nursery itself opens no connection, runs no thread and knows no case.
"""

import importlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.architecture.sources import ROOT

#: What children run.
SERVICE = "flows.service:main"
PREFECT_SERVER = "integrations.prefect_server:main"

REAP_SECONDS = 0.05


class Child:
    """A process of the nursery; answers like `subprocess.Popen`, as far as tests ask."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code. Raises subprocess.TimeoutExpired."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signal_: int) -> None:
        """Send a signal; nothing if it has ended."""
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal_)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)

    def has_ended(self, code: int) -> None:
        """Take note of the end."""
        self.returncode = code
        self._ended.set()


class Nursery:
    """Starts the process that forks; `environment` is what Prefect reads when it is imported."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._lock = threading.Lock()
        self._children: dict[int, Child] = {}
        self.seconds: Counter[str] = Counter()  #: Processor time by role, of those that ended.
        self._born: Child | None = None
        self._birth = threading.Event()
        self.log = log
        with log.open("ab") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=words,
                text=True,
            )
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def bear(self, role: str, environment: Mapping[str, str], log: Path) -> Child:
        """Fork a child that runs the role in this environment and writes to this log."""
        order = {"role": role, "environment": dict(environment), "log": str(log)}
        assert self._process.stdin is not None
        with self._lock:
            self._birth.clear()
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            while not self._birth.wait(1):
                assert self._process.poll() is None, f"no nursery:\n{self.log.read_text()}"
            assert self._born is not None
            return self._born

    def close(self) -> None:
        """End the nursery and everybody born there."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._reader.join(60)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, role, pid, *end = line.split()
            if word == "born":
                self._born = self._children[int(pid)] = Child(int(pid))
                self._birth.set()
            else:
                self.seconds[role] += float(end[1])
                self._children.pop(int(pid)).has_ended(int(end[0]))


def _give_birth(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        code = _live(order)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _live(order: dict[str, Any]) -> int:
    """Become the child: its own log and environment, then the role's `main()`."""
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.clear()
    os.environ.update(order["environment"])
    module, _, name = order["role"].partition(":")
    return int(getattr(importlib.import_module(module), name)() or 0)


def _reap() -> None:
    while True:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        code, seconds = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        print("ended", _alive.pop(pid), pid, code, seconds, flush=True)  # noqa: T201


_alive: dict[int, str] = {}  #: Process id to role.


def main() -> None:
    """Fork on every line of standard input; end with it, and everybody with us."""
    for role in (SERVICE, PREFECT_SERVER):
        importlib.import_module(role.partition(":")[0])
    importlib.import_module("prefect.server.api.server")
    unread = b""
    while True:
        readable, _, _ = select.select([0], [], [], REAP_SECONDS)
        _reap()
        if not readable:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            break
        *lines, unread = (unread + chunk).split(b"\n")
        for line in lines:
            order = json.loads(line)
            pid = _give_birth(order)
            _alive[pid] = order["role"]
            print("born", order["role"], pid, flush=True)  # noqa: T201
    for pid in list(_alive):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while _alive:
        _reap()
        time.sleep(REAP_SECONDS)


if __name__ == "__main__":
    main()
