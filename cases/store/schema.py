"""Which schema this version works with; asking costs one look and no Alembic."""

from sqlalchemy import inspect, text

from cases.store.session import Database
from cases.vocabulary.errors import StoreUnavailable

#: The newest revision in `migrations/versions`; a test holds it against Alembic.
NEWEST = "0001"


def held_revision(database: Database) -> str:
    """Return the revision that the database is at; empty when it was never migrated."""
    with database.reading() as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return ""
        return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def require_newest(database: Database) -> None:
    """Raise StoreUnavailable unless the schema is the one of this version."""
    held = held_revision(database)
    if held != NEWEST:
        raise StoreUnavailable(
            f"the database has schema {held or 'none'}, this version needs {NEWEST}; "
            "run `hancha migrate`"
        )
