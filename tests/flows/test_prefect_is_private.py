"""Prefect's API listens on this machine only, with a password, and tells nobody anything."""

import httpx
import psutil
import pytest

from cases.vocabulary.errors import SettingsFault
from integrations.prefect_environment import prefect_environment
from integrations.settings import Settings
from tests.flows.prefect_pages import PrefectPages
from tests.processes import PrefectServer

pytestmark = pytest.mark.prefect


@pytest.mark.parametrize("auth", [None, ("hancha", "guess")], ids=["none", "a wrong one"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/flow_runs/filter"),
        ("POST", "/flows/"),
        ("GET", "/admin/settings"),
        ("POST", "/admin/database/clear"),
    ],
    ids=lambda given: given,
)
def test_without_the_password_the_api_refuses(
    prefect_server: PrefectServer, method: str, path: str, auth: tuple[str, str] | None
) -> None:
    answer = httpx.request(method, f"{prefect_server.api}{path}", json={}, auth=auth)
    assert answer.status_code == 401


def test_it_listens_on_loopback_only_and_speaks_to_nobody_else(
    prefect_server: PrefectServer,
) -> None:
    connections = psutil.Process(prefect_server.pid).net_connections("inet")
    listening = [each.laddr for each in connections if each.status == psutil.CONN_LISTEN]
    assert [(each.ip, each.port) for each in listening] == [("127.0.0.1", prefect_server.port)]
    assert {each.raddr.ip for each in connections if each.raddr} <= {"127.0.0.1"}


def test_telemetry_is_off(prefect_server: PrefectServer) -> None:
    pages = PrefectPages(prefect_server)
    settings = pages.get("/admin/settings")
    pages.close()
    assert settings["server"]["analytics_enabled"] is False
    assert prefect_server.environment["DO_NOT_TRACK"] == "1"


def test_its_data_and_password_lie_in_our_folder_for_us_alone(
    prefect_server: PrefectServer,
) -> None:
    home = prefect_server.settings.prefect_home
    assert prefect_server.environment["PREFECT_HOME"] == str(home)
    assert prefect_server.database.is_file()
    assert (home.stat().st_mode & 0o777, (home / "password").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


@pytest.mark.parametrize(
    "address",
    ["http://0.0.0.0:4209/api", "http://192.0.2.7:4209/api", "http://prefect.example/api"],
)
def test_an_address_that_others_can_reach_is_refused(address: str, tmp_path: object) -> None:
    with pytest.raises(SettingsFault, match="on this machine"):
        prefect_environment(Settings(home=tmp_path, prefect_api_url=address))  # type: ignore[arg-type]
