"""Databases and stories for the tests of the store."""

from collections.abc import Iterator

import pytest

from cases.store.session import Database
from tests.settled_worlds import story, worlds, worlds_by_kind

__all__ = ["story", "worlds", "worlds_by_kind"]


@pytest.fixture
def migrated(migrated_database_url: str) -> Iterator[Database]:
    """Give a database of today's schema without rows."""
    database = Database(migrated_database_url)
    yield database
    database.close()
