"""A mail room in the synthetic world, for every test of scans."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import hancha, installations, installations_by_kind
from tests.cli.terminal import Terminal
from tests.scan.desk import Desk
from tests.scan.mail_room import MailRoom
from tests.settled_worlds import SettledWorlds, worlds, worlds_by_kind

__all__ = ["hancha", "installations", "installations_by_kind", "worlds", "worlds_by_kind"]


@pytest.fixture
def mail_room(worlds: SettledWorlds, tmp_path: Path) -> Iterator[MailRoom]:
    """Give a mail room; it is Mon 2026-03-02, 09:00 in China."""
    with worlds.story() as story:
        yield MailRoom(story, tmp_path)


@pytest.fixture
def desk(hancha: Terminal, tmp_path: Path) -> Desk:
    """Give a desk with a terminal."""
    return Desk(hancha, tmp_path)
