"""Case references: `HC-2026-000123-7`, the last digit guarding against a slip of the pen."""

import re

from cases.vocabulary.errors import InvalidValue

_SHAPE = re.compile(r"HC-([0-9]{4})-([0-9]{6,})-([0-9])")


def check_digit(digits: str) -> str:
    """Return the ISO/IEC 7064 MOD 11,10 check digit.

    It finds every single wrong digit and nearly every swap of two neighbours.
    """
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def case_reference(year: int, serial: int) -> str:
    """Return the public reference of the serial-th case of a year."""
    digits = f"{year:04d}{serial:06d}"
    return f"HC-{year:04d}-{serial:06d}-{check_digit(digits)}"


def read_reference(text: str) -> str:
    """Return the reference as it is printed. Raises InvalidValue for a mistyped one."""
    normal = text.strip().upper().replace("—", "-").replace(" ", "")
    match = _SHAPE.fullmatch(normal)
    if match is None:
        raise InvalidValue(f"{text!r} is not a case reference; one looks like HC-2026-000123-7")
    if check_digit(match[1] + match[2]) != match[3]:
        raise InvalidValue(f"{text!r} is mistyped: its last digit does not fit the others")
    return normal
