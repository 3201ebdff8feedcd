"""One Prefect server for the tests of this folder, shared because it takes seconds to start."""

import sys
import threading
from collections.abc import Iterator

import pytest
from prefect.events.worker import EventsWorker
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from tests.databases import SqliteDatabases
from tests.flows.contract_desk import at_the_desk
from tests.flows.engine_room import Perform, Scene, play
from tests.processes import PrefectServer
from tests.settled_worlds import SettledWorlds, story, worlds, worlds_by_kind

__all__ = ["at_the_desk", "story", "worlds", "worlds_by_kind"]

#: Prefect's own marking of late runs is off in an installation; here it shows what it would do.
#: What watches over workers is on, and looks more often than usual.
SERVICES = {
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "3",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "true",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "2",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1",
}


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """Give a running server; a test that stops it starts it again."""
    server = PrefectServer(tmp_path_factory.mktemp("prefect"), **SERVICES)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        sys.stdout.write(server.tail())


@pytest.fixture(scope="module", autouse=True)
def nothing_of_prefect_goes_on() -> Iterator[None]:
    """End Prefect's events thread after each module.

    Its websocket pings draw from the shared `random`, which Hypothesis, should a property test
    come next in this process, rightly takes for a strategy that depends on the outside.
    """
    yield
    EventsWorker.drain_all(timeout=10, at_exit=False)
    assert not [each for each in threading.enumerate() if "EventsWorker" in each.name]


@pytest.fixture
def prefect_api(prefect_server: PrefectServer) -> Iterator[PrefectServer]:
    """Let Prefect's clients in the test's own process talk to the server."""
    ours = {
        PREFECT_API_URL: prefect_server.api,
        PREFECT_API_AUTH_STRING: prefect_server.password,
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(ours):
        yield prefect_server


@pytest.fixture(scope="session")
def sqlite_worlds(
    sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> SettledWorlds:
    """Give a maker of stories on SQLite; what differs on PostgreSQL, `test_workers` shows."""
    return SettledWorlds(sqlite, tmp_path_factory.mktemp("worlds"))


@pytest.fixture
def perform(sqlite_worlds: SettledWorlds, prefect_api: PrefectServer) -> Perform:
    """Give a function that plays a scene in the engine room, with a story of its own."""

    def in_a_new_world(scene: Scene) -> None:
        with sqlite_worlds.story() as begun:
            play(begun, prefect_api, scene)

    return in_a_new_world
