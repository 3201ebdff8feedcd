"""The database: its engine, reading, and `transaction()`, the only place that commits."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, create_engine

from cases.store.tables import all as every_table
from cases.vocabulary.errors import DiskFault, StoreUnavailable

#: A table that nobody has imported cannot be found by those that point to it.
assert every_table.metadata
BUSY_TIMEOUT_MS = 5_000
_REHEARSAL = "rehearsal"
BEGIN_TRIES = 4  #: Each waits up to the busy timeout for another writer.


def _nothing(_point: str) -> None:
    return


class Database:
    """One database by URL: SQLite by default, PostgreSQL (`postgresql+psycopg://`) by choice."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        reached: Callable[[str], None] = _nothing,
    ) -> None:
        self.url = url
        self._reached = reached  #: Told before and after each commit; tests stop there.
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url, pool_size) if self.is_sqlite else _engine(url, pool_size)
        self._readers = _readers(self.engine)

    @contextmanager
    def transaction(self, what: str) -> Iterator[Session]:
        """Give a session whose work is committed whole on leaving, or not at all.

        `what` names the transaction for whoever watches.
        Raises StoreUnavailable when the database is locked or gone, DiskFault when it is full.
        """
        with _faults_named(), Session(self.engine, expire_on_commit=False) as session:
            _begin(session)
            yield session
            session.flush()
            self._reached(f"{what}:before-commit")
            session.commit()
            self._reached(f"{what}:after-commit")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one consistent state and takes no write lock."""
        with _faults_named(), Session(self._readers, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


@contextmanager
def rehearsal(session: Session) -> Iterator[None]:
    """Undo in the end what is done inside; the transaction goes on as it was before.

    What would only be undone can be left out inside: `is_rehearsal` says so.
    """
    savepoint = session.begin_nested()
    session.info[_REHEARSAL] = True
    try:
        yield
    finally:
        del session.info[_REHEARSAL]
        savepoint.rollback()


def is_rehearsal(session: Session) -> bool:
    """Whether all of this will be undone."""
    return _REHEARSAL in session.info


def _engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # By default PostgreSQL waits for ever for a lock that a stuck process holds. SQLite
        # waits as long as this before it gives up.
        was, connection.autocommit = connection.autocommit, True
        connection.execute(f"SET lock_timeout = {BUSY_TIMEOUT_MS * BEGIN_TRIES}")
        connection.autocommit = was

    return engine


def _sqlite_engine(url: str, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin_transaction(connection: Connection) -> None:
        # A deferred BEGIN fails at the first write when another writer came in between;
        # IMMEDIATE queues at the start, where waiting is harmless.
        is_reader = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")

    return engine


def _readers(engine: Engine) -> Engine:
    """Return the engine as readers use it."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(read_only=True)
    # By itself PostgreSQL would show each statement a state of its own.
    return engine.execution_options(isolation_level="REPEATABLE READ")


def _begin(session: Session) -> None:
    for attempt in range(1, BEGIN_TRIES + 1):
        try:
            session.connection()
        except OperationalError as fault:
            session.rollback()
            if attempt == BEGIN_TRIES or "locked" not in str(fault.orig):
                raise
            time.sleep(0.02 * attempt)
        else:
            return


@contextmanager
def _faults_named() -> Iterator[None]:
    try:
        yield
    except OperationalError as fault:
        words = str(fault.orig).strip().splitlines()[0]
        if "disk is full" in words or "No space left" in words:
            raise DiskFault(f"the database cannot be written: {words}") from fault
        raise StoreUnavailable(f"the database does not answer: {words}") from fault
    except DBAPIError as fault:
        if not fault.connection_invalidated:
            raise
        raise StoreUnavailable("the connection to the database was lost") from fault
