"""Stories for the properties of whole cases."""

from tests.settled_worlds import story, worlds, worlds_by_kind

__all__ = ["story", "worlds", "worlds_by_kind"]
