"""Worlds with a desk in them."""

from tests.settled_worlds import story, worlds, worlds_by_kind

__all__ = ["story", "worlds", "worlds_by_kind"]
