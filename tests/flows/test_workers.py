"""Several workers on one database, killed, stopped, and of different versions (design, 6 and 8).

What depends on the database is shown on both. One worker has the flows of today; the other has
a second version of one of them.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from socket import gethostname
from uuid import UUID

import pytest
from sqlmodel import col, select

from cases.store.tables.case import Case
from cases.vocabulary.status import CaseStatus
from tests.databases import POSTGRESQL, SQLITE, chosen_kinds
from tests.flows.prefect_pages import PrefectPages
from tests.flows.town import HOME_OFFICE, Town
from tests.installation import Installation
from tests.processes import PrefectServer, SmtpSink, Worker, wait_until

pytestmark = pytest.mark.prefect

POOL = "workers"
LEASE_SECONDS = 10.0
NEWER = ("-m", "tests.flows.newer_service")


class TwoWorkers:
    """A town with a worker of today and one of the next version."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.today = town.installation.worker()
        self.newer = town.installation.worker(NEWER)

    def up(self) -> None:
        """Start what does not run, and wait until both are at work."""
        for worker in (self.today, self.newer):
            if not worker.is_running:
                worker.start()
        for worker in (self.today, self.newer):
            worker.wait_at_work()

    def shown(self, worker: Worker) -> str:
        """Return how Prefect shows a worker; empty when it does not know it."""
        workers = self.town.pages.workers(POOL)
        status = {each["name"].split(":")[1]: each["status"] for each in workers}
        return str(status.get(str(worker.pid), ""))

    def holders(self) -> set[int]:
        """Return the process ids of those who hold a case now."""
        ours = f"{gethostname()}:"
        with self.town.story.house.database.reading() as session:
            wanted = select(Case.lease_holder).where(col(Case.lease_holder).startswith(ours))
            return {int(str(holder).split(":")[1]) for holder in session.exec(wanted)}

    def open(self, number: int, **changes: object) -> list[str]:
        """Open some cases."""
        return [self.town.story.open(**changes) for _ in range(number)]


@pytest.fixture(scope="module", params=chosen_kinds())
def two(
    request: pytest.FixtureRequest,
    prefect_server: PrefectServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TwoWorkers]:
    """Give two workers, not started."""
    kind = "postgres" if request.param == POSTGRESQL else "sqlite"
    databases = request.getfixturevalue(kind)
    folder = tmp_path_factory.mktemp("workers")
    with ExitStack() as ending:
        sink = SmtpSink(folder / "mail")
        ending.callback(sink.kill)
        sink.start()
        pages = PrefectPages(prefect_server)
        ending.callback(pages.close)
        installation = Installation(
            folder / "home",
            databases.migrated(),
            prefect_server,
            sink=sink,
            pool=POOL,
            lease_seconds=LEASE_SECONDS,
        )
        ending.callback(lambda: sys.stdout.write(installation.logs()))
        ending.callback(installation.end)
        yield TwoWorkers(Town(installation, pages))


def test_a_case_whose_worker_was_killed_is_taken_over_when_its_lease_has_run_out(
    two: TwoWorkers,
) -> None:
    town = two.town
    doomed = town.installation.worker(HANCHA_CRASH_AT="asked:before-commit")
    doomed.start()
    case = town.story.open()
    assert doomed.wait_ended(120) == -9
    killed_at = time.monotonic()
    run_id = town.run_id(case)
    assert town.shown(case) == "Running"
    assert town.story.case(case).attempts == 1

    two.up()
    town.wait_shown(case, "AwaitingReply")
    assert time.monotonic() - killed_at > LEASE_SECONDS / 2
    assert town.run_id(case) == run_id
    assert town.pages.run(run_id)["run_count"] >= 2
    assert town.mailed(case) == [HOME_OFFICE]
    assert [message.sends for message in town.story.outbox(case)] == [1]
    kinds = [entry.kind.value for entry in town.story.entries(case)]
    assert kinds == ["opened", "drafted", "asked", "left"]


