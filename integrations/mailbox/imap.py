"""A mailbox on an IMAP server (RFC 3501, MOVE RFC 6851, IDLE RFC 2177).

Nothing is remembered between two sessions: whatever lies in the folder is to be taken, and what
was taken is moved out of it. So a change of UIDVALIDITY, or a line cut at any command, leaves
nothing to put right.
"""

import imaplib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from cases.vocabulary.errors import MailUnavailable, SettingsFault
from integrations.tls import TlsMode, is_loopback

_FAULTS = (IMAPClientError, imaplib.IMAP4.error, OSError, EOFError, ValueError, KeyError)
_LOOK_EVERY = 0.5  #: Seconds between two looks whether we shall stop, while the server is idle.
LONGEST_IDLE = 20 * 60.0  #: Seconds; RFC 2177 ends it after 29 minutes.


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """Where the mailbox is and how we get in. Raises SettingsFault."""

    host: str
    port: int = 993
    tls: TlsMode = TlsMode.TLS
    ca_file: Path | None = None
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    timeout: float = 30.0

    def __post_init__(self) -> None:
        if not self.host or not self.host.isprintable() or " " in self.host:
            raise SettingsFault(f"mailbox: {self.host!r} is not a host name")
        if not 1 <= self.port <= 65535:
            raise SettingsFault(f"mailbox: port {self.port} is not between 1 and 65535")
        if not self.username:
            raise SettingsFault("mailbox: HANCHA_IMAP_USERNAME says whose it is")
        if self.tls is TlsMode.NONE and not is_loopback(self.host):
            raise SettingsFault(
                f"mailbox: {self.host} is another machine, so mail must be encrypted on the way;"
                " set TLS to starttls or tls"
            )
        if self.ca_file is not None and not self.ca_file.is_file():
            raise SettingsFault(f"mailbox: no file {self.ca_file} with certificates")

    @property
    def server(self) -> str:
        """The server as messages name it."""
        return f"mailbox {self.username} at {self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as it lies in the mailbox."""

    content: bytes
    arrived_at: datetime
    size: int
    is_whole: bool  #: Otherwise the content is its headers alone.


class ImapMailbox:
    """One session with a mailbox; every method raises MailUnavailable when it breaks."""

    def __init__(self, settings: ImapSettings, client: Any, prefix: str) -> None:
        self._settings, self._client, self._prefix = settings, client, prefix

    def waiting(self) -> list[int]:
        """Return the UIDs of what lies in the folder, the oldest first."""
        with self._named():
            self._client.noop()  # The server may tell of new mail only when it is spoken to.
            return sorted(self._client.search(["NOT", "DELETED"]))

    def fetch(self, uid: int, max_bytes: int) -> Fetched | None:
        """Return a message, unread as it was; None when it is gone."""
        with self._named():
            head = self._client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
            if head is None:
                return None
            size = int(head[b"RFC822.SIZE"])
            is_whole = size <= max_bytes
            wanted = "BODY.PEEK[]" if is_whole else "BODY.PEEK[HEADER]"
            body = self._client.fetch([uid], [wanted]).get(uid)
            content = body and body.get(wanted.replace(".PEEK", "").encode())
            if content is None:
                return None
            return Fetched(content, _aware(head[b"INTERNALDATE"]), size, is_whole)

    def move(self, uid: int, folder: str, message_id: str = "") -> None:
        """Move a message to one of our folders, at one go where the server can."""
        with self._named():
            target = self._prefix + folder
            if self._client.has_capability("MOVE"):
                self._client.move([uid], target)
                return
            if not self._is_there(target, message_id):
                self._client.copy([uid], target)
            self._client.delete_messages([uid])
            self._client.expunge([uid] if self._client.has_capability("UIDPLUS") else None)

    def make_folders(self, *folders: str) -> None:
        """Make our folders if they are missing."""
        with self._named():
            for folder in folders:
                if not self._client.folder_exists(self._prefix + folder):
                    self._client.create_folder(self._prefix + folder)

    def count_in(self, folder: str) -> int:
        """Return how many messages one of our folders holds."""
        with self._named():
            status = self._client.folder_status(self._prefix + folder, ["MESSAGES"])
            return int(status[b"MESSAGES"])

    def abilities(self) -> dict[str, bool]:
        """Return which extensions that we use the server has."""
        with self._named():
            names = ("IDLE", "MOVE", "UIDPLUS")
            return {name: bool(self._client.has_capability(name)) for name in names}

    def wait(self, seconds: float, is_told: Callable[[], bool]) -> None:
        """Return when mail may have come, the time is over, or we are told to stop."""
        until = time.monotonic() + min(seconds, LONGEST_IDLE)
        with self._named():
            if not self._client.has_capability("IDLE"):
                while not is_told() and time.monotonic() < until:
                    time.sleep(min(_LOOK_EVERY, max(0.0, until - time.monotonic())))
                return
            self._client.idle()
            while not is_told() and time.monotonic() < until:
                if any(_tells_of_mail(each) for each in self._client.idle_check(_LOOK_EVERY)):
                    break
            self._client.idle_done()

    def close(self) -> None:
        """Take leave; a line that is broken already is no fault."""
        with suppress(*_FAULTS):
            self._client.logout()
        with suppress(*_FAULTS):
            self._client.shutdown()

    def _is_there(self, folder: str, message_id: str) -> bool:
        """Whether an earlier session copied the message and was cut before it deleted it."""
        if not message_id or '"' in message_id:
            return False
        try:
            self._client.select_folder(folder, readonly=True)
            return bool(self._client.search(["HEADER", "Message-ID", message_id]))
        finally:
            self._client.select_folder(self._settings.folder)

    @contextmanager
    def _named(self) -> Iterator[None]:
        with faults_named(self._settings):
            yield


@contextmanager
def opened(settings: ImapSettings) -> Iterator[ImapMailbox]:
    """Give a session with the mailbox, its folder selected. Raises MailUnavailable."""
    mailbox = _connect(settings)
    try:
        yield mailbox
    finally:
        mailbox.close()


@contextmanager
def faults_named(settings: ImapSettings) -> Iterator[None]:
    """Turn whatever breaks a session into MailUnavailable; without its cause: it may hold secrets.

    A server may echo what it was told, the password included.
    """
    try:
        yield
    except _FAULTS as fault:
        words = " ".join(str(fault).split())[:200] or type(fault).__name__
        if settings.password:
            words = words.replace(settings.password, "***")
        raise MailUnavailable(f"{settings.server}: {words}") from None


def _connect(settings: ImapSettings) -> ImapMailbox:
    client = None
    with faults_named(settings):
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
            client = IMAPClient(
                settings.host,
                settings.port,
                ssl=settings.tls is TlsMode.TLS,
                ssl_context=context,
                timeout=SocketTimeout(settings.timeout, settings.timeout),
            )
            client.normalise_times = False
            if settings.tls is TlsMode.STARTTLS:
                client.starttls(context)
            client.login(settings.username, settings.password)
            mailbox = ImapMailbox(settings, client, _prefix(client))
            client.select_folder(settings.folder)
            return mailbox
        except BaseException:
            if client is not None:
                with suppress(*_FAULTS):
                    client.shutdown()
            raise


def _prefix(client: Any) -> str:
    """Return what personal folders begin with here: nothing, or "INBOX." (RFC 2342)."""
    if not client.has_capability("NAMESPACE"):
        return ""
    personal = client.namespace().personal
    return str(personal[0][0]) if personal else ""


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def _tells_of_mail(response: Any) -> bool:
    return len(response) > 1 and response[1] in (b"EXISTS", b"RECENT")
