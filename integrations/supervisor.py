"""`python -m integrations.supervisor`: Prefect's API, the case worker and the desk under one roof.

Stays small: it imports neither Prefect nor the database, and does nothing but start, watch,
start again, and stop in order.
"""

import asyncio
import fcntl
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cases.vocabulary.errors import AlreadyRunning, DiskFault, SystemFault
from integrations.prefect_environment import prefect_environment
from integrations.settings import Settings, read_settings

READY_WITHIN = 120.0
STOP_WITHIN = 70.0
RESTS = (1.0, 2.0, 5.0, 10.0, 30.0)  #: Seconds before a child that died is started again.


@dataclass
class Child:
    """One process under the roof."""

    name: str
    module: str
    is_ready: Callable[[], bool]
    process: asyncio.subprocess.Process | None = None
    deaths: int = 0
    log: IO[bytes] | None = field(default=None, repr=False)


class Supervisor:
    """Starts the children, keeps them alive, and stops the worker before the API."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings, self._say = settings, say
        self._environment = {**prefect_environment(settings), "PYTHONUNBUFFERED": "1"}
        self._run_folder = settings.home / "run"
        self._ready_file = self._run_folder / "worker.ready"
        self._environment["HANCHA_READY_FILE"] = str(self._ready_file)
        self._desk_file = self._run_folder / "desk.ready"
        self._environment["HANCHA_DESK_READY_FILE"] = str(self._desk_file)
        self._reply_file = self._run_folder / "reply_page.ready"
        self._environment["HANCHA_REPLY_PAGE_READY_FILE"] = str(self._reply_file)
        self._stop = asyncio.Event()
        self._children: tuple[Child, ...] = (
            Child("Prefect API", "integrations.prefect_server", self._api_answers),
            Child("case worker", "flows.service", self._ready_file.exists),
            Child("desk", "integrations.desk", self._desk_file.exists),
        )
        if settings.reply_page_url:
            page = Child("reply page", "integrations.reply_page", self._reply_file.exists)
            self._children += (page,)

    async def run(self) -> int:
        """Run until told to stop; return the exit code."""
        loop = asyncio.get_running_loop()
        for signal_ in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(signal_, self._stop.set)
        started = time.monotonic()
        for file in (self._ready_file, self._desk_file, self._reply_file):
            file.unlink(missing_ok=True)
        if code := await self._prepare():
            return code
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        for child in self._children:
            await self._until_ready(child, started)
        if not self._stop.is_set():
            self._say(f"ready after {time.monotonic() - started:.1f} s; Ctrl-C stops everything")
            self._say_where_the_desk_is()
            if self._settings.reply_page_url:
                self._say(f"the reply page: {self._settings.reply_page_url}")
            self._say(f"Prefect's pages: {self._settings.prefect_api_url.removesuffix('/api')}")
            self._say(f"user and password for them: {self._settings.prefect_home / 'password'}")
        await self._stop.wait()
        self._say("stopping")
        for child in reversed(self._children):
            await self._end(child)
        await asyncio.gather(*keepers)
        self._say("stopped")
        return 0

    async def _prepare(self) -> int:
        """Migrate and seed in a process of its own, whose memory is given back."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "integrations.preparation", env=self._environment
        )
        code = await process.wait()
        if code == 0:
            self._say(f"database and calendar are ready in {self._settings.home}")
        if code == 0 and os.environ.get("HANCHA_SAMPLE"):
            self._say("the sample is being lived; this takes a minute or two")
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "flows.sample", env=self._environment
            )
            code = await process.wait()
        return code

    async def _keep(self, child: Child) -> None:
        while not self._stop.is_set():
            child.log = (self._run_folder / f"{child.module}.log").open("ab")
            child.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                child.module,
                env=self._environment,
                stdout=child.log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop them in order.
            )
            code = await child.process.wait()
            child.log.close()
            if self._stop.is_set():
                return
            rest = RESTS[min(child.deaths, len(RESTS) - 1)]
            child.deaths += 1
            self._say(
                f"the {child.name} ended with code {code} and is started again in {rest:.0f} s; "
                f"see {self._run_folder / child.module}.log"
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), rest)

    async def _until_ready(self, child: Child, started: float) -> None:
        while not self._stop.is_set():
            if await asyncio.to_thread(child.is_ready):
                self._say(f"the {child.name} is ready after {time.monotonic() - started:.1f} s")
                return
            if time.monotonic() - started > READY_WITHIN:
                self._say(f"the {child.name} is not ready yet; still waiting")
                return
            await asyncio.sleep(0.1)

    def _say_where_the_desk_is(self) -> None:
        """Repeat what the desk says of itself: its address, and the link that may be used once."""
        try:
            for line in self._desk_file.read_text("utf-8").splitlines():
                self._say(line)
            self._desk_file.write_text("", "utf-8")  # The link is on the console alone now.
        except OSError:
            self._say(f"the desk is not there; see {self._run_folder / 'integrations.desk'}.log")

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN)
        except TimeoutError:
            self._say(f"the {child.name} does not stop and is killed; nothing is lost by that")
            process.kill()
            await process.wait()

    def _api_answers(self) -> bool:
        try:
            url = f"{self._settings.prefect_api_url}/health"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as answer:
            return answer.code in (401, 403)  # It wants the password: it is there.
        except OSError:
            return False


def lock(home: Path) -> IO[str]:
    """Take the installation's lock and return the file that holds it.

    Raises AlreadyRunning when another process has it, DiskFault.
    """
    try:
        (home / "run").mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (home / "run" / "lock").open("a+")
    except OSError as fault:
        raise DiskFault(f"the data folder {home} cannot be used: {fault}") from fault
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        file.close()
        raise AlreadyRunning(f"Hancha is running already on {home}") from fault
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _say(line: str) -> None:
    print(f"hancha: {line}", flush=True)  # noqa: T201 - this is the console's own line


def main() -> int:
    """Run everything; return 4 and say why when that is not possible."""
    try:
        settings = read_settings()
        with lock(settings.home):
            return asyncio.run(Supervisor(settings, _say).run())
    except SystemFault as fault:
        print(f"hancha: {fault}", file=sys.stderr)  # noqa: T201 - as above
        return 4


if __name__ == "__main__":
    sys.exit(main())
