"""What may stand as a mail address: checked when it is entered, not when a letter leaves."""

import re

from cases.vocabulary.errors import InvalidValue

ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_ADDRESS = re.compile(rf"(?P<local>{ATOMS})@(?P<domain>{DOMAIN})")

#: RFC 5321, 4.5.3.1: octets of a local part, and of a path without its angle brackets.
LONGEST_LOCAL_PART = 64
LONGEST_ADDRESS = 254


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
