"""Every class of the vocabulary and every table stands in the glossary."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, Source, expect_none, read_sources

GLOSSARY = ROOT / "docs" / "glossary.md"


def words_missing(source: Source, glossary: str) -> Iterator[str]:
    """Find public classes whose name is not in the glossary as a word of its own."""
    classes = [node for node in source.tree.body if isinstance(node, ast.ClassDef)]
    for node in classes:
        if not node.name.startswith("_") and not re.search(rf"\b{node.name}\b", glossary):
            yield f"{source.at(node)} {node.name}"


def test_every_class_of_the_vocabulary_and_the_tables_is_in_the_glossary() -> None:
    glossary = GLOSSARY.read_text(encoding="utf-8")
    sources = read_sources("cases/vocabulary", "cases/store/tables")
    expect_none(found for source in sources for found in words_missing(source, glossary))


def test_a_class_that_the_glossary_lacks_is_found() -> None:
    source = Source("cases/vocabulary/status.py", "class Case: ...\nclass CaseStatus: ...")
    assert list(words_missing(source, "| `CaseStatus` | 状态 |")) == [
        "cases/vocabulary/status.py:1 Case"
    ]
