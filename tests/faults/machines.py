"""Two workers, a Prefect server and a mail server: struck down, and brought up again."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import takewhile
from signal import SIGKILL

import httpx

from tests.faults.nursery import PREFECT_SERVER, SERVICE, Nursery
from tests.installation import Installation
from tests.processes import PrefectServer, Program, SmtpSink, Worker

WORKERS = ("worker-1", "worker-2")
PREFECT, MAIL = "prefect", "mail"
#: Leases are short here; a worker must not wait for a dead server for longer.
QUICK_TO_SEE_PREFECT_AWAY = {
    "PREFECT_CLIENT_MAX_RETRIES": "0",
    "PREFECT_API_REQUEST_TIMEOUT": "10",
}


class BornServer(PrefectServer):
    """A Prefect server from the nursery; its start is not waited for."""

    nursery: Nursery

    def launch(self, environment: Mapping[str, str]) -> None:
        """Fork it."""
        self._process = self.nursery.bear(PREFECT_SERVER, environment, self.log)  # type: ignore[assignment]

    def answers(self) -> bool:
        """Whether the API answers at this moment."""
        user, _, password = self.password.partition(":")
        try:
            answer = httpx.get(f"{self.api}/health", auth=(user, password), timeout=2)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK


class BornWorker(Worker):
    """A case worker from the nursery."""

    nursery: Nursery

    def launch(self, environment: Mapping[str, str]) -> None:
        """Fork it."""
        self._process = self.nursery.bear(SERVICE, environment, self.log)  # type: ignore[assignment]


class Machines:
    """Everything that can be struck, and what struck it."""

    def __init__(self, installation: Installation, server: BornServer, sink: SmtpSink) -> None:
        self.server, self.sink = server, sink
        folder = installation.folder
        self.points = folder / "points"  #: A file for each point where a worker was stopped.
        self.points.mkdir()
        environment = installation.environment(
            HANCHA_CRASH_AT=f"each:{self.points}", **QUICK_TO_SEE_PREFECT_AWAY
        )
        self.nursery = Nursery(environment, folder / "nursery.log")
        server.nursery = self.nursery
        self.workers = {name: BornWorker(name, folder, environment) for name in WORKERS}
        for worker in self.workers.values():
            worker.nursery = self.nursery
        self.changes: dict[str, str] = {}  #: Of the environment of workers to come.
        self.strikes: Counter[str] = Counter()
        self.falls: list[str] = []  #: Ends that nobody asked for.
        self.dead: dict[int, float] = {}  #: Workers' process ids, and when they were found dead.
        self.is_prefect_up = False
        self.has_truce = False
        self._down_until: dict[str, float] = {}
        self._asked_at = 0.0

    def keep_truce(self, has_truce: bool) -> None:
        """Let workers live for a while, or no longer.

        A case that was in the hand of five workers at their ends is quarantined: it might be
        what killed them. What is not its fault must not go so far.
        """
        if has_truce != self.has_truce:
            resting = self.points.with_suffix(".resting")
            old, new = (self.points, resting) if has_truce else (resting, self.points)
            old.rename(new)
            self.has_truce = has_truce

    def strike(self, name: str, *, down: float) -> None:
        """Kill one machine; it comes up again after so many seconds. No worker under a truce."""
        program = self._program(name)
        if not program.is_running or (self.has_truce and name in WORKERS):
            return
        program.kill()
        self.strikes[name] += 1
        self._down_until[name] = time.monotonic() + down
        if name in WORKERS:
            self.dead[program.pid] = time.monotonic()

    def mend(self) -> None:
        """Bring up what has been down for long enough, and see whether Prefect answers."""
        for name in (*WORKERS, PREFECT, MAIL):
            program = self._program(name)
            if name == PREFECT and name not in self._down_until and not program.is_running:
                continue  # It has not been wanted yet.
            if not program.is_running and time.monotonic() >= self._down_until.get(name, 0.0):
                self._note_end(name, program)
                self._start(name)
        if not self.server_runs:
            self.is_prefect_up = False
        elif not self.is_prefect_up and time.monotonic() - self._asked_at > 0.3:
            self.is_prefect_up = self.server.answers()
            self._asked_at = time.monotonic()

    @property
    def server_runs(self) -> bool:
        """Whether the Prefect server's process is there."""
        return self.server.is_running

    def bring_up_prefect(self) -> None:
        """Want the Prefect server from now on."""
        self._down_until[PREFECT] = 0.0

    def logs(self) -> str:
        """Return the end of every log."""
        programs = [*self.workers.values(), self.server, self.sink]
        return "\n".join(f"--- {each.log.name}\n{each.tail()}" for each in programs)

    def close(self) -> None:
        """End everything."""
        self.sink.kill()
        self.nursery.close()

    def points_passed(self) -> set[str]:
        """Return the points at which a worker was stopped."""
        self.keep_truce(has_truce=False)
        return {path.name for path in self.points.iterdir()}

    def stumbles(self) -> set[str]:
        """Return what the workers' logs call a stumble: a fault that has no name in our code."""
        lines = [
            line
            for worker in self.workers.values()
            for line in worker.log.read_text("utf-8", "replace").splitlines()
        ]
        return {
            f"{line[15:]}: {_cause(lines[at + 1 :])}"
            for at, line in enumerate(lines)
            if "stumbled" in line or "not given back" in line
        }

    def _note_end(self, name: str, program: Program) -> None:
        """Tell an end at a named point from one that nobody asked for."""
        if name in self._down_until or program.returncode is None:
            self._down_until.pop(name, None)
            return
        if name in WORKERS and program.returncode == -SIGKILL:
            self.strikes["named point"] += 1
            self.dead[program.pid] = time.monotonic()
        else:
            self.falls.append(f"{name} ended with {program.returncode}:\n{program.tail()}")

    def _start(self, name: str) -> None:
        if name in WORKERS:
            self.workers[name].start(**self.changes)
        elif name == PREFECT:
            self.server.launch(self.server.environment)
        else:
            self.sink.start()

    def _program(self, name: str) -> Program:
        if name in WORKERS:
            return self.workers[name]
        return self.server if name == PREFECT else self.sink


def _cause(lines: Sequence[str]) -> str:
    """Return the last line of the traceback that the lines begin with."""
    traceback = takewhile(lambda line: not line[:2].isdigit(), lines)
    return next((line for line in reversed(list(traceback)) if line.strip()), "")
