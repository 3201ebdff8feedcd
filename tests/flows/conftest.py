"""One Prefect server for the tests of this folder, shared because it takes seconds to start."""

import sys
from collections.abc import Iterator

import pytest

from tests.processes import PrefectServer

#: Prefect's own marking of late runs is off in an installation; here it shows what it would do.
LATE_RUNS = {
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "true",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1",
}


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """Give a running server; a test that stops it starts it again."""
    server = PrefectServer(tmp_path_factory.mktemp("prefect"), **LATE_RUNS)
    server.start()
    yield server
    server.kill()
    sys.stdout.write(server.tail())
