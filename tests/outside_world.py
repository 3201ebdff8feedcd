"""The world around the house, in memory: documents, person numbers, mail, and power cuts."""

import hashlib
from collections.abc import Callable, Container
from datetime import timedelta
from uuid import UUID

from cases.vocabulary.errors import DiskFault, MailUnavailable, RecipientRefused
from cases.vocabulary.values import Envelope


class KeptDocuments:
    """Fits cases.ports.DocumentStore; forgets everything with the test."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, UUID], bytes] = {}

    def put(self, content: bytes, *, case_id: UUID) -> str:
        """Keep the content for its case and return its address."""
        address = hashlib.sha256(content).hexdigest()
        self._kept[address, case_id] = content
        return address

    def get(self, address: str, *, case_id: UUID) -> bytes:
        """Return the content. Raises DiskFault when it was never put for this case."""
        try:
            return self._kept[address, case_id]
        except KeyError as missing:
            raise DiskFault(f"document {address[:12]} is not there") from missing

    def sweep(self, known: Container[str], older_than: timedelta) -> list[str]:
        """Forget what nothing names; every document counts as old."""
        del older_than
        orphans = {address for address, _ in self._kept if address not in known}
        self._kept = {key: each for key, each in self._kept.items() if key[0] not in orphans}
        return sorted(orphans)


class GlassSafe:
    """Fits cases.ports.PersonNumberSafe; everybody can look in."""

    def seal(self, number: str, *, case_id: UUID) -> bytes:
        """Return the number and its case in the clear."""
        return f"{case_id} {number}".encode()

    def reveal(self, sealed: bytes, *, case_id: UUID) -> str:
        """Return the number. Raises DiskFault when it is another case's."""
        of_case, _, number = sealed.decode().partition(" ")
        if of_case != str(case_id):
            raise DiskFault("the sealed person number does not belong to this case")
        return number

    def search_key(self, number: str) -> str:
        """Return a hash, unkeyed."""
        return hashlib.sha256(number.encode()).hexdigest()

    def search_keys(self, number: str) -> tuple[str, ...]:
        """Return the one hash."""
        return (self.search_key(number),)


class KeptMail:
    """Fits cases.ports.MailTransport; refuses whom it is told to refuse."""

    def __init__(self) -> None:
        self.accepted: list[Envelope] = []
        self.refused: set[str] = set()  #: Addresses that it never takes.
        self.is_down = False

    async def send(self, envelope: Envelope) -> str:
        """Keep the envelope. Raises MailUnavailable while down, RecipientRefused for good."""
        if self.is_down:
            raise MailUnavailable("421 closing for the night")
        if envelope.recipient in self.refused:
            raise RecipientRefused(f"550 no such mailbox {envelope.recipient}")
        self.accepted.append(envelope)
        return "250 kept"

    async def close(self) -> None:
        """Nothing is open."""

    def to(self, recipient: str) -> list[Envelope]:
        """Return what was accepted for one address, the oldest first."""
        return [envelope for envelope in self.accepted if envelope.recipient == recipient]


class PowerCut(BaseException):
    """The process died here; nothing in it may catch this."""


class Power:
    """Told of each point that a database reaches; cuts the power at one of them."""

    def __init__(self) -> None:
        self.cut_at = ""  #: "waited:after-commit"; empty: never.
        self.points_left: int | None = None  #: Cut when so many points have been reached.
        self.acts: dict[str, Callable[[], object]] = {}  #: What happens once, at which point.

    def reached(self, point: str) -> None:
        """Go on, or raise PowerCut."""
        if point in self.acts:
            self.acts.pop(point)()
        if self.points_left is not None:
            self.points_left -= 1
        if point == self.cut_at or self.points_left == 0:
            self.cut_at, self.points_left = "", None
            raise PowerCut(point)
