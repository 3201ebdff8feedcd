"""A SQLite database for a backup: copied while others write, and put back."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from cases.store import migrate
from cases.store.session import Database
from cases.vocabulary.errors import DiskFault, InvalidValue, StoreUnavailable
from integrations.backup.manifest import DATABASE_FILE
from integrations.durable_files import sync_folder

COMPANIONS = ("-wal", "-shm")


def file_of(url: str) -> Path:
    """Return the file of a SQLite URL."""
    return Path(make_url(url).database or "")


def require_empty(url: str) -> None:
    """Raise InvalidValue when there is a database, or a part of one.

    SQLite would play a log that was left behind into whatever database it finds beside it.
    """
    file = file_of(url)
    for part in (file, *(file.with_name(file.name + each) for each in COMPANIONS)):
        if part.exists():
            raise InvalidValue(
                f"{part} exists; restore into an empty folder, or move the database away, "
                f"with {' and '.join(COMPANIONS)}"
            )


@contextmanager
def snapshot(database: Database, folder: Path) -> Iterator[Session]:
    """Copy the database into the folder and give a session on the copy.

    SQLite's own backup reads one consistent state; in WAL mode writers go on meanwhile.
    Raises StoreUnavailable.
    """
    copy = folder / DATABASE_FILE
    source = file_of(database.url)
    try:
        with closing(_opened(source, "mode=ro")) as live, closing(sqlite3.connect(copy)) as new:
            live.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # One file, without companions.
    except sqlite3.Error as fault:
        raise StoreUnavailable(f"the database {source} cannot be copied: {fault}") from fault
    copy.chmod(0o600)
    with reading(copy) as session:
        yield session


@contextmanager
def reading(file: Path) -> Iterator[Session]:
    """Give a session on a database that nobody writes; leaves nothing beside the file."""
    engine = create_engine(
        "sqlite://", creator=lambda: _opened(file, "mode=ro&immutable=1"), poolclass=NullPool
    )
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def flaws_of(file: Path) -> list[str]:
    """Return what SQLite finds wrong with a file; empty when it is whole."""
    try:
        with closing(_opened(file, "mode=ro&immutable=1")) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    except sqlite3.Error as fault:
        return [f"the database cannot be opened: {fault}"]
    return [] if found == ["ok"] else [f"the database is damaged: {each}" for each in found]


@contextmanager
def put_back(source: Path, url: str) -> Iterator[Database]:
    """Give the restored database for its last changes; it takes its place on leaving, whole.

    Raises DiskFault, StoreUnavailable.
    """
    target = file_of(url)
    draft = target.with_name(f"{target.name}.restoring")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in target.parent.glob(f"{draft.name}*"):
            old.unlink()
        shutil.copyfile(source / DATABASE_FILE, draft)
        draft.chmod(0o600)
    except OSError as fault:
        raise DiskFault(f"{draft} cannot be written: {fault.strerror}") from fault
    draft_url = URL.create("sqlite", database=str(draft)).render_as_string()
    migrate.upgrade(draft_url)
    database = Database(draft_url)
    try:
        yield database
    finally:
        database.close()
    _take_its_place(draft, target)


def _take_its_place(draft: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(draft)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # Its companions go.
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.rename(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as fault:
        raise DiskFault(f"{target} cannot be written: {fault}") from fault


def _opened(file: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?{how}", uri=True, check_same_thread=False)
