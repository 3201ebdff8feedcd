"""The databases that tests get: each its own, of both kinds, and clean."""

from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from cases.store.tables.all import metadata
from tests.databases import PostgresDatabases, SqliteDatabases, chosen_kinds


def tables(url: str) -> list[str]:
    engine = create_engine(url, poolclass=NullPool)
    return inspect(engine).get_table_names()


def rows(url: str, table: str) -> int:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def run(url: str, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_an_empty_database_has_no_tables(database_url: str, database_kind: str) -> None:
    assert make_url(database_url).get_backend_name() == database_kind
    assert tables(database_url) == []


def test_a_migrated_database_has_the_tables_and_no_rows(migrated_database_url: str) -> None:
    found = tables(migrated_database_url)
    assert set(found) >= set(metadata.tables)
    assert [name for name in metadata.tables if rows(migrated_database_url, name)] == []


def test_what_one_database_is_told_the_next_does_not_know(
    new_database_url: Callable[[], str],
) -> None:
    first = new_database_url()
    run(first, "CREATE TABLE only_here (id INTEGER)")
    assert "only_here" in tables(first)
    assert "only_here" not in tables(new_database_url())


def test_a_database_is_dropped_under_an_open_connection(
    databases: SqliteDatabases | PostgresDatabases,
) -> None:
    url = databases.empty()
    run(url, "CREATE TABLE only_here (id INTEGER)")
    engine = create_engine(url)
    connection = engine.connect()
    databases.drop(url)
    connection.invalidate()
    engine.dispose()
    assert url != databases.empty()


@pytest.mark.parametrize(
    ("setting", "kinds"),
    [
        ("sqlite", ("sqlite",)),
        ("postgresql", ("postgresql",)),
        ("both", ("sqlite", "postgresql")),
    ],
    ids="HANCHA_TEST_DATABASES={}".format,
)
def test_the_variable_chooses_the_kinds(
    setting: str, kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANCHA_TEST_DATABASES", setting)
    assert chosen_kinds() == kinds
