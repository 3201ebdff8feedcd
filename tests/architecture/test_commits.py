"""Only the session module commits; whatever begins a transaction that commits itself counts."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import SHIPPED, Source, expect_none, read_sources

SESSION = "cases/store/session.py"
COMMITTING = {"commit", "begin", "begin_nested"}

# Alembic's own transaction around a migration is not one of case work.
MAY_BEGIN = {SESSION, "cases/store/migrate.py", "cases/store/migrations/env.py"}


def commits(source: Source) -> Iterator[str]:
    """Find calls that commit, now or at the end of their block."""
    if source.path in MAY_BEGIN:
        return
    for node in ast.walk(source.tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in COMMITTING:
            yield f"{source.at(node)} calls .{called.attr}()"


def test_only_the_session_module_commits() -> None:
    expect_none(found for source in read_sources(*SHIPPED) for found in commits(source))


@pytest.mark.parametrize(
    "text",
    [
        "def remind(session):\n    session.commit()",
        "with engine.begin() as connection:\n    connection.execute(update)",
        "with self.database.session.begin():\n    pass",
    ],
)
def test_a_commit_elsewhere_is_found(text: str) -> None:
    assert len(list(commits(Source("cases/operations/remind.py", text)))) == 1


def test_the_session_module_itself_may() -> None:
    assert list(commits(Source(SESSION, "session.commit()"))) == []
