"""`python -m flows.service`: one case worker with sender, mail reader, reporter, Prefect watch.

Runs in the environment of `integrations.prefect_environment`.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from socket import gethostname
from uuid import uuid4

from prefect.context import AsyncClientContext
from prefect.settings import temporary_settings

from cases.store.migrate import require_newest
from cases.vocabulary.errors import SystemFault
from flows import all_flows
from flows.case_loop import CaseLoop
from flows.courier import Courier
from flows.executor import PrefectExecutor
from flows.mail_reader import MailReader
from flows.prefect_watch import PrefectWatch, rest
from flows.reporter import Reporter
from flows.sender import Sender
from flows.worker import WORKER_TYPE, CaseWorker
from integrations.deployments import RESULT_STORAGE
from integrations.orchestrator import PrefectRuns
from integrations.wiring import House, house

log = logging.getLogger("hancha.service")

ROOT = Path(all_flows.__file__).resolve().parent.parent
#: What Prefect's engine need not do for each turn of a case. A heartbeat would be a thread and
#: an event, and says less than our lease. Without a block to keep results in, the engine asks
#: the server for one, over a client made anew, while the event loop waits; a block is read once.
SPARING: dict[str, object] = {
    "flows.heartbeat_frequency": None,
    "results.default_storage_block": f"local-file-system/{RESULT_STORAGE}",
}
REST_POLLS = 10  #: Before the report to Prefect begins anew: five seconds.


class Service:
    """Everything that one worker process does, side by side."""

    def __init__(self, here: House) -> None:
        self._house = here
        self._holder = f"{gethostname()}:{os.getpid()}:{uuid4().hex[:6]}"

    async def run(self, stop: asyncio.Event) -> None:
        """Work until told to stop; each part is on its own, none takes the others down."""
        async with AsyncClientContext() as context:
            prefect = PrefectRuns(
                context.client,
                pool=self._house.settings.prefect_pool,
                pool_type=WORKER_TYPE,
                root=str(ROOT),
            )
            watch = PrefectWatch(self._house, prefect)
            loop = CaseLoop(
                self._house,
                holder=self._holder,
                through_prefect=PrefectExecutor(self._house, prefect),
                watch=watch,
            )
            mail_reader = MailReader(self._house)
            await asyncio.to_thread(mail_reader.announce)
            await asyncio.gather(
                loop.run(stop),
                mail_reader.run(stop),
                Courier(self._house).run(stop),
                Sender(self._house, holder=self._holder).run(stop),
                Reporter(self._house, prefect, watch).run(stop),
                watch.run(stop),
                self._report_as_worker(prefect, watch, stop),
                self._say_ready(watch, stop),
            )

    async def _say_ready(self, watch: PrefectWatch, stop: asyncio.Event) -> None:
        """Touch a file once cases are advanced, for whoever started us."""
        file = os.environ.get("HANCHA_READY_FILE")
        while file and not stop.is_set():
            if watch.is_up:
                Path(file).touch()
                return
            await rest(stop, 0.1)

    async def _report_as_worker(
        self, prefect: PrefectRuns, watch: PrefectWatch, stop: asyncio.Event
    ) -> None:
        """Be a worker in Prefect's eyes; start anew whenever its own loop gives up."""
        while not stop.is_set():
            worker = CaseWorker(self._house, prefect, watch, self._holder)
            polling = asyncio.create_task(worker.start(printer=log.debug))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            polling.cancel()
            try:
                await polling
            except asyncio.CancelledError:
                pass
            except Exception as fault:  # Whatever Prefect's loop died of.
                log.info("the report to Prefect ended and begins anew: %r", fault)
            await rest(stop, REST_POLLS * self._house.settings.poll_seconds)


def _speak() -> None:
    """Write our own log to standard error; Prefect has set up the root's for its own."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    ours = logging.getLogger("hancha")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    ours.propagate = False
    # Prefect calls every parked run an error, by name and state; our journal says it better.
    logging.getLogger("prefect.flow_runs").setLevel(logging.CRITICAL)


class Stopping:
    """Told by a signal in the main thread, heard by the loop in another."""

    def __init__(self) -> None:
        self._is_told = False
        self._hearers: list[Callable[[], object]] = []

    def tell(self, *_signal: object) -> None:
        """Ask the worker to stop."""
        self._is_told = True
        for hear in self._hearers:
            with suppress(RuntimeError):  # It has stopped already.
                hear()

    def heard(self) -> asyncio.Event:
        """Return an event of the running loop that is set once the signal came."""
        event, loop = asyncio.Event(), asyncio.get_running_loop()
        self._hearers.append(lambda: loop.call_soon_threadsafe(event.set))
        if self._is_told:
            event.set()
        return event


async def _main(stopping: Stopping) -> None:
    here = house()
    require_newest(here.database)
    with temporary_settings(SPARING):
        await Service(here).run(stopping.heard())


def main() -> int:
    """Run the worker; return 4 when the world around it does not allow it to start."""
    _speak()
    stopping = Stopping()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_, stopping.tell)
    # Prefect's engine takes SIGTERM for itself while a flow runs, and dies of it in the middle
    # of a turn. It can do so in the main thread only, so that is where it must not run.
    with ThreadPoolExecutor(1, "worker") as thread:
        try:
            thread.submit(asyncio.run, _main(stopping)).result()
        except SystemFault as fault:
            log.error("%s", fault)
            return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
