"""A mailbox in the synthetic world: Dovecot where there is one, and an office that gets mail."""

from collections.abc import Iterator
from itertools import count

import pytest

from integrations.mailbox.reader import MessageReader
from tests.architecture.sources import ROOT
from tests.cli.conftest import hancha, installations, installations_by_kind
from tests.mailbox.dovecot import Dovecot, DovecotMissing
from tests.mailbox.post_office import Mailbox, PostOffice
from tests.settled_worlds import SettledWorlds, story, worlds, worlds_by_kind

__all__ = ["hancha", "installations", "installations_by_kind", "story", "worlds", "worlds_by_kind"]
_USERS = count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Give a running Dovecot."""
    try:
        server = Dovecot()
    except DovecotMissing as reason:
        pytest.skip(str(reason))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def reader() -> Iterator[MessageReader]:
    """Give the process that reads messages; one serves every test of this process."""
    found = MessageReader()
    yield found
    found.close()


@pytest.fixture
def office(worlds: SettledWorlds, reader: MessageReader) -> Iterator[PostOffice]:
    """Give an office whose mail is handed to it by hand; it is Mon 2026-03-02, 09:00 in China."""
    with worlds.story(mail_tags=True, imap_host="127.0.0.1", imap_username="hand") as begun:
        yield PostOffice(begun, reader)


@pytest.fixture
def mailbox(worlds: SettledWorlds, reader: MessageReader, dovecot: Dovecot) -> Iterator[Mailbox]:
    """Give an office that reads a mailbox of its own on Dovecot."""
    user = f"hancha{next(_USERS)}"
    settings = Mailbox.settings(user, dovecot)
    with worlds.story(**settings) as begun:
        yield Mailbox(begun, reader, dovecot, user)


@pytest.fixture(scope="session")
def real_pdf() -> bytes:
    """Give a PDF as an office attaches it."""
    return (ROOT / "examples" / "enclosures" / "application.pdf").read_bytes()
