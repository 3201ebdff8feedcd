"""How the way to a mail server is secured."""

from enum import StrEnum


class TlsMode(StrEnum):
    """How the connection is secured."""

    NONE = "none"  #: Not at all; only to a server on this machine.
    STARTTLS = "starttls"  #: Upgraded before anything is said (port 587 or 25).
    TLS = "tls"  #: From the first byte (port 465).
