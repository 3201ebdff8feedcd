"""Two neighbours for each test, on copies of worlds that were settled once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import SettledInstallations
from tests.databases import SqliteDatabases
from tests.exchange.neighbours import Neighbours, neighbours


@pytest.fixture(scope="session")
def settled(
    sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> SettledInstallations:
    """Give a maker of installations on SQLite; the exchange asks nothing of one database."""
    return SettledInstallations(sqlite, tmp_path_factory.mktemp("neighbours"))


@pytest.fixture
def two(settled: SettledInstallations, tmp_path: Path) -> Iterator[Neighbours]:
    """Give two installations that know each other."""
    with neighbours(settled, tmp_path) as made:
        yield made
