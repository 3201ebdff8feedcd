"""A desk that keeps the calendar of an empty installation. Its people are synthetic."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import Session

from cases.rules.due_dates import due_date
from cases.store.calendars import load_calendar
from cases.store.session import Database
from cases.vocabulary.status import Role
from cases.vocabulary.values import Actor, Allowance

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples" / "calendar"
MANAGER = Actor("lin.min", frozenset({Role.MANAGER}))
ADMINISTRATOR = Actor("guo.an", frozenset({Role.ADMINISTRATOR}))
CLERK = Actor("he.yun", frozenset({Role.CLERK}))
OFFICE = UUID("00000000-0000-4000-8000-000000000001")
STORM = date(2026, 3, 11)  #: A Wednesday.


def example(name: str) -> dict[str, Any]:
    """Read one of the example files: "2026" or "2027.sample"."""
    loaded: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    return loaded


def due_on(database: Database, received: date, days: int, **office: Any) -> tuple[date, bool]:
    """Return the due date in the calendar now in force, and whether it is provisional."""
    with database.reading() as session:
        due = due_date(received, Allowance(days), load_calendar(session, **office))
    assert due is not None
    return due.due_on, due.is_provisional


@contextmanager
def refused(database: Database, error: type[Exception], words: str = ".") -> Iterator[Session]:
    """Expect the transaction inside to be refused in these words."""
    with pytest.raises(error, match=words), database.transaction("calendar") as session:
        yield session
