"""The same flow under Prefect's own process worker: it needs no process of ours."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from cases.vocabulary.status import CaseStatus, Outcome
from tests.architecture.sources import ROOT
from tests.databases import SqliteDatabases
from tests.flows.prefect_pages import PrefectPages
from tests.flows.town import APPLICANT, HOME_OFFICE
from tests.installation import Installation
from tests.outside_world import Power
from tests.processes import PrefectServer, Program, wait_until
from tests.story import Story

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

POOL = "stock"
STOCK_WORKER = ("-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process")


@pytest.fixture
def pages(prefect_server: PrefectServer) -> Iterator[PrefectPages]:
    """Give Prefect's pages."""
    found = PrefectPages(prefect_server)
    yield found
    found.close()


@pytest.fixture
def story(
    prefect_server: PrefectServer,
    pages: PrefectPages,
    sqlite: SqliteDatabases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    """Give a story whose turns a stock worker takes."""
    folder = tmp_path_factory.mktemp("stock")
    with ExitStack() as ending:
        installation = Installation(folder, sqlite.migrated(), prefect_server, pool=POOL)
        ending.callback(installation.end)
        pages.post("/work_pools/", name=POOL, type="process")
        worker = Program("stock-worker", STOCK_WORKER, folder)
        ending.callback(lambda: sys.stdout.write(worker.tail()))
        ending.callback(worker.kill)
        worker.launch(installation.environment())
        yield Story(installation.world, Power())


def test_a_case_lives_under_a_stock_worker(story: Story, pages: PrefectPages) -> None:
    case = story.open()
    run = run_from_deployment(pages, case)
    wait_until(lambda: pages.run(run)["state"]["name"] == "AwaitingDispatch", 120)
    assert story.send() == 1
    story.answer(case)

    pages.set_state(run, "Scheduled")
    wait_until(lambda: pages.run(run)["state"]["name"] == "Completed", 120)
    assert pages.run(run)["run_count"] == 2
    found = story.case(case)
    assert (found.status, found.outcome) == (CaseStatus.CLOSED, Outcome.ANSWERED)
    assert found.lease_holder is None
    story.send()
    assert [envelope.recipient for envelope in story.mail.accepted] == [HOME_OFFICE, APPLICANT]


def run_from_deployment(pages: PrefectPages, case: str) -> str:
    """Deploy the flow as it stands in the checkout, and make a run of it."""
    flow = pages.post("/flows/", name="certificate-issuance")
    deployment = pages.post(
        "/deployments/",
        name="stock",
        flow_id=flow["id"],
        entrypoint="flows/certificate_issuance.py:certificate_issuance",
        path=str(ROOT),
        work_pool_name=POOL,
    )
    made = pages.post(
        f"/deployments/{deployment['id']}/create_flow_run", name=case, parameters={"case": case}
    )
    return str(made["id"])
