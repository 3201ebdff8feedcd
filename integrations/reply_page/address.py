"""Under which names the page answers, and what its cookie is called."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class PageAddress:
    """The public address as browsers see it."""

    origin: str  #: "https://reply.office.example"

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by TLS."""
        return self.origin.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The Host headers that are ours; phones may send the letters of the QR code."""
        host = urlsplit(self.origin).netloc
        return frozenset({host, host.upper()})

    @property
    def cookie(self) -> str:
        """The name of the cookie; with TLS one that no other host can set."""
        return "__Host-visit" if self.is_secure else "visit"
