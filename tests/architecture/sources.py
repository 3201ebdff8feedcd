"""The Python files of the checkout, read once."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("flows", "integrations", "cases", "letter_templates")
EVERYTHING = (*SHIPPED, "tests", "bench", "bootstrap.py")

# Alembic writes these; they are history and are not edited again.
GENERATED = "cases/store/migrations/versions/"


@dataclass(frozen=True)
class Source:
    """One file: its path from the top of the checkout, and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text, filename=self.path)

    def at(self, node: ast.AST) -> str:
        """Say where a node stands, as an editor understands it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def read_sources(*places: str) -> tuple[Source, ...]:
    """Return the Python files under these folders, without the generated ones."""
    return tuple(
        Source(path=name, text=(ROOT / name).read_text(encoding="utf-8"))
        for name in sorted(_names(places))
        if not name.startswith(GENERATED)
    )


def _names(places: Iterable[str]) -> Iterator[str]:
    for place in places:
        path = ROOT / place
        for file in [path] if path.is_file() else path.rglob("*.py"):
            yield file.relative_to(ROOT).as_posix()


def expect_none(findings: Iterable[str]) -> None:
    """Fail with every finding on a line of its own."""
    if lines := list(findings):
        pytest.fail("\n".join(lines), pytrace=False)


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for that expression, or an empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
