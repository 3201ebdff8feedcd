"""One reading of the mailbox to its end: each message is taken in, then moved aside."""

import logging
from collections import Counter
from dataclasses import dataclass, field

from cases.operations import supervision
from cases.ports import Clock, DocumentStore
from cases.store.session import Database
from cases.store.tables.mail import IncomingMail
from cases.vocabulary.errors import CaseError, SettingsFault, SystemFault
from cases.vocabulary.mail import MailPlace
from cases.vocabulary.values import ENGINE, Actor
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.mail_facts import Ourselves
from integrations.mail_intake import MailIntake, TakenIn
from integrations.mailbox.imap import Fetched, ImapMailbox, ImapSettings
from integrations.mailbox.limits import DEFAULT_LIMITS
from integrations.mailbox.reader import MessageReader
from integrations.scans.reader import ScanReader
from integrations.settings import Settings

log = logging.getLogger("hancha.mailbox")

FOLDERS = {MailPlace.FILED: "Filed", MailPlace.TRAY: "Tray", MailPlace.ASIDE: "Rejected"}


@dataclass(slots=True)
class Reading:
    """What one reading gave."""

    taken: list[IncomingMail] = field(default_factory=list)
    known: int = 0  #: Taken in before, and only moved now.
    left: list[str] = field(default_factory=list)  #: Why a message is still in the mailbox.

    @property
    def is_to_the_end(self) -> bool:
        """Whether everything that lay in the mailbox has been taken in."""
        return not self.left

    def counts(self) -> dict[str, int]:
        """Return how many went where."""
        return dict(Counter(each.place.value for each in self.taken))


def imap_settings(settings: Settings) -> ImapSettings:
    """Return where the mailbox is. Raises SettingsFault, also when none is set."""
    if not settings.imap_host:
        raise SettingsFault("HANCHA_IMAP_HOST is not set: no mailbox is read")
    return ImapSettings(
        host=settings.imap_host,
        port=settings.imap_port,
        tls=settings.imap_tls,
        ca_file=settings.imap_ca_file,
        username=settings.imap_username,
        password=settings.imap_password.get_secret_value(),
        folder=settings.imap_folder,
        timeout=settings.imap_timeout_seconds,
    )


def source_of(settings: Settings) -> str:
    """Return the name of the mailbox among the sources of intake."""
    return f"imap:{settings.imap_username}/{settings.imap_folder}"[:80]


def intake_of(
    settings: Settings, database: Database, documents: DocumentStore, clock: Clock
) -> MailIntake:
    """Return an intake with a reading process of its own; `close` its reader in the end."""
    return MailIntake(
        database=database,
        documents=documents,
        clock=clock,
        us=Ourselves(settings.mail_from, settings.mail_authserv_id),
        office=settings.mailbox_office,
        reader=MessageReader(),
        pages=ScanReader(),
        enclosures=PdfEnclosureReader(),
    )


def read_to_end(
    mailbox: ImapMailbox, intake: MailIntake, source: str, actor: Actor = ENGINE
) -> Reading:
    """Take in and move everything in the mailbox; then record that it was read.

    What came while it was read counts as unread: the reading is as old as its beginning. A
    message that cannot be taken stays, and the mailbox then counts as unread.
    Raises MailUnavailable when the line breaks; what was taken is taken.
    """
    began_at, reading = intake.clock.now(), Reading()
    for uid in mailbox.waiting():
        fetched = mailbox.fetch(uid, DEFAULT_LIMITS.max_bytes)
        if fetched is None:  # Another worker has moved it.
            continue
        try:
            found = _taken(fetched, intake, source, actor)
        except CaseError as refusal:
            reading.left.append(str(refusal))
            log.warning("a message stays in the mailbox: %s", refusal)
            continue
        except SystemFault:
            raise  # Of the disk, the database, the line: the next message would meet it, too.
        except Exception as fault:  # Whatever this one does to us, those behind it are taken.
            reading.left.append(type(fault).__name__)
            log.exception("a message stays in the mailbox")
            continue
        if found.is_known:
            reading.known += 1
        else:
            reading.taken.append(found.mail)
        mailbox.move(uid, FOLDERS[found.mail.place], found.mail.message_id)
    if reading.is_to_the_end:
        with intake.database.transaction("intake") as session:
            supervision.record_intake_read(session, source, now=began_at)
    return reading


def _taken(fetched: Fetched, intake: MailIntake, source: str, actor: Actor) -> TakenIn:
    too_large = "" if fetched.is_whole else f"the message has {fetched.size // 2**20} MiB"
    return intake.take_in(
        fetched.content,
        source=source,
        arrived_at=fetched.arrived_at,
        actor=actor,
        too_large=too_large,
    )


def prepare(mailbox: ImapMailbox) -> None:
    """Make the folders that messages are moved to."""
    mailbox.make_folders(*FOLDERS.values())
