"""A session with the mailbox of an installation, and an intake for what lies in it."""

from collections.abc import Iterator
from contextlib import contextmanager

from integrations.mail_intake import MailIntake
from integrations.mail_round import (
    Reading,
    imap_settings,
    intake_of,
    prepare,
    read_to_end,
    source_of,
)
from integrations.mailbox import imap
from integrations.wiring import House


@contextmanager
def mail_session(house: House) -> Iterator[tuple[imap.ImapMailbox, MailIntake]]:
    """Give both, our folders made. Raises MailUnavailable, SettingsFault."""
    intake = intake_of(house.settings, house.database, house.documents, house.clock)
    try:
        with imap.opened(imap_settings(house.settings)) as mailbox:
            prepare(mailbox)
            yield mailbox, intake
    finally:
        intake.reader.close()


def read_once(house: House) -> Reading:
    """Read the mailbox to its end in a session of its own. Raises MailUnavailable."""
    with mail_session(house) as (mailbox, intake):
        return read_to_end(mailbox, intake, source_of(house.settings))
