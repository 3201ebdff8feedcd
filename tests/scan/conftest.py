"""A mail room in the synthetic world, for every test of scans."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scan.mail_room import MailRoom
from tests.settled_worlds import SettledWorlds


@pytest.fixture
def mail_room(worlds: SettledWorlds, tmp_path: Path) -> Iterator[MailRoom]:
    """Give a mail room; it is Mon 2026-03-02, 09:00 in China."""
    with worlds.story() as story:
        yield MailRoom(story, tmp_path)
