"""Prefect away for a moment, for long, or back with an empty database (design, points 10 and 12).

It is away when the worker starts; each test begins by bringing it to where it wants it.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from cases.vocabulary.status import Awaiting, CaseStatus
from flows import all_flows
from flows.housekeeping import SCHEDULED
from tests.databases import SqliteDatabases
from tests.flows.prefect_pages import PrefectPages
from tests.flows.town import APPLICANT, HOME_OFFICE, Town
from tests.installation import Installation
from tests.processes import PrefectServer, SmtpSink, wait_until

pytestmark = pytest.mark.prefect

PATIENCE_SECONDS = 6.0


@pytest.fixture(scope="module")
def town(
    prefect_server: PrefectServer,
    sqlite: SqliteDatabases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """Give a town whose worker was started while Prefect was away."""
    folder = tmp_path_factory.mktemp("away")
    with ExitStack() as ending:
        sink = SmtpSink(folder / "mail")
        ending.callback(sink.kill)
        sink.start()
        pages = PrefectPages(prefect_server)
        ending.callback(pages.close)
        installation = Installation(
            folder / "home",
            sqlite.migrated(),
            prefect_server,
            sink=sink,
            pool="away",
            prefect_patience_seconds=PATIENCE_SECONDS,
        )
        ending.callback(bring_back, prefect_server)
        ending.callback(lambda: sys.stdout.write(installation.logs()))
        ending.callback(installation.end)
        prefect_server.kill()
        installation.worker(PREFECT_CLIENT_MAX_RETRIES="0").start()
        yield Town(installation, pages)


def bring_back(server: PrefectServer) -> None:
    """Start the server if it is down."""
    if not server.is_running:
        server.start()


def goes_without(town: Town, case: str) -> None:
    """Wait until the case has been advanced though nobody could be told."""
    wait_until(lambda: town.story.case(case).awaiting is Awaiting.REPLY, 120)
    assert town.is_owed(case)


def test_away_from_the_start_cases_go_on_without_it_and_it_is_told_when_it_is_there(
    town: Town, prefect_server: PrefectServer
) -> None:
    prefect_server.kill()
    case = town.story.open()
    goes_without(town, case)
    assert town.mailed(case) == [HOME_OFFICE]
    assert town.run_id(case) is None

    prefect_server.start()
    town.wait_shown(case, "AwaitingReply")
    assert town.shown_date(case) == town.story.case(case).wake_at
    assert town.mailed(case) == [HOME_OFFICE]


def test_away_for_a_moment_cases_wait_and_away_for_long_they_close_without_it(
    town: Town, prefect_server: PrefectServer
) -> None:
    bring_back(prefect_server)
    case = town.asleep()
    run_id = town.run_id(case)
    prefect_server.kill()
    town.story.answer(case)
    killed_at = time.monotonic()
    written = len(town.story.entries(case))
    time.sleep(PATIENCE_SECONDS / 2)
    if time.monotonic() - killed_at < PATIENCE_SECONDS:
        assert len(town.story.entries(case)) == written

    wait_until(lambda: town.story.case(case).status is CaseStatus.CLOSED, 120)
    wait_until(lambda: town.mailed(case) == [HOME_OFFICE, APPLICANT])
    assert town.is_owed(case)

    prefect_server.start()
    town.wait_shown(case, "Completed")
    assert town.run_id(case) == run_id
    assert town.mailed(case) == [HOME_OFFICE, APPLICANT]


def test_back_with_an_empty_database_everything_is_made_anew(
    town: Town, prefect_server: PrefectServer
) -> None:
    bring_back(prefect_server)
    cases = [town.asleep() for _ in range(3)]
    town.pages.set_state(town.run_id(cases[0]), "Cancelling")
    wait_until(lambda: town.story.case(cases[0]).status is CaseStatus.HELD)
    before = {case: town.run_id(case) for case in cases}
    prefect_server.kill()
    prefect_server.forget_everything()
    prefect_server.start()

    for case, name in zip(cases, ("Held", "AwaitingReply", "AwaitingReply"), strict=True):
        wait_until(lambda case=case: town.run_id(case) not in (None, before[case]))
        town.wait_shown(case, name)
        assert town.mailed(case) == [HOME_OFFICE]
    town.story.answer(cases[1])
    town.wait_shown(cases[1], "Completed")
    flows = len(all_flows.CASE_FLOW_MODULES) + len(SCHEDULED)
    wait_until(lambda: len(town.pages.deployments("away")) == flows)
