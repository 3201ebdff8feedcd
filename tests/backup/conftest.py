"""A settled office, and an empty place on the same kind of database to restore into."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integrations.settings import Settings
from integrations.wiring import House, build
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.settled_worlds import story, worlds, worlds_by_kind
from tests.world import World, build_world

__all__ = ["empty_house", "story", "world", "worlds", "worlds_by_kind"]


@pytest.fixture
def world(databases: SqliteDatabases | PostgresDatabases, tmp_path: Path) -> Iterator[World]:
    url = databases.migrated()
    world = build_world(url, tmp_path / "home")
    yield world
    world.house.database.close()
    databases.drop(url)


@pytest.fixture
def empty_house(
    databases: SqliteDatabases | PostgresDatabases, tmp_path: Path
) -> Iterator[Callable[[], House]]:
    """Give a function that makes an empty installation, its database without a table."""
    made: list[House] = []

    def make() -> House:
        home = tmp_path / f"home-{len(made) + 2}"
        made.append(build(Settings(home=home, database_url=databases.empty())))
        return made[-1]

    yield make
    for house in made:
        house.database.close()
        databases.drop(house.database.url)
