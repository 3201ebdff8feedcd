"""Mail into a folder on this machine, for an office without a mail server."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path

from cases.vocabulary.errors import MailUnavailable
from cases.vocabulary.values import Envelope
from integrations.durable_files import sync_folder, write_durably

_SUFFIX = ".hancha"


class MaildirTransport:
    """Keeps letters in a Maildir, where a mail program or a person finds them.

    A file is named after its Message-ID and recipient, so a letter sent again lands on itself,
    also when it has been read meanwhile (moved from `new` to `cur`).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, envelope: Envelope) -> str:
        """Return where the letter is kept. Raises MailUnavailable, with the disk's words."""
        try:
            return await asyncio.to_thread(self._keep, envelope)
        except OSError as fault:
            raise MailUnavailable(
                f"the letter cannot be kept in {self._folder}: {fault.strerror or fault}"
            ) from fault

    async def close(self) -> None:
        """Nothing to take leave of."""

    def _keep(self, envelope: Envelope) -> str:
        new, read = self._folder / "new", self._folder / "cur"
        for folder in (self._folder, self._folder / "tmp", new, read):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _file_name(envelope)
        sync_folder(self._folder)
        if (new / name).exists() or any(read.glob(f"{name}:*")):
            sync_folder(new)  # Whoever wrote it may have died before its name was on disk.
            return f"already in the local Maildir as {name}"
        write_durably(new / name, envelope.content, scratch=self._folder / "tmp")
        return f"kept in the local Maildir as {name}"


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A letter in the Maildir, as a list shows it."""

    path: Path
    message_id: str
    recipient: str
    subject: str
    dated: str  #: As the header has it.
    is_read: bool


def kept_mails(folder: Path) -> Iterator[KeptMail]:
    """Yield the letters of a Maildir, the oldest first. Raises OSError."""
    files = [path for part in ("new", "cur") for path in (folder / part).glob(f"*{_SUFFIX}*")]
    parser = BytesHeaderParser(policy=policy.SMTP)
    for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        with path.open("rb") as mail:
            headers = parser.parse(mail)
        yield KeptMail(
            path=path,
            message_id=str(headers["Message-ID"]).strip(),
            recipient=str(headers["To"]),
            subject=str(headers["Subject"]),
            dated=str(headers["Date"]),
            is_read=path.parent.name == "cur",
        )


def _file_name(envelope: Envelope) -> str:
    key = f"{envelope.message_id}\0{envelope.recipient.lower()}"
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:40] + _SUFFIX
