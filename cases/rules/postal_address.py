"""Addresses as an envelope's window shows them, and what is wrong with one (地址校验)."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cases.rules.divisions import Division

#: A window of 90 x 45 mm less 5 mm all around holds 18 characters of 12 pt in six lines.
WINDOW_CHARACTERS, WINDOW_LINES = 18, 6
MOST_ADDRESS_LINES, MOST_NAME_LINES = 3, 2
SHORTEST_ADDRESS = 6  #: 某县某路1号

_POSTCODE = re.compile(r"[0-9]{6}")
_MAIL_ADDRESS = re.compile(r"\S+@\S+\.\S+")
_UNPRINTABLE = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where an envelope goes."""

    recipient: str
    address: str
    postcode: str
    contact: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class AddressFault:
    """One line of an address that cannot stand, and why."""

    line: str  #: "recipient", "address", "postcode", "division" or "window".
    text: str  #: What stands there.
    reason: str

    def __str__(self) -> str:
        return f"{self.line} {self.text!r}: {self.reason}"


def window_lines(address: PostalAddress) -> tuple[str, ...]:
    """Return the lines in their order: postcode, address, office, person (GB/T 1416)."""
    last = f"{address.contact}　收" if address.contact else ""
    names = _folded(address.recipient if last else f"{address.recipient}　收")
    return tuple(filter(None, (address.postcode, *_folded(address.address), *names, last)))


def address_faults(
    address: PostalAddress, division_code: str, division: Division | None, on: date
) -> tuple[AddressFault, ...]:
    """Return what is wrong with an address, line by line; empty when it can be posted.

    `division` is what the list of divisions knows under the code of the office.
    """
    return tuple(_faults(address, division_code, division, on))


def _faults(
    address: PostalAddress, division_code: str, division: Division | None, on: date
) -> Iterator[AddressFault]:
    named = (
        ("recipient", address.recipient),
        ("address", address.address),
        ("contact", address.contact),
    )
    for name, text in named:
        if any(unicodedata.category(character) in _UNPRINTABLE for character in text):
            yield AddressFault(name, text, "holds a character that cannot be printed")
    if not address.recipient.strip():
        yield AddressFault("recipient", address.recipient, "no office is named")
    if len(address.address.strip()) < SHORTEST_ADDRESS:
        yield AddressFault("address", address.address, "too short to be a postal address")
    if _MAIL_ADDRESS.search(address.address):
        yield AddressFault("address", address.address, "is a mail address, not a postal one")
    if not _POSTCODE.fullmatch(address.postcode) or address.postcode == "000000":
        yield AddressFault("postcode", address.postcode, "a postcode has six digits")
    if division is None:
        yield AddressFault("division", division_code, "no such division is known")
    elif not division.is_living(on):
        yield AddressFault("division", division_code, f"{division.name} no longer exists")
    yield from _window_faults(address)


def _window_faults(address: PostalAddress) -> Iterator[AddressFault]:
    parts = (
        ("address", address.address, MOST_ADDRESS_LINES),
        ("recipient", f"{address.recipient}　收", MOST_NAME_LINES),
        ("contact", f"{address.contact}　收", 1),
    )
    for name, text, most in parts:
        needed = len(_folded(text))
        if needed > most:
            yield AddressFault(name, text, f"needs {needed} lines of the window; it has {most}")
    lines = window_lines(address)
    if len(lines) > WINDOW_LINES:
        yield AddressFault("window", lines[-1], f"is line {len(lines)}; it shows {WINDOW_LINES}")


def _folded(text: str) -> tuple[str, ...]:
    """Break a text into lines that fit the window; Chinese breaks anywhere."""
    lines, line, width = [], "", 0.0
    for character in text.strip():
        wide = 1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5
        if width + wide > WINDOW_CHARACTERS:
            lines.append(line)
            line, width = "", 0.0
        line, width = line + character, width + wide
    return tuple(filter(None, (*lines, line)))
