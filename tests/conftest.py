"""What every test may ask for: databases of both kinds, and a Prefect that is not the user's."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator

import hypothesis
import pytest

from tests.databases import POSTGRESQL, PostgresDatabases, SqliteDatabases, chosen_kinds
from tests.postgres_server import PostgresMissing, PostgresServer
from tests.skips import SkipsFailUnderCI, under_ci

# No test measures time, and a slow machine must not turn a property red.
hypothesis.settings.register_profile("hancha", deadline=None)
hypothesis.settings.load_profile("hancha")

PREFECT_HOME = pytest.StashKey[str]()
LONGEST_FIRST = ("faults", "prefect")  #: Marks of the files that take longest.


def pytest_configure(config: pytest.Config) -> None:
    """Turn Prefect away from the user's own home and server, before anything imports it."""
    if under_ci():
        config.pluginmanager.register(SkipsFailUnderCI())
    home = tempfile.mkdtemp(prefix="hancha-prefect-")
    config.stash[PREFECT_HOME] = home
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    os.environ.update(PREFECT_HOME=home, PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left with it alone in the end."""

    def place(item: pytest.Item) -> int:
        marks = [at for at, mark in enumerate(LONGEST_FIRST) if item.get_closest_marker(mark)]
        return min(marks, default=len(LONGEST_FIRST))

    items.sort(key=place)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove Prefect's home."""
    shutil.rmtree(config.stash[PREFECT_HOME], ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabases]:
    """Databases on a PostgreSQL server of this test process."""
    try:
        server = PostgresServer()
    except PostgresMissing as reason:
        pytest.skip(str(reason))
    databases = PostgresDatabases(server)
    yield databases
    databases.close()
    server.stop()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """Databases in files of this test process."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=chosen_kinds())
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once on each kind of database."""
    return str(request.param)


@pytest.fixture
def databases(
    database_kind: str, request: pytest.FixtureRequest
) -> SqliteDatabases | PostgresDatabases:
    """Give the databases of the kind under test; PostgreSQL starts only when a test asks."""
    name = "postgres" if database_kind == POSTGRESQL else "sqlite"
    found = request.getfixturevalue(name)
    assert isinstance(found, SqliteDatabases | PostgresDatabases)
    return found


@pytest.fixture
def new_database_url(
    databases: SqliteDatabases | PostgresDatabases,
) -> Iterator[Callable[[], str]]:
    """Give a function that makes another migrated database, for tests that need several."""
    made: list[str] = []

    def make() -> str:
        made.append(databases.migrated())
        return made[-1]

    yield make
    for url in made:
        databases.drop(url)


@pytest.fixture
def database_url(databases: SqliteDatabases | PostgresDatabases) -> Iterator[str]:
    """Give the URL of an empty database."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture
def migrated_database_url(new_database_url: Callable[[], str]) -> str:
    """Give the URL of a database of today's schema without rows."""
    return new_database_url()
