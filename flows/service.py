"""`python -m flows.service`: one case worker with its sender, reporter and watch on Prefect.

Runs in the environment of `integrations.prefect_environment`.
"""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from socket import gethostname
from uuid import uuid4

import httpx
from prefect.context import AsyncClientContext

from cases.store.migrate import require_newest
from cases.vocabulary.errors import SystemFault
from flows import all_flows
from flows.case_loop import CaseLoop
from flows.executor import PrefectExecutor
from flows.prefect_watch import PrefectWatch, rest
from flows.reporter import Reporter
from flows.sender import Sender
from flows.worker import WORKER_TYPE, CaseWorker
from integrations.orchestrator import PrefectRuns
from integrations.wiring import House, house

log = logging.getLogger("hancha.service")

ROOT = Path(all_flows.__file__).resolve().parent.parent
REST_AFTER_FAULT = 5.0


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
            await asyncio.gather(
                loop.run(stop),
                Sender(self._house, holder=self._holder).run(stop),
                Reporter(self._house, prefect, watch).run(stop),
                watch.run(stop),
                self._report_as_worker(stop),
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

    async def _report_as_worker(self, stop: asyncio.Event) -> None:
        """Be a worker in Prefect's eyes; start anew whenever its own loop gives up."""
        while not stop.is_set():
            worker = CaseWorker(self._house, name=self._holder)
            polling = asyncio.create_task(worker.start(printer=log.debug))
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            polling.cancel()
            try:
                await polling
            except asyncio.CancelledError:
                pass
            except (httpx.HTTPError, OSError, RuntimeError, ExceptionGroup) as fault:
                log.debug("the worker's report to Prefect ended: %s", fault)
            await rest(stop, REST_AFTER_FAULT)


async def _main() -> None:
    here = house()
    require_newest(here.database)
    stop = asyncio.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    await Service(here).run(stop)


def main() -> int:
    """Run the worker; return 4 when the world around it does not allow it to start."""
    # Prefect calls every parked run an error, by name and state; our journal says it better.
    logging.getLogger("prefect.flow_runs").setLevel(logging.CRITICAL)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(_main())
        except SystemFault as fault:
            log.error("%s", fault)
            return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
