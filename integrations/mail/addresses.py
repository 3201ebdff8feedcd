"""What may stand in a header or an envelope as an address or a message id."""

import base64
import hashlib
import re
import secrets

from cases.rules.mail_address import ATOMS, DOMAIN, check_address
from cases.vocabulary.errors import InvalidValue

__all__ = ["check_address", "check_message_id", "message_id", "new_tag", "tagged"]

_MESSAGE_ID = re.compile(rf"<{ATOMS}@{DOMAIN}>")

#: What the outbox keeps of a Message-ID.
LONGEST_MESSAGE_ID = 120


def check_message_id(message_id: str) -> str:
    """Return the message id if it is one, angle brackets included. Raises InvalidValue."""
    if len(message_id) > LONGEST_MESSAGE_ID or _MESSAGE_ID.fullmatch(message_id) is None:
        raise InvalidValue(f"{message_id!r} is not a message id of the form <name@domain>")
    return message_id


def message_id(outbox_key: str, domain: str) -> str:
    """Return the Message-ID of an outbox message, angle brackets included, in ASCII.

    The same key gives the same id, so that a letter sent again after a doubt is recognised.
    It is as hard to guess as the key: give it a random one (a UUID), not a case reference.
    Raises InvalidValue for a domain that cannot stand in a message id.
    """
    name = hashlib.sha256(b"hancha message\0" + outbox_key.encode("utf-8")).hexdigest()[:32]
    return check_message_id(f"<{name}@{domain}>")


def new_tag() -> str:
    """Return a random tag of 26 letters and digits (128 bits), the same in any case of letters."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def tagged(address: str, tag: str) -> str:
    """Return `name+tag@domain` (RFC 5233). Raises InvalidValue if that is too long."""
    local, _, domain = address.rpartition("@")
    return check_address(f"{local}+{tag}@{domain}")
