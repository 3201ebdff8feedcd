"""Files stay under 300 lines and functions under 40, unless a decision says why not."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import EVERYTHING, ROOT, Source, expect_none, read_sources

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40


def too_long(source: Source, decisions: str) -> Iterator[str]:
    """Find a file or a function that is too long and that no decision names by its path."""
    if source.path in decisions:
        return
    lines = len(source.text.splitlines())
    if lines > LINES_OF_A_FILE:
        yield f"{source.path} has {lines} lines"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                yield f"{source.at(node)} {node.name} has {length} lines"


def decisions_taken() -> str:
    """Return the text of every architecture decision record."""
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    return "\n".join(record.read_text(encoding="utf-8") for record in records)


def function_of(lines: int) -> str:
    return "def register():\n" + "    step()\n" * (lines - 1)


def test_files_and_functions_are_short_or_a_decision_names_them() -> None:
    decisions = decisions_taken()
    sources = read_sources(*EVERYTHING)
    expect_none(found for source in sources for found in too_long(source, decisions))


def test_a_file_of_301_lines_is_found_and_one_of_300_is_not() -> None:
    assert list(too_long(Source("cases/x.py", "a = 1\n" * 300), "")) == []
    assert len(list(too_long(Source("cases/x.py", "a = 1\n" * 301), ""))) == 1


def test_a_function_of_41_lines_is_found_and_one_of_40_is_not() -> None:
    assert list(too_long(Source("cases/x.py", function_of(40)), "")) == []
    assert list(too_long(Source("cases/x.py", function_of(41)), "")) == [
        "cases/x.py:1 register has 41 lines"
    ]


def test_a_decision_that_names_the_file_lets_it_be() -> None:
    long_file = Source("cases/x.py", "a = 1\n" * 301)
    assert list(too_long(long_file, "We keep `cases/x.py` whole, because ...")) == []
