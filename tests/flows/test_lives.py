"""Whole lives of cases: a real worker process, a real Prefect server, real mail (design, 8 to 12).

One worker serves all of them; each test has a case of its own, opened on Mon 2026-03-02.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from uuid import UUID

import pytest

from cases.operations import supervision
from cases.vocabulary.status import Awaiting, CaseStatus, Verdict
from flows.worker import WORKER_TYPE
from tests.databases import SqliteDatabases
from tests.flows.prefect_pages import PrefectPages
from tests.flows.town import APPLICANT, HOME_OFFICE, Town
from tests.installation import Installation
from tests.processes import PrefectServer, SmtpSink, wait_until
from tests.story import instant
from tests.world import START

pytestmark = pytest.mark.prefect

POOL = "lives"


@pytest.fixture(scope="module")
def installation(
    prefect_server: PrefectServer,
    sqlite: SqliteDatabases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Installation]:
    """Give an installation with one running worker."""
    folder = tmp_path_factory.mktemp("lives")
    with ExitStack() as ending:
        sink = SmtpSink(folder / "mail")
        ending.callback(sink.kill)
        sink.start()
        url = sqlite.migrated()
        made = Installation(folder / "home", url, prefect_server, sink=sink, pool=POOL)
        ending.callback(made.end)
        made.worker().start()
        yield made


@pytest.fixture
def town(installation: Installation, prefect_server: PrefectServer) -> Iterator[Town]:
    """Give the town on the morning of Mon 2026-03-02."""
    installation.world.clock.at = START
    pages = PrefectPages(prefect_server)
    yield Town(installation, pages)
    pages.close()
    sys.stdout.write(installation.logs())


def test_a_case_is_one_run_from_opening_to_completed(town: Town) -> None:
    case = town.story.open(applicant_name="林小禾")
    town.wait_shown(case, "AwaitingReply")
    run_id = town.run_id(case)
    assert town.shown_date(case) == instant("Tue 2026-03-24 00:00")

    town.story.clock.at = instant("Tue 2026-03-24 09:30")
    wait_until(lambda: town.story.case(case).awaiting is Awaiting.DISPATCH)
    town.story.clock.at = instant("Tue 2026-03-24 16:00")
    town.wait_shown(case, "AwaitingReply")
    assert town.shown_date(case) == instant("Wed 2026-04-01 00:00")  # Five working days more.

    town.story.reply(case)
    town.wait_shown(case, "AwaitingLook")
    assert town.shown_date(case) == instant("Fri 2026-03-27 16:00")
    town.story.review(case, Verdict.COMPLETE)
    town.wait_shown(case, "Completed")

    assert town.run_id(case) == run_id
    (run,) = town.runs_of(case)
    assert (run["name"], run["parameters"]) == (case, {"case": case})
    names = [state["name"] for state in town.pages.history(UUID(run["id"]))]
    shown = [name for name in names if name not in ("Running", "AwaitingEngine")]
    assert shown == [
        "AwaitingDispatch",
        "AwaitingReply",
        "AwaitingDispatch",
        "AwaitingReply",
        "AwaitingLook",
        "Completed",
    ]
    wait_until(lambda: town.mailed(case) == [HOME_OFFICE, HOME_OFFICE, APPLICANT])


def test_nothing_in_prefect_names_a_person(town: Town, prefect_server: PrefectServer) -> None:
    case = town.asleep()
    town.story.answer(case)
    town.wait_shown(case, "Completed")
    run_id = town.run_id(case)
    assert run_id is not None
    everything = f"{town.pages.run(run_id)}{town.pages.history(run_id)}"
    logs = "".join(worker.log.read_text() for worker in town.installation.workers)
    for words in ("林小禾", "110101", "person.example", "户籍"):
        assert words not in everything
        assert words not in logs
        assert words not in prefect_server.log.read_text()


def test_an_accepted_reply_wakes_the_case_within_seconds(town: Town) -> None:
    case = town.asleep()
    town.story.reply(case)
    began = time.monotonic()
    town.story.review(case, Verdict.COMPLETE)
    wait_until(lambda: town.story.case(case).status is CaseStatus.CLOSED, 20)
    town.wait_shown(case, "Completed")
    assert time.monotonic() - began < 30  # It was parked for three weeks.


def test_a_cancelled_run_holds_its_case_and_the_manager_lets_it_go_on(town: Town) -> None:
    case = town.asleep()
    first = town.run_id(case)
    town.pages.set_state(first, "Cancelling")
    wait_until(lambda: town.story.case(case).status is CaseStatus.HELD)
    assert town.story.stands(case) == "release by manager:XQ on Mon 2026-03-02"
    town.story.clock.at = instant("Tue 2026-03-31 16:00")
    time.sleep(1)
    assert town.mailed(case) == [HOME_OFFICE]
    town.story.clock.at = START
    town.story.act("wu", supervision.release, case, "it was a mistake")
    wait_until(lambda: town.run_id(case) not in (None, first))
    town.wait_shown(case, "AwaitingReply")
    assert {run["state"]["name"] for run in town.runs_of(case)} == {
        "AwaitingReply",
        "Cancelled",
    }
    assert town.mailed(case) == [HOME_OFFICE]


def test_a_run_rescheduled_to_now_wakes_its_case_and_is_parked_at_the_true_date_again(
    town: Town,
) -> None:
    case = town.asleep()
    run_id, true_date = town.run_id(case), town.shown_date(case)
    fence = town.story.case(case).fence
    town.pages.set_state(run_id, "Scheduled")
    wait_until(lambda: town.story.case(case).fence > fence)
    town.wait_shown(case, "AwaitingReply")
    assert town.shown_date(case) == true_date
    log = town.installation.workers[0].log.read_text()
    assert log.count(f"{case} was rescheduled in Prefect and is woken") == 1


def test_nobody_is_woken_without_a_reason(town: Town) -> None:
    cases = [town.asleep() for _ in range(3)]
    fences = [town.story.case(case).fence for case in cases]
    time.sleep(10)  # Ten polls of Prefect, fifty of the database, one sweep.
    assert [town.story.case(case).fence for case in cases] == fences
    log = town.installation.workers[0].log.read_text()
    assert not [case for case in cases if f"{case} was rescheduled" in log]


def test_a_deleted_run_is_made_anew_and_the_case_goes_on(town: Town) -> None:
    case = town.asleep()
    first = town.run_id(case)
    town.pages.delete(f"/flow_runs/{first}")
    wait_until(lambda: town.run_id(case) not in (None, first))
    town.wait_shown(case, "AwaitingReply")
    town.story.answer(case)
    town.wait_shown(case, "Completed")
    assert town.mailed(case)[:1] == [HOME_OFFICE]
    assert len(town.runs_of(case)) == 1


def test_a_deleted_deployment_is_made_anew(town: Town) -> None:
    sleeping = town.asleep()
    deployment = town.pages.deployments(POOL)["certificate-issuance/v1"]["id"]
    town.pages.delete(f"/deployments/{deployment}")
    new = town.asleep()
    found = town.pages.deployments(POOL)["certificate-issuance/v1"]["id"]
    assert found != deployment
    for case in (sleeping, new):
        town.story.answer(case)
        town.wait_shown(case, "Completed")


def test_a_deleted_pool_is_made_anew_with_its_deployments(town: Town) -> None:
    case = town.asleep()
    before = town.pages.deployments(POOL).keys()
    town.pages.delete(f"/work_pools/{POOL}")
    wait_until(lambda: town.pages.deployments(POOL).keys() == before, what="they are back")
    town.story.answer(case)
    town.wait_shown(case, "Completed")


def test_a_paused_pool_rests(town: Town) -> None:
    case = town.asleep()
    town.pages.pause_pool(POOL, True)
    time.sleep(2.5)  # The worker asks every 0.8 s whether it is paused.
    town.story.answer(case)
    written = len(town.story.entries(case))
    time.sleep(2)
    resting = town.story.case(case).status, len(town.story.entries(case))
    town.pages.pause_pool(POOL, False)
    assert resting == (CaseStatus.OPEN, written)
    town.wait_shown(case, "Completed")


def test_prefect_shows_the_worker_as_online(town: Town) -> None:
    town.asleep()
    assert town.pages.get(f"/work_pools/{POOL}")["type"] == WORKER_TYPE
    online = wait_until(lambda: online_workers(town.pages))
    assert len(online) == 1
    heard = datetime.fromisoformat(online[0]["last_heartbeat_time"])
    assert (datetime.now(UTC) - heard).total_seconds() < 60


@pytest.mark.parametrize("flow", ["no-silent-case", "journal-checkpoint", "sweep-documents"])
def test_the_scheduler_plans_housekeeping_and_what_is_due_is_run(town: Town, flow: str) -> None:
    town.asleep()
    deployment = town.pages.deployments(POOL)[f"{flow}/nightly"]
    assert [each["schedule"]["timezone"] for each in deployment["schedules"]] == ["Asia/Shanghai"]
    planned = wait_until(lambda: planned_runs(town.pages, deployment["id"]))
    run = planned[0]["id"]
    town.pages.set_state(run, "Scheduled")
    wait_until(lambda: town.pages.run(run)["state"]["name"] == "Completed")
    assert town.pages.run(run)["run_count"] == 1


def online_workers(pages: PrefectPages) -> list[dict[str, str]]:
    """Return the workers that Prefect believes to be there."""
    return [each for each in pages.workers(POOL) if each["status"] == "ONLINE"]


def planned_runs(pages: PrefectPages, deployment: str) -> list[dict[str, str]]:
    """Return the runs that Prefect's scheduler made by itself."""
    found = pages.post(
        "/flow_runs/filter",
        flow_runs={
            "deployment_id": {"any_": [deployment]},
            "state": {"type": {"any_": ["SCHEDULED"]}},
        },
        sort="EXPECTED_START_TIME_ASC",
    )
    return [run for run in found if run["auto_scheduled"]]
