"""The installation as a command finds it: its settings, its database, its clock.

Lighter than the whole `House`: most commands print no letter and send no mail.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Session

from cases.ports import Clock
from cases.store import cases, offices, schema
from cases.store.session import Database, rehearsal
from cases.store.tables.case import Case
from cases.vocabulary.errors import SettingsFault, StoreUnavailable
from cases.vocabulary.values import Actor
from integrations.cli.lazy import fetch
from integrations.clock import clock_of
from integrations.crash_points import crash_at
from integrations.settings import Settings, read_settings

if TYPE_CHECKING:
    from integrations.documents.encrypted import EncryptedDocuments
    from integrations.documents.protection import Protection


@dataclass(frozen=True, slots=True)
class OnCase:
    """One act on one case, in its transaction, the case's row locked."""

    session: Session
    actor: Actor
    case: Case
    now: datetime


@dataclass(frozen=True)
class Premises:
    """Where commands work."""

    settings: Settings
    database: Database
    clock: Clock

    @cached_property
    def protection(self) -> "Protection":
        """The keys, and the safe of person numbers; most commands need no cryptography."""
        protection: Protection = fetch("protected:protection_of")(self.settings, self.database)
        return protection

    @property
    def documents(self) -> "EncryptedDocuments":
        """The documents of all cases."""
        return self.protection.documents

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only reads. Raises StoreUnavailable."""
        with faults_named(), self.database.reading() as session:
            yield session

    @contextmanager
    def transaction(self, what: str) -> Iterator[Session]:
        """Give a session whose work is committed whole. Raises StoreUnavailable, DiskFault."""
        with faults_named(), self.database.transaction(what) as session:
            yield session


@contextmanager
def opened() -> Iterator[Premises]:
    """Give the installation, its schema checked.

    Raises SettingsFault, or StoreUnavailable when the database is missing, locked, gone or of
    another schema.
    """
    with unchecked() as premises:
        require_there(premises.settings)
        with faults_named():
            schema.require_newest(premises.database)
        yield premises


@contextmanager
def unchecked() -> Iterator[Premises]:
    """Give the installation, whatever state its database is in. Raises SettingsFault."""
    settings = read_settings()
    database = open_database(settings)
    try:
        yield Premises(settings, database, clock_of(settings.clock))
    finally:
        database.close()


@contextmanager
def acting(
    login: str, what: str, *, is_rehearsal: bool = False
) -> Iterator[tuple[Premises, Session, Actor]]:
    """Give a transaction in which somebody acts, or only tries what would happen.

    Raises UnknownPerson.
    """
    with (
        opened() as premises,
        premises.transaction(what) as session,
        rehearsal(session) if is_rehearsal else nullcontext(),
    ):
        yield premises, session, offices.actor_by_login(session, login)


@contextmanager
def acting_on(reference: str, login: str, what: str) -> Iterator[OnCase]:
    """Give a transaction in which somebody acts on a case. Raises UnknownPerson, UnknownCase."""
    with acting(login, what) as (premises, session, actor):
        case = cases.locked_by_reference(session, reference)
        yield OnCase(session, actor, case, premises.clock.now())


def open_database(settings: Settings) -> Database:
    """Return the database of the settings; connects to nothing. Raises SettingsFault."""
    try:
        return Database(settings.database, reached=crash_at(settings.crash_at))
    except (ArgumentError, ImportError, ValueError) as fault:
        words = str(fault).partition("\n")[0]
        raise SettingsFault(f"HANCHA_DATABASE_URL cannot be used: {words}") from fault


def require_there(settings: Settings) -> None:
    """Raise StoreUnavailable when there is no file: SQLite would quietly make an empty one."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise StoreUnavailable(f"there is no database at {url.database}; run `hancha init` first")


@contextmanager
def faults_named() -> Iterator[None]:
    """Give a fault of the database that has no name yet the one that ends in exit code 4."""
    try:
        yield
    except SQLAlchemyError as fault:
        words = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        raise StoreUnavailable(f"the database refused: {words}") from fault
