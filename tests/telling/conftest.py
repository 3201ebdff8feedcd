"""Every story of telling people may ask for settled worlds."""

from tests.settled_worlds import story, worlds, worlds_by_kind

__all__ = ["story", "worlds", "worlds_by_kind"]
