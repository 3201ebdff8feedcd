"""What may stand in a header or an envelope as an address or a message id."""

import hashlib
import re

from cases.vocabulary.errors import InvalidValue

_ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_ADDRESS = re.compile(rf"(?P<local>{_ATOMS})@(?P<domain>{_DOMAIN})")
_MESSAGE_ID = re.compile(rf"<{_ATOMS}@{_DOMAIN}>")

#: RFC 5321, 4.5.3.1: octets of a local part, and of a path without its angle brackets.
LONGEST_LOCAL_PART = 64
LONGEST_ADDRESS = 254
#: What the outbox keeps of a Message-ID.
LONGEST_MESSAGE_ID = 120


def check_address(address: str) -> str:
    """Return the address if it is a plain `name@domain` in ASCII (RFC 5322 addr-spec).

    Display names, quoted local parts, comments and address literals are not plain; a Chinese
    domain is given in its ASCII form (xn--...). Raises InvalidValue.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or len(address) > LONGEST_ADDRESS:
        raise InvalidValue(f"{address!r} is not a mail address of the form name@domain")
    if len(match["local"]) > LONGEST_LOCAL_PART:
        raise InvalidValue(f"{address!r} has more than {LONGEST_LOCAL_PART} characters before @")
    return address


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
