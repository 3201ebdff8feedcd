"""A whole installation for tests: its data, its clock, its Prefect server, its workers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from integrations.clock import FileClock
from tests.processes import HOST, PrefectServer, SmtpSink, Worker, worker_environment
from tests.world import START, SetClock, World, build_world


class SharedClock(SetClock):
    """A clock in a file: the test sets it, and every worker sees the same time."""

    def __init__(self, file: Path, at: datetime = START) -> None:
        self.file = file
        self._clock = FileClock(file)
        super().__init__(at)

    @property
    def at(self) -> datetime:
        """The instant it was set to."""
        return self._clock.now()

    @at.setter
    def at(self, instant: datetime) -> None:
        self._clock.set(instant)


class Installation:
    """The synthetic world on a migrated database, and the processes that keep it going.

    The test works on the same database as the workers, as a clerk's command line would
    (`installation.world`). `pool` keeps installations on one Prefect server apart; only one of
    them may have workers at a time, as they share the deployments.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str,
        server: PrefectServer,
        *,
        sink: SmtpSink | None = None,
        pool: str = "hancha-cases",
        **settings: object,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        clock = SharedClock(folder / "clock")
        given: dict[str, object] = {
            "prefect_api_url": server.api,
            "prefect_pool": pool,
            "clock": f"file:{clock.file}",
            "poll_seconds": 0.2,
            **settings,
        }
        if sink is not None:
            given |= {"smtp_host": HOST, "smtp_port": sink.port, "smtp_tls": "none"}
        world = build_world(database_url, folder, **given)
        self.folder, self.server, self.sink = folder, server, sink
        self.world = World(replace(world.house, clock=clock), clock)
        self.workers: list[Worker] = []
        self.began_at = datetime.now(UTC)  #: In real time, which Prefect lives by.

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of its workers; they talk to Prefect more often than usual."""
        often = {"PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_WORKER_HEARTBEAT_SECONDS": "2"}
        return worker_environment(self.world.house.settings, self.server, **{**often, **more})

    def worker(self, command: Sequence[str] = ("-m", "flows.service"), **more: str) -> Worker:
        """Return another worker, not started; `more` is added to its environment."""
        name = f"worker-{len(self.workers) + 1}"
        made = Worker(name, self.folder, self.environment(**more), command)
        self.workers.append(made)
        return made

    def end(self) -> None:
        """Kill every worker that still runs, and leave the database."""
        for worker in self.workers:
            worker.kill()
        self.world.house.database.close()

    def logs(self) -> str:
        """Return the end of each worker's log, for a test that failed."""
        return "\n".join(f"--- {each.log.name}\n{each.tail()}" for each in self.workers)
