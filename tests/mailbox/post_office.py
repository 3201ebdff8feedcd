"""An office of the synthetic world that gets mail, by hand or from a mailbox on Dovecot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import col, select

from cases.store import correspondence, scans
from cases.store.tables.correspondence import Reply
from cases.store.tables.mail import IncomingMail
from cases.store.tables.scan import TrayItem
from integrations.mail_intake import MailIntake, TakenIn
from integrations.mail_round import (
    Reading,
    imap_settings,
    intake_of,
    prepare,
    read_to_end,
    source_of,
)
from integrations.mailbox import imap
from integrations.mailbox.reader import MessageReader
from integrations.tls import TlsMode
from tests.mailbox.dovecot import DOMAIN, PASSWORD, Dovecot
from tests.mailbox.letters_in import message, reply_to, request_of
from tests.story import Story


class PostOffice:
    """Takes in messages and looks where they went."""

    def __init__(self, story: Story, reader: MessageReader) -> None:
        self.story, self.house = story, story.house
        self.reader = reader

    @property
    def intake(self) -> MailIntake:
        """The intake, with the shared reading process."""
        house = self.house
        made = intake_of(house.settings, house.database, house.documents, house.clock)
        return replace(made, reader=self.reader)

    def asked(self) -> str:
        """Open a case whose request has left."""
        case = self.story.open()
        self.story.rest()
        return case

    def answer(self, case: str, **more: str) -> bytes:
        """Return an answer to the case's request as a mail program writes it."""
        return reply_to(request_of(self.story, case), **more)

    def take(self, content: bytes, at: datetime | None = None) -> TakenIn:
        """Take in a message that came just now."""
        return self.intake.take_in(content, source="hand", arrived_at=at or self.story.clock.now())

    def replies(self, case: str) -> Sequence[Reply]:
        """Return the replies of a case."""
        with self.house.database.reading() as session:
            return correspondence.replies_of(session, self.story.case(case).id)

    def tray(self) -> Sequence[TrayItem]:
        """Return what waits in the tray."""
        with self.house.database.reading() as session:
            office_id = self.story.actor("mail").office_id
            assert office_id is not None
            return scans.tray(session, office_id=office_id)

    def mails(self) -> Sequence[IncomingMail]:
        """Return what was taken in, in order."""
        found: Sequence[IncomingMail] = self.story.rows(
            select(IncomingMail).order_by(col(IncomingMail.taken_at))
        )
        return found


class Mailbox(PostOffice):
    """Reads its mail from a mailbox of its own."""

    def __init__(self, story: Story, reader: MessageReader, dovecot: Dovecot, user: str) -> None:
        super().__init__(story, reader)
        self.dovecot, self.user = dovecot, user

    @staticmethod
    def settings(user: str, dovecot: Dovecot) -> dict[str, object]:
        """Return the settings of an office that reads this mailbox."""
        return {
            "mail_tags": True,
            "mail_from": f"{user}@{DOMAIN}",
            "imap_host": "127.0.0.1",
            "imap_port": dovecot.imap,
            "imap_tls": TlsMode.NONE,
            "imap_username": user,
            "imap_password": PASSWORD,
        }

    def deliver(self, content: bytes, *recipients: str) -> None:
        """Let a message arrive at our address, or at these."""
        self.dovecot.deliver(content, *(recipients or (f"{self.user}@{DOMAIN}",)))

    def read(self, port: int = 0) -> Reading:
        """Read the mailbox to its end in one session; through another port if given."""
        settings = imap_settings(self.house.settings)
        with imap.opened(replace(settings, port=port) if port else settings) as session:
            prepare(session)
            return read_to_end(session, self.intake, source_of(self.house.settings))

    def holds(self) -> dict[str, int]:
        """Return how many messages lie in which folder."""
        folders = ("", "Filed", "Tray", "Rejected")
        return {name or "INBOX": len(self.dovecot.files(self.user, name)) for name in folders}


__all__ = ["Mailbox", "PostOffice", "message"]
