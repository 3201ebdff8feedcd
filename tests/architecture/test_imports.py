"""Imports stand at the top of the file; one inside a function hides a cycle."""

import ast
from collections.abc import Iterator

from tests.architecture.sources import EVERYTHING, Source, expect_none, read_sources


def hidden_imports(source: Source) -> Iterator[str]:
    """Find imports inside functions and methods."""
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    hidden = {
        node
        for function in ast.walk(source.tree)
        if isinstance(function, functions)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for node in sorted(hidden, key=lambda found: found.lineno):
        yield f"{source.at(node)} {ast.unparse(node)}"


def test_no_import_hides_in_a_function() -> None:
    sources = read_sources(*EVERYTHING)
    expect_none(found for source in sources for found in hidden_imports(source))


def test_a_hidden_import_is_found_once_however_deep() -> None:
    text = """
class Case:
    def close(self):
        def later():
            if self.is_open:
                from cases.store import journal
"""
    found = list(hidden_imports(Source("cases/x.py", text)))
    assert found == ["cases/x.py:6 from cases.store import journal"]


def test_an_import_at_the_top_is_fine_even_in_a_branch() -> None:
    text = "try:\n    import fcntl\nexcept ImportError:\n    fcntl = None"
    assert list(hidden_imports(Source("bootstrap.py", text))) == []
