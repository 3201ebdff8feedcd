"""Proving grounds: a synthetic installation with a Prefect server and a case worker of its own."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select

from bench.copies import Original
from bench.meters import Processes, one, with_children
from cases.rules.calendar_days import YearStatus
from cases.store import calendars, migrate, owed, runs
from cases.store.cases import by_reference
from cases.store.tables.calendar import CalendarYear
from cases.store.tables.case import Case
from cases.vocabulary.status import Awaiting, Priority
from integrations.clock import SystemClock
from integrations.wiring import House
from tests.databases import PostgresDatabases
from tests.postgres_server import PostgresServer
from tests.processes import PrefectServer, Worker, wait_until, worker_environment
from tests.world import SetClock, build_world

PATIENCE = 300.0
#: As a careful administrator leaves it; the tests' own server does not wait for the disk.
POSTGRES_SETTINGS = {"timezone": "UTC", "max_connections": "100"}


class _Now(SetClock):
    """The test world's clock, on real time."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class Ground:
    """One installation on real time: its data, its Prefect server, its worker."""

    def __init__(self, folder: Path, database_url: str = "", **settings: object) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.url = database_url or f"sqlite:///{folder / 'hancha.sqlite3'}"
        migrate.upgrade(self.url)
        self.server = PrefectServer(folder)
        world = build_world(self.url, folder, prefect_api_url=self.server.api, **settings)
        self.house: House = world.house
        self.house.clock = SystemClock()
        self.world = replace(world, clock=_Now())
        self.ready_file = folder / "worker.ready"
        self._publish_these_years()
        self.worker = Worker("worker", folder, self.environment())

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of its worker: the defaults that Hancha ships with."""
        ready = {"HANCHA_READY_FILE": str(self.ready_file)}
        return worker_environment(self.house.settings, self.server, **ready, **more)

    def start(self) -> dict[str, float]:
        """Start server and worker; return the seconds that each took until it was ready."""
        began = time.monotonic()
        self.server.start()
        server_ready = time.monotonic()
        self.start_worker()
        return {
            "server_s": round(server_ready - began, 2),
            "worker_s": round(time.monotonic() - server_ready, 2),
        }

    def start_worker(self, **changes: str) -> None:
        """Start the worker and wait until it advances cases."""
        self.ready_file.unlink(missing_ok=True)
        self.worker.start(**changes)
        wait_until(self._worker_is_ready, PATIENCE, what="the worker is ready")

    def start_worker_alone(self) -> None:
        """Start the worker without a Prefect server; it goes on without one at once."""
        self.worker.start(HANCHA_PREFECT_PATIENCE_SECONDS="0")

    def end(self) -> None:
        """End what runs and leave the database."""
        self.worker.kill()
        self.server.kill()
        self.house.database.close()

    def groups(self) -> dict[str, Processes]:
        """Return the processes to read, by name."""
        found = {"worker": one(self.worker.pid)}
        if self.server.is_running:
            found["prefect server"] = one(self.server.pid)
        return found

    # -- cases ----------------------------------------------------------------------------

    def sleeping_case(self) -> str:
        """Open a case and let the worker take it to where it waits for a reply."""
        reference = self.world.open()
        wait_until(lambda: self._is_asleep(reference), PATIENCE, what=f"{reference} sleeps")
        return reference

    def original_of(self, reference: str) -> Original:
        """Return the case, ready to be copied, with its run if it has one."""
        with self.house.database.reading() as session:
            case = self.world.case(reference)
            link = runs.find_link(session, case.id)
        return Original(
            self.url,
            self.server.database if link else None,
            case_id=case.id,
            reference=reference,
            run_id=link.run_id if link else None,
        )

    def wake(self, case_ids: Sequence[UUID], priority: Priority = Priority.DUE) -> None:
        """Let cases be due now."""
        due = {"wake_at": self.house.clock.now(), "priority": priority.value}
        with self.house.database.transaction("bench") as session:
            session.execute(update(Case).where(col(Case.id).in_(case_ids)).values(**due))

    def wait_asleep(self, case_ids: Sequence[UUID]) -> None:
        """Wait until each of the cases has had its turn."""
        wait_until(
            lambda: self.awake(case_ids) == 0, PATIENCE, what="all had their turn", every=0.1
        )

    def awake(self, case_ids: Sequence[UUID]) -> int:
        """Count those of the cases that have not had their turn."""
        soon = self.house.clock.now() + timedelta(hours=1)
        with self.house.database.reading() as session:
            return session.exec(
                select(func.count())
                .select_from(Case)
                .where(
                    col(Case.id).in_(case_ids),
                    (col(Case.wake_at) <= soon) | col(Case.lease_holder).is_not(None),
                )
            ).one()

    def _is_asleep(self, reference: str) -> bool:
        """Whether the case waits for a reply, and Prefect has been told."""
        with self.house.database.reading() as session:
            case = by_reference(session, reference)
            is_parked = case.awaiting is Awaiting.REPLY and case.lease_holder is None
            return is_parked and owed.count(session) == 0

    def _worker_is_ready(self) -> bool:
        assert self.worker.is_running, f"the worker ended:\n{self.worker.tail()}"
        return self.ready_file.exists()

    def _publish_these_years(self) -> None:
        """Publish the years around today without holidays, where nobody knows them yet."""
        now = datetime.now(UTC)
        with self.house.database.transaction("bench") as session:
            known = {year.year for year in calendars.years(session)}
            for year in {now.year, now.year + 1} - known:
                session.add(
                    CalendarYear(
                        year=year,
                        status=YearStatus.PUBLISHED,
                        source="bench",
                        entered_by="bench",
                        approved_by="bench",
                        loaded_at=now,
                        approved_at=now,
                    )
                )
            calendars.renew_edition(session, now=now)


@contextmanager
def standing(ground: Ground) -> Iterator[Ground]:
    """Give the ground with its server and worker running."""
    try:
        ground.start()
        yield ground
    finally:
        ground.end()


@contextmanager
def postgres() -> Iterator[tuple[PostgresDatabases, Processes]]:
    """Give databases on a PostgreSQL server that waits for the disk, and its processes."""
    server = PostgresServer(POSTGRES_SETTINGS)
    databases = PostgresDatabases(server)
    try:
        pid = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        yield databases, with_children(pid)
    finally:
        databases.close()
        server.stop()
