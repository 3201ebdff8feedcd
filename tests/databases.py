"""Databases for tests: empty or migrated, on SQLite and PostgreSQL, ready within milliseconds."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from cases.store import migrate
from tests.postgres_server import PostgresServer

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KINDS = {"sqlite": (SQLITE,), "postgresql": (POSTGRESQL,), "both": (SQLITE, POSTGRESQL)}


def chosen_kinds() -> Sequence[str]:
    """Return the databases that HANCHA_TEST_DATABASES names; both by default."""
    return KINDS[os.environ.get("HANCHA_TEST_DATABASES", "both")]


class SqliteDatabases:
    """Files; the migrated ones are copies of a first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._template: Path | None = None

    def empty(self) -> str:
        """Return the URL of a file that does not exist yet."""
        return _sqlite_url(self._next_file())

    def migrated(self) -> str:
        """Return the URL of a database of today's schema without rows."""
        if self._template is None:
            first = self._next_file()
            migrate.upgrade(_sqlite_url(first))
            _empty_write_ahead_log(first)
            self._template = first
        copy = self._next_file()
        shutil.copyfile(self._template, copy)
        return _sqlite_url(copy)

    def copy(self, url: str) -> str:
        """Return the URL of a copy of a database that nobody has open."""
        _empty_write_ahead_log(Path(_name(url)))
        copy = self._next_file()
        shutil.copyfile(_name(url), copy)
        return _sqlite_url(copy)

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for ending in ("", "-wal", "-shm"):
            Path(_name(url) + ending).unlink(missing_ok=True)

    def _next_file(self) -> Path:
        self._made += 1
        return self._folder / f"hancha-{self._made}.db"


class PostgresDatabases:
    """Databases on one server; the migrated ones are clones of a template."""

    def __init__(self, server: PostgresServer) -> None:
        self._folder = server.folder
        self._connection = psycopg.connect(
            host=str(self._folder), user="hancha", dbname="postgres", autocommit=True
        )
        self._made = 0
        self._template: str | None = None

    def empty(self) -> str:
        """Return the URL of a new database without tables."""
        return self._create("template1")

    def migrated(self) -> str:
        """Return the URL of a database of today's schema without rows."""
        if self._template is None:
            first = self.empty()
            migrate.upgrade(first)
            self._template = _name(first)
        return self._create(self._template)

    def copy(self, url: str) -> str:
        """Return the URL of a copy of a database that nobody has open."""
        return self._create(_name(url))

    def drop(self, url: str) -> None:
        """Drop the database, whoever is still connected."""
        self._execute("DROP DATABASE {} WITH (FORCE)", _name(url))

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()

    def _create(self, template: str) -> str:
        self._made += 1
        name = f"hancha_{self._made}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self._url(name)

    def _execute(self, statement: str, *names: str) -> None:
        identifiers = [sql.Identifier(name) for name in names]
        self._connection.execute(sql.SQL(statement).format(*identifiers))

    def _url(self, name: str) -> str:
        url = URL.create(
            "postgresql+psycopg",
            username="hancha",
            database=name,
            query={"host": str(self._folder)},
        )
        return url.render_as_string(hide_password=False)


def _name(url: str) -> str:
    return make_url(url).database or ""


def _sqlite_url(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


def _empty_write_ahead_log(path: Path) -> None:
    """Move what still stands in the -wal file into the database, so that one file is all."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
