"""Offices with a reply page, for the tests of it."""

from collections.abc import Iterator

import pytest

from tests.reply_page.asked_office import AskedOffice, ReplyPages
from tests.settled_worlds import SettledWorlds, worlds, worlds_by_kind

__all__ = ["worlds", "worlds_by_kind"]


@pytest.fixture
def pages(worlds: SettledWorlds) -> Iterator[ReplyPages]:
    """Give the reply page of a world; it is Mon 2026-03-02, 09:00 in China."""
    with worlds.story(reply_page_url="https://reply.xinqiao.example") as story:
        yield ReplyPages(story)


@pytest.fixture
def office(pages: ReplyPages) -> AskedOffice:
    """Give the asked office, a letter with its link on the table, nothing opened yet."""
    return pages.asked()
