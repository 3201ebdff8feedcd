"""Where the desk listens, and as what browsers may know it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from cases.vocabulary.errors import SettingsFault
from integrations.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class DeskAddress:
    """The desk as its browsers see it."""

    origin: str  #: "http://127.0.0.1:4210" or "https://desk.office.example"
    origins: frozenset[str]  #: On loopback the same machine has several names.
    is_secure: bool

    @property
    def hosts(self) -> frozenset[str]:
        """What the header Host may say."""
        return frozenset(urlsplit(each).netloc for each in self.origins)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; the prefix binds it to this host and to https."""
        return "__Host-hancha" if self.is_secure else "hancha"


def address_of(settings: Settings, port: int) -> DeskAddress:
    """Return the address of a desk that listens on a port.

    Raises SettingsFault when passwords and names would travel in the clear: plain http is for
    this machine alone.
    """
    given = settings.desk_origin.rstrip("/")
    if not given:
        if settings.desk_host not in LOOPBACK:
            raise SettingsFault(
                f"HANCHA_DESK_HOST is {settings.desk_host!r}: give HANCHA_DESK_ORIGIN, the "
                "https:// address of the proxy before it"
            )
        names = [f"[{name}]" if ":" in name else name for name in LOOPBACK]
        origins = frozenset(f"http://{name}:{port}" for name in names)
        return DeskAddress(f"http://127.0.0.1:{port}", origins, is_secure=False)
    parts = urlsplit(given)
    if parts.scheme != "https" or not parts.netloc or parts.path or parts.username:
        raise SettingsFault(
            f"HANCHA_DESK_ORIGIN is {given!r}; it is like https://desk.office.example"
        )
    return DeskAddress(given, frozenset({given}), is_secure=True)
