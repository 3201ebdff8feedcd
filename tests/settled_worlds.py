"""Settled worlds, ready within milliseconds: copies of one that was settled once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from cases.store import case_types
from cases.store.session import Database
from cases.store.tables.all import metadata
from integrations.letters.printer import TypstPrinter
from integrations.settings import Settings
from integrations.wiring import House
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.outside_world import GlassSafe, KeptDocuments, Power
from tests.story import Story
from tests.world import SetClock, World, settle_in

Databases = SqliteDatabases | PostgresDatabases
#: What a test may write to; one of them pretends that the schema is of another version.
TABLES = [*metadata.tables, "alembic_version"]


@lru_cache(maxsize=1)
def printer() -> TypstPrinter:
    """Return the real printer; one serves every world of this process."""
    return TypstPrinter()


def remember(url: str) -> None:
    """Keep what is in the tables now in a schema beside them, for `settle_anew`."""
    tables = "".join(f"CREATE TABLE settled.{name} AS TABLE public.{name};" for name in TABLES)
    _run(url, f"CREATE SCHEMA settled; {tables}")


def settle_anew(url: str) -> None:
    """Put back into every table what was remembered, and nothing else."""
    emptied = "".join(f"DELETE FROM public.{name};" for name in TABLES)
    filled = "".join(f"INSERT INTO public.{name} TABLE settled.{name};" for name in TABLES)
    # Without its triggers no foreign key asks for an order among the tables.
    _run(url, f"SET session_replication_role = replica; {emptied} {filled}")
    case_types._read.clear()  # It is another database under the same address.


def _run(url: str, statements: str) -> None:
    given = make_url(url)
    with psycopg.connect(
        host=str(given.query["host"]), user=given.username, dbname=given.database
    ) as connection:
        connection.execute(statements.encode())


class SettledWorlds:
    """Makes stories on one kind of database, each in a world of its own."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases, self._folder = databases, folder
        self._template: str | None = None
        self._free: list[str] = []  #: PostgreSQL clones that are settled anew.

    @contextmanager
    def story(self, **settings: object) -> Iterator[Story]:
        """Give a story that begins on Mon 2026-03-02, 09:00 in China."""
        url = self._free.pop() if self._free else self._databases.copy(self._settled())
        power = Power()
        database = Database(url, reached=power.reached)
        try:
            yield Story(self._world(database, settings), power)
        finally:
            database.close()
            self._clear_away(url)

    def _clear_away(self, url: str) -> None:
        """Drop a file; settle a PostgreSQL database anew, which is quicker than another clone."""
        if isinstance(self._databases, SqliteDatabases):
            self._databases.drop(url)
            return
        settle_anew(url)
        self._free.append(url)

    def _settled(self) -> str:
        if self._template is None:
            self._template = self._databases.migrated()
            database = Database(self._template)
            settle_in(database)
            database.close()
            if isinstance(self._databases, PostgresDatabases):
                remember(self._template)
        return self._template

    def _world(self, database: Database, settings: dict[str, object]) -> World:
        clock = SetClock()
        house = House(
            settings=Settings(home=self._folder, database_url=database.url, **settings),  # type: ignore[arg-type]
            database=database,
            clock=clock,
            printer=printer(),
            documents=KeptDocuments(),
            safe=GlassSafe(),
        )
        return World(house, clock)


@pytest.fixture(scope="session")
def worlds_by_kind() -> dict[type[Databases], SettledWorlds]:
    """Remember what was settled on each kind of database."""
    return {}


@pytest.fixture
def worlds(
    databases: Databases,
    worlds_by_kind: dict[type[Databases], SettledWorlds],
    tmp_path_factory: pytest.TempPathFactory,
) -> SettledWorlds:
    """Give a maker of stories, for tests that live several."""
    kind = type(databases)
    if kind not in worlds_by_kind:
        worlds_by_kind[kind] = SettledWorlds(databases, tmp_path_factory.mktemp("worlds"))
    return worlds_by_kind[kind]


@pytest.fixture
def story(worlds: SettledWorlds) -> Iterator[Story]:
    """Give one story in the synthetic world."""
    with worlds.story() as begun:
        yield begun
