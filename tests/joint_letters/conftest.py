"""Days of the mail room for the tests of joint letters."""

from collections.abc import Iterator

import pytest

from tests.joint_letters.paper_days import PaperDays
from tests.settled_worlds import SettledWorlds, worlds, worlds_by_kind

__all__ = ["worlds", "worlds_by_kind"]


@pytest.fixture
def days(worlds: SettledWorlds) -> Iterator[PaperDays]:
    """Give a world whose letters go by post; it is Mon 2026-03-02, 09:00 in China."""
    with worlds.story() as story:
        yield PaperDays(story)
