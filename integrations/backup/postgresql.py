"""A PostgreSQL database for a backup: one COPY a table within one snapshot, without pg_dump."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import inspect, select, text
from sqlmodel import Session

from cases.store import migrate
from cases.store.session import Database
from cases.store.tables.all import metadata
from cases.vocabulary.errors import DiskFault, InvalidValue, StoreUnavailable
from integrations.backup.manifest import DATABASE_FOLDER, Manifest

_BLOCK = 1 << 16

#: So that the files say the same whatever the server's own settings are.
_PLAIN = text(
    "SELECT set_config('DateStyle', 'ISO', true), set_config('TimeZone', 'UTC', true),"
    " set_config('client_encoding', 'UTF8', true)"
)


@contextmanager
def snapshot(database: Database, folder: Path) -> Iterator[Session]:
    """Copy every table into the folder and give a session that sees the same state.

    Raises StoreUnavailable.
    """
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with (
        database.engine.connect().execution_options(**options) as connection,
        Session(connection) as session,
    ):
        session.execute(_PLAIN)
        (folder / DATABASE_FOLDER).mkdir(mode=0o700)
        try:
            for table in metadata.sorted_tables:
                columns = [column.name for column in table.columns]
                _copy_out(session, table.name, columns, folder)
        except psycopg.Error as fault:
            raise StoreUnavailable(f"the database cannot be copied: {fault}") from fault
        yield session


def require_empty(database: Database) -> None:
    """Raise InvalidValue when a table of ours holds a row."""
    with database.reading() as session:
        there = set(inspect(session.connection()).get_table_names())
        for table in metadata.sorted_tables:
            if table.name in there and session.execute(select(table).limit(1)).first():
                raise InvalidValue(
                    "the database is not empty; restore into an empty one, or drop its tables"
                )


@contextmanager
def put_back(source: Path, database: Database, manifest: Manifest) -> Iterator[Session]:
    """Fill the empty database and give its session; all of it is committed on leaving, or nothing.

    Raises StoreUnavailable, DiskFault.
    """
    migrate.upgrade(database.url, manifest.revision)
    with database.transaction("restore") as session:
        session.execute(_PLAIN)
        try:
            for table in manifest.tables:
                _copy_in(session, table.name, table.columns, source)
        except psycopg.Error as fault:
            words = str(fault).strip().partition("\n")[0]
            raise StoreUnavailable(f"the database refused the backup: {words}") from fault
        yield session
    migrate.upgrade(database.url)


def _copy_out(session: Session, table: str, columns: list[str], folder: Path) -> None:
    path = _file(folder, table)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        open(descriptor, "wb") as file,
        _cursor(session) as cursor,
        cursor.copy(_statement(table, columns, "TO STDOUT")) as copy,
    ):
        for block in copy:
            file.write(block)


def _copy_in(session: Session, table: str, columns: tuple[str, ...], source: Path) -> None:
    try:
        file = _file(source, table).open("rb")
    except OSError as fault:
        raise DiskFault(f"{_file(source, table)} cannot be read: {fault.strerror}") from fault
    with (
        file,
        _cursor(session) as cursor,
        cursor.copy(_statement(table, columns, "FROM STDIN")) as copy,
    ):
        while block := file.read(_BLOCK):
            copy.write(block)


def _cursor(session: Session) -> Any:
    """Return a cursor of the driver, in the session's transaction."""
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.cursor()


def _statement(
    table: str, columns: list[str] | tuple[str, ...], which: str
) -> psycopg.sql.Composed:
    names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    return psycopg.sql.SQL("COPY {} ({}) " + which).format(psycopg.sql.Identifier(table), names)


def _file(folder: Path, table: str) -> Path:
    return folder / DATABASE_FOLDER / f"{table}.copy"
