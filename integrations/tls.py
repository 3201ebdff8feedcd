"""How the way to a mail server is secured."""

import ipaddress
from enum import StrEnum


class TlsMode(StrEnum):
    """How the connection is secured."""

    NONE = "none"  #: Not at all; only to a server on this machine.
    STARTTLS = "starttls"  #: Upgraded before anything is said (port 587 or 25).
    TLS = "tls"  #: From the first byte (port 465, 993).


def is_loopback(host: str) -> bool:
    """Whether the host is plainly this machine; no name is looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
