"""Telephone numbers of applicants: read as typed, kept as digits, shown masked."""

import re

from cases.vocabulary.errors import InvalidValue

_SPACING = re.compile(r"[\s()（）.\-—－]+")
_NUMBER = re.compile(r"\+?[0-9]{7,15}")  # ITU-T E.164 allows 15 digits.


def read_telephone(text: str) -> str:
    """Return the digits, a leading + kept. Raises InvalidValue, which repeats no digit of it."""
    number = _SPACING.sub("", text)
    if not number.isascii() or _NUMBER.fullmatch(number) is None:
        raise InvalidValue("the telephone number needs 7 to 15 digits")
    return number


def mask_telephone(number: str) -> str:
    """Return 138****5678: enough for a clerk to know which number is meant."""
    if len(number) < 10:
        return "*" * (len(number) - 2) + number[-2:]
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
