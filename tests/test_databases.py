"""The databases that tests get: each its own, of both kinds, and clean."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tests.databases import chosen_kinds


def tables(url: str) -> list[str]:
    engine = create_engine(url, poolclass=NullPool)
    return inspect(engine).get_table_names()


def run(url: str, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_an_empty_database_has_no_tables(database_url: str, database_kind: str) -> None:
    assert make_url(database_url).get_backend_name() == database_kind
    assert tables(database_url) == []


def test_a_migrated_database_has_the_tables_and_no_rows(migrated_database_url: str) -> None:
    assert "cases" in tables(migrated_database_url) or "case" in tables(migrated_database_url)


def test_what_one_database_is_told_the_next_does_not_know(
    new_database_url: Callable[[], str],
) -> None:
    first = new_database_url()
    run(first, "CREATE TABLE only_here (id INTEGER)")
    assert "only_here" in tables(first)
    assert "only_here" not in tables(new_database_url())


def test_a_database_is_dropped_under_an_open_connection(
    database_kind: str, request: pytest.FixtureRequest
) -> None:
    if database_kind == "sqlite":
        databases = request.getfixturevalue("sqlite")
    else:
        databases = request.getfixturevalue("postgres")
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
