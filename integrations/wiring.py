"""Put the parts together: one `House` is everything that an installation runs with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from cases.ports import (
    Clock,
    DocumentStore,
    ElectronicSeal,
    LetterPrinter,
    MailTransport,
    PersonNumberSafe,
)
from cases.store.session import Database
from cases.vocabulary.errors import DiskFault
from integrations.clock import clock_of
from integrations.crash_points import crash_at
from integrations.documents.protection import protection_of
from integrations.letters.printer import TypstPrinter
from integrations.mail.addresses import new_tag
from integrations.mail.dkim_signing import DkimKey, SigningTransport
from integrations.mail.limits import LimitedTransport
from integrations.mail.maildir import MaildirTransport
from integrations.mail.smtp import SmtpSettings, SmtpTransport
from integrations.sealing.pkcs12 import Pkcs12Seal
from integrations.settings import Settings, read_settings


@dataclass
class House:
    """An installation: its settings, its database, and the world around it."""

    settings: Settings
    database: Database
    clock: Clock
    printer: LetterPrinter
    documents: DocumentStore
    safe: PersonNumberSafe
    seal: ElectronicSeal | None = None  #: None: the office has no electronic seal.
    reached: Callable[[str], None] = field(repr=False, default=lambda _point: None)

    @property
    def lease_ms(self) -> int:
        """How long a worker may be silent before another takes its case over."""
        return int(self.settings.lease_seconds * 1000)

    @property
    def mail_domain(self) -> str:
        """The domain in our Message-IDs."""
        return self.settings.mail_from.rpartition("@")[2]

    def new_tag(self) -> str:
        """Return a tag for the address that a letter asks to be answered at; empty: without."""
        return new_tag() if self.settings.mail_tags else ""

    def transport(self) -> MailTransport:
        """Return a new way out for mail; it belongs to the event loop that first uses it."""
        settings = self.settings
        if not settings.smtp_host:
            return MaildirTransport(settings.maildir)
        smtp = SmtpTransport(
            SmtpSettings(
                host=settings.smtp_host,
                port=settings.smtp_port,
                tls=settings.smtp_tls,
                ca_file=settings.smtp_ca_file,
                username=settings.smtp_username,
                password=settings.smtp_password.get_secret_value(),
                timeout=settings.smtp_timeout_seconds,
            )
        )
        return LimitedTransport(
            self._signed(smtp),
            per_minute=settings.mail_per_minute,
            per_recipient=settings.mail_per_recipient_per_minute,
        )

    def _signed(self, transport: MailTransport) -> MailTransport:
        """Return a way out that signs our mail, where the settings say by which key."""
        settings = self.settings
        if not settings.dkim_domain:
            return transport
        key = DkimKey(settings.dkim_domain, settings.dkim_selector, settings.dkim_key_file)
        return SigningTransport(transport, key)


def build(settings: Settings) -> House:
    """Return the house of these settings; opens no connection. Raises DiskFault."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise DiskFault(f"the data folder {settings.home} cannot be made: {fault}") from fault
    reached = crash_at(settings.crash_at)
    database = Database(settings.database, reached=reached)
    protection = protection_of(settings, database)
    return House(
        settings=settings,
        database=database,
        clock=clock_of(settings.clock),
        printer=TypstPrinter(templates=settings.templates, fonts=settings.fonts),
        documents=protection.documents,
        safe=protection.safe,
        seal=seal_of(settings),
        reached=reached,
    )


def seal_of(settings: Settings) -> Pkcs12Seal | None:
    """Return the office's electronic seal, if the settings name its key."""
    if settings.seal_file is None:
        return None
    return Pkcs12Seal(settings.seal_file, settings.seal_password)


@lru_cache(maxsize=1)
def house() -> House:
    """Return this process's house, from its environment."""
    return build(read_settings())
