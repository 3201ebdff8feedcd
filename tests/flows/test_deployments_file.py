"""`prefect.yaml` says what the worker registers by itself, so that either may be used."""

from typing import Any

import pytest
import yaml

from flows import all_flows
from flows.case_flow import released
from flows.housekeeping import SCHEDULED
from integrations.deployments import CASE_TAG, HOUSEKEEPING_TAG
from integrations.settings import Settings
from tests.architecture.sources import ROOT

POOL = Settings().prefect_pool


@pytest.fixture
def deployments() -> dict[str, dict[str, Any]]:
    """Give the deployments of the file by entrypoint."""
    content = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    found = {each["entrypoint"]: each for each in content["deployments"]}
    assert len(found) == len(content["deployments"])
    return found


def of_today(module: str) -> bool:
    return module in {each.__name__ for each in all_flows.CASE_FLOW_MODULES}


def test_each_case_flow_and_each_scheduled_flow_has_one_deployment(
    deployments: dict[str, dict[str, Any]],
) -> None:
    flows = [each for each in released().values() if of_today(each.body.__module__)]
    expected = {
        each.entry.entrypoint: {
            "name": each.entry.deployment,
            "version": str(each.version),
            "tags": [CASE_TAG],
            "work_pool": {"name": POOL},
        }
        for each in flows
    }
    for each in SCHEDULED:
        schedule = {"cron": each.entry.cron, "timezone": each.entry.zone}
        expected[each.entry.entrypoint] = {
            "name": "nightly",
            "tags": [HOUSEKEEPING_TAG],
            "schedules": [schedule],
            "work_pool": {"name": POOL},
        }
    words = ("description", "entrypoint")
    said = {
        entrypoint: {key: value for key, value in each.items() if key not in words}
        for entrypoint, each in deployments.items()
    }
    assert said == expected


def test_each_entrypoint_names_the_flow_that_is_registered_under_it(
    deployments: dict[str, dict[str, Any]],
) -> None:
    for entrypoint in deployments:
        file, _, name = entrypoint.partition(":")
        assert f"def {name}(" in (ROOT / file).read_text("utf-8")
    for flow in SCHEDULED:
        assert flow.flow.name == flow.entry.name
