"""A module is called after what it holds."""

from collections.abc import Iterator

import pytest

from tests.architecture.sources import EVERYTHING, Source, expect_none, read_sources

SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


def names_that_say_nothing(source: Source) -> Iterator[str]:
    """Find a part of the path that could hold anything."""
    for part in source.path.removesuffix(".py").split("/"):
        if part.strip("_") in SAYS_NOTHING:
            yield f"{source.path}: {part} says nothing about what is in it"


def test_every_module_is_called_after_what_it_holds() -> None:
    sources = read_sources(*EVERYTHING)
    expect_none(found for source in sources for found in names_that_say_nothing(source))


@pytest.mark.parametrize(
    "path", ["cases/utils.py", "flows/common/__init__.py", "tests/_helpers.py"]
)
def test_a_name_that_says_nothing_is_found(path: str) -> None:
    assert len(list(names_that_say_nothing(Source(path, "")))) == 1


def test_a_word_inside_a_longer_name_is_fine() -> None:
    assert list(names_that_say_nothing(Source("tests/test_common_holidays.py", ""))) == []
