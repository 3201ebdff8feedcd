"""Bring a database to the schema of this version, or say that it is of another."""

from pathlib import Path
from typing import Any, Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel.sql.sqltypes import AutoString

from cases.store.session import Database
from cases.store.types import UtcInstant, Word
from cases.vocabulary.errors import StoreUnavailable

FOLDER = Path(__file__).parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to a connection."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    return settings


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to the newest schema, or to a revision; an empty one gets all of it."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            command.upgrade(config(connection), revision)
            connection.commit()
    finally:
        database.close()


def newest() -> str:
    """Return the newest revision that this version knows."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    assert head is not None
    return head


def require_newest(database: Database) -> None:
    """Raise StoreUnavailable unless the schema is the one of this version."""
    with database.reading() as session:
        held = MigrationContext.configure(session.connection()).get_current_revision()
    if held != newest():
        raise StoreUnavailable(
            f"the database has schema {held or 'none'}, this version needs {newest()}; "
            "run `hancha migrate`"
        )


def is_ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Whether Alembic should compare a thing: Prefect's own tables are not ours."""
    return kind != "table" or not reflected or other is not None


def plain_type(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Render our column types as the plain ones they are kept in: a revision must not change."""
    if kind == "type" and isinstance(thing, UtcInstant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Word | AutoString):
        return f"sa.String({thing.length or 40})"
    return False
