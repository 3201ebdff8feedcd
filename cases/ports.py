"""What the world must fit. Each port is small and opens nothing on construction."""

from collections.abc import Container, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cases.vocabulary.status import Language, LetterKind
from cases.vocabulary.values import (
    Envelope,
    LetterContent,
    RenderedLetter,
    SealedPdf,
    ShortMessage,
    WrittenLetter,
)


class Clock(Protocol):
    """Tells the time that cases live by."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class LetterPrinter(Protocol):
    """Writes letters."""

    def check(self, content: LetterContent) -> None:
        """Find what would stop the letter before anything is written.

        Raises MissingField, MissingGlyph or TemplateBroken, naming field and code point.
        """

    def write(self, content: LetterContent) -> WrittenLetter:
        """Return the words of the letter; those that it was written with stay.

        Raises TemplateBroken, InvalidValue.
        """

    def render(self, content: LetterContent) -> RenderedLetter:
        """Return the finished letter; the same content gives the same bytes."""

    def languages(self, kind: LetterKind) -> Sequence[Language]:
        """Return the languages in which this kind of letter exists."""


class ElectronicSeal(Protocol):
    """Signs an office's electronic seal (电子印章) into a letter; never a picture of a seal."""

    def seal(self, pdf: bytes, *, at: datetime) -> SealedPdf:
        """Return the sealed letter. Raises SettingsFault, or SystemFault when it cannot."""


class DocumentStore(Protocol):
    """Keeps files outside the database; what is written is on disk before it returns."""

    def put(self, content: bytes, *, case_id: UUID) -> str:
        """Write the content durably, bound to its case, and return its address (a hash)."""

    def get(self, address: str, *, case_id: UUID) -> bytes:
        """Return the content.

        Raises DiskFault when it is missing, was changed, or belongs to another case.
        """

    def sweep(self, known: Container[str], older_than: timedelta) -> Sequence[str]:
        """Remove what nothing names and is older; return the addresses. Raises DiskFault."""


class PersonNumberSafe(Protocol):
    """Makes person numbers unreadable to whoever has the database alone, yet findable."""

    def seal(self, number: str, *, case_id: UUID) -> bytes:
        """Return what the database keeps of the number, bound to its case."""

    def reveal(self, sealed: bytes, *, case_id: UUID) -> str:
        """Return the number. Raises DiskFault when it was changed or belongs to another case."""

    def search_key(self, number: str) -> str:
        """Return the keyed hash of the number, in 64 characters; the same number has the same."""

    def search_keys(self, number: str) -> Sequence[str]:
        """Return it under every key that is in use: while the key is changed there are several."""


class PasswordHasher(Protocol):
    """Turns passwords into what may be kept of them."""

    def hash(self, password: str) -> str:
        """Return the hash with its salt; the same password gives another one each time."""

    def verify(self, password: str, hashed: str) -> bool:
        """Whether the hash was made of this password."""


class MailTransport(Protocol):
    """Hands one envelope to the outside world."""

    async def send(self, envelope: Envelope) -> str:
        """Return the server's own words of acceptance.

        Raises RecipientRefused (for good) or MailUnavailable (try again later).
        """

    async def close(self) -> None:
        """Take leave of the outside world."""


class ShortMessages(Protocol):
    """Hands short messages to the office's gateway."""

    async def send(self, message: ShortMessage) -> str:
        """Return the gateway's words; a message that it has already does no harm.

        Raises RecipientRefused (for good) or MailUnavailable (try again later).
        """


class EnclosureReader(Protocol):
    """Looks at a file before it becomes an enclosure."""

    def read(self, path: Path, mark: str = "") -> bytes:
        """Return a cleaned copy, the mark drawn into the pixels of its pages if there is one.

        Raises EnclosureRefused with the reason.
        """
