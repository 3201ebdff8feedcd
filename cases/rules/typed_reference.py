"""A case reference typed by hand: what it names, or what it may have been meant to be.

The digit at the end of a reference finds every wrong digit, so one mistyped character never
names another case (`cases.vocabulary.reference`). Here is what is offered instead.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.reference import case_reference, read_reference

#: A text with more characters or digits than this is no reference, and is not looked at.
LONGEST = 40
MOST_DIGITS = 16

_BEFORE_THE_YEAR = re.compile(r"^[^0-9]*")
_NOT_COUNTED = re.compile(r"[\s\-‐‑‒–—―−.,/_]+")
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a typed reference stands for: exactly one case, or cases to choose from."""

    exact: str | None = None  #: A known reference, typed right.
    likely: tuple[str, ...] = ()  #: Known references one slip away; a person has to choose.


def suggest(typed: str, known: Container[str]) -> Suggestion:
    """Return the known reference that was typed, or the known ones that are one slip away.

    A slip is one wrong, missing or surplus character, or two neighbours swapped. Letters before
    the year, dashes and blanks do not count. `known` needs only to say whether it holds one.
    """
    try:
        exact = read_reference(unicodedata.normalize("NFKC", typed))
    except InvalidValue:
        exact = None
    if exact is not None and exact in known:
        return Suggestion(exact=exact)
    return Suggestion(likely=tuple(each for each in may_mean(typed) if each in known))


def may_mean(typed: str) -> tuple[str, ...]:
    """Return every valid reference that is at most one slip from what was typed, in order.

    At most some dozens; a query can look for all of them at once.
    """
    if len(typed) > LONGEST:
        return ()
    written = _NOT_COUNTED.sub("", unicodedata.normalize("NFKC", typed))
    # Two ways to tell the letters from the year: the slip may be a digit for a letter.
    found = {
        reference
        for digits in {_BEFORE_THE_YEAR.sub("", written), written[2:]}
        for text in (digits, *_slips(digits))
        if (reference := _reference(text))
    }
    return tuple(sorted(found))


def _reference(digits: str) -> str | None:
    """Return the reference with these digits, or None if there is none."""
    if not 11 <= len(digits) <= MOST_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    serial = digits[4:-1]
    if len(serial) > 6 and serial.startswith("0"):
        return None  # A serial is written with six digits, or with more and no zero before.
    reference = case_reference(int(digits[:4]), int(serial))
    return reference if reference.endswith(digits[-1]) else None


def _slips(digits: str) -> Iterator[str]:
    for at in range(len(digits) + 1):
        head, tail = digits[:at], digits[at:]
        yield from (head + digit + tail for digit in _DIGITS)  # One is missing.
        yield from (head + digit + tail[1:] for digit in _DIGITS)  # One is wrong.
        yield head + tail[1:]  # One is too many.
        yield head + tail[1:2] + tail[:1] + tail[2:]  # Two are swapped.