def test_two_workers_share_the_cases_and_advance_none_twice(two: TwoWorkers) -> None:
    two.up()
    cases = two.open(12)
    seen: set[int] = set()

    def all_asleep() -> bool:
        seen.update(two.holders())
        return all(two.town.story.case(case).awaiting == "AwaitingReply" for case in cases)

    wait_until(all_asleep, 120, every=0.01)
    assert seen >= {two.today.pid, two.newer.pid}
    for case in cases:
        two.town.wait_shown(case, "AwaitingReply")
        run = two.town.run_id(case)
        assert run is not None
        names = [state["name"] for state in two.town.pages.history(run)]
        assert names.count("Running") == two.town.pages.run(run)["run_count"] == 1
        assert len(two.town.runs_of(case)) == 1
        assert two.town.mailed(case) == [HOME_OFFICE]


@pytest.mark.parametrize("two", [SQLITE], indirect=True)
def test_a_worker_that_is_asked_to_stop_ends_its_turns_and_gives_its_cases_back(
    two: TwoWorkers,
) -> None:
    two.up()
    two.town.asleep()
    assert two.today.stop() == 0, two.today.tail()  # Idle.
    cases = two.open(8)
    pid = two.newer.pid
    wait_until(lambda: pid in two.holders(), 120, every=0.005)
    assert two.newer.stop() == 0, two.newer.tail()  # In the middle of turns.
    assert pid not in two.holders()
    assert {two.town.story.case(case).attempts for case in cases} == {0}

    two.today.start()
    for case in cases:
        two.town.wait_shown(case, "AwaitingReply")
        assert two.town.mailed(case) == [HOME_OFFICE]


@pytest.mark.parametrize("two", [SQLITE], indirect=True)
def test_a_case_of_a_newer_flow_waits_for_a_worker_that_has_it(two: TwoWorkers) -> None:
    if two.newer.is_running:
        two.newer.stop()
    if not two.today.is_running:
        two.today.start()
    two.town.story.publish("by-manager", flow_version=2)
    (newer,) = two.open(1, case_type="by-manager")
    (plain,) = two.open(1)
    two.town.wait_shown(plain, "AwaitingReply")
    waiting = two.town.story.case(newer)
    assert (waiting.status, waiting.fence, waiting.attempts) == (CaseStatus.OPEN, 0, 0)

    two.up()
    two.town.wait_shown(newer, "AwaitingReply")
    deployments = two.town.pages.deployments(POOL)
    of_run = {case: deployment_of(two.town, case) for case in (newer, plain)}
    assert of_run == {
        newer: deployments["certificate-issuance/v2"]["id"],
        plain: deployments["certificate-issuance/v1"]["id"],
    }
    for case in (newer, plain):  # Side by side, each by its own flow.
        two.town.story.answer(case)
        two.town.wait_shown(case, "Completed")


def deployment_of(town: Town, case: str) -> str:
    """Return the deployment that the case's run belongs to."""
    run_id: UUID | None = town.run_id(case)
    return str(town.pages.run(run_id)["deployment_id"])


@pytest.mark.parametrize("two", [SQLITE], indirect=True)
def test_of_two_workers_one_runs_what_the_scheduler_planned(two: TwoWorkers) -> None:
    two.up()
    pages = two.town.pages
    two.town.asleep()
    deployment = wait_until(lambda: pages.deployments(POOL)["no-silent-case/nightly"]["id"])
    runs = [pages.post(f"/deployments/{deployment}/create_flow_run")["id"] for _ in range(4)]
    wait_until(lambda: all(pages.run(run)["state"]["name"] == "Completed" for run in runs))
    assert [pages.run(run)["run_count"] for run in runs] == [1, 1, 1, 1]


@pytest.mark.parametrize("two", [SQLITE], indirect=True)
def test_a_killed_worker_is_soon_shown_as_offline(two: TwoWorkers) -> None:
    two.up()
    wait_until(lambda: two.shown(two.newer) == "ONLINE")
    two.newer.kill()
    wait_until(lambda: two.shown(two.newer) == "OFFLINE")
    assert two.shown(two.today) == "ONLINE"
