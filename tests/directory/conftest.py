"""An installation with nothing in its directory yet. Offices and people here are synthetic."""

from collections.abc import Iterator

import pytest

from cases.store.session import Database
from tests.cli.conftest import hancha, installations, installations_by_kind
from tests.settled_worlds import story, worlds, worlds_by_kind

__all__ = [
    "hancha",
    "installations",
    "installations_by_kind",
    "story",
    "worlds",
    "worlds_by_kind",
]


@pytest.fixture
def database(migrated_database_url: str) -> Iterator[Database]:
    """Give an empty, migrated database."""
    opened = Database(migrated_database_url)
    yield opened
    opened.close()
