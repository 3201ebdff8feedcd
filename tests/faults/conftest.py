"""How many lives, with which seed; and small worlds for what a campaign once found."""

import pytest

from tests.settled_worlds import story, worlds, worlds_by_kind

__all__ = ["story", "worlds", "worlds_by_kind"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--lives` and `--seed`; they are known when pytest is given this folder."""
    group = parser.getgroup("faults")
    group.addoption("--lives", type=int, help="how many lives, twenty at a time")
    group.addoption("--seed", type=int, help="repeat the campaign of this seed")
