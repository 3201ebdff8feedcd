"""Person numbers (公民身份号码, GB 11643-1999) and the permits that are numbered like them.

The rule never refuses somebody for the age of a code: county codes are abolished and reused
while the number stays for life, so an unknown county is a warning. It proves only that a
number is well formed, not that it was given to anybody.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase

from cases.rules.divisions_of_numbers import county_codes, province_codes

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

# [0-9], not \d: that would take the digits of every script.
_FULL = re.compile(r"[0-9]{17}[0-9X]")
_LEGACY = re.compile(r"[0-9]{15}")
_EARLIER_PERMANENT = re.compile(r"[A-Z]{3}[0-9]{12}")
_SHORTEST = 15

_PERMIT_DIVISIONS = frozenset({"810000", "820000", "830000"})
_PERMIT_PREFIXES = frozenset(code[:2] for code in _PERMIT_DIVISIONS)

#: Numbers were first given out in the 1980s, to people of every age.
_EARLIEST_BIRTH_YEAR = 1870

_TO_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)
_MINUS = "\N{MINUS SIGN}"  # A sign to Unicode, a dash to whoever typed it.


class PersonNumberVerdict(StrEnum):
    """How far a number can be trusted."""

    VALID = "valid"  #: Everything that can be checked is right.
    VALID_WARN = "valid_warn"  #: Usable; the reason says what could not be checked.
    LEGACY15 = "legacy15"  #: 15 digits (before 1999-10-01), kept as given; no check digit.
    INVALID = "invalid"  #: Not a person number; the reason says why.


class PersonNumberKind(StrEnum):
    """The document that a number stands on."""

    RESIDENT = "resident"  #: 居民身份证
    RESIDENCE_PERMIT = "residence_permit"  #: 港澳台居民居住证: 81 Hong Kong, 82 Macao, 83 Taiwan.
    PERMANENT_RESIDENT = "permanent_resident"  #: 外国人永久居留身份证


@dataclass(frozen=True, slots=True)
class PersonNumber:
    """What a text says when it is read as a person number.

    The reason never repeats a digit of the number and the repr hides it, so that both may be
    logged.
    """

    verdict: PersonNumberVerdict
    normalized: str = field(repr=False)  #: As it is kept; of an invalid text what is left of it.
    reason: str = ""  #: Empty when the verdict is `valid`.
    kind: PersonNumberKind | None = None  #: None when invalid.
    derived: str | None = field(default=None, repr=False)  #: 18 digits, of a 15-digit number.

    @property
    def is_usable(self) -> bool:
        """Whether a case may be opened with it."""
        return self.verdict is not PersonNumberVerdict.INVALID


def read_person_number(text: str, *, today: date) -> PersonNumber:
    """Read a person number as it was typed, pasted or scanned; any text gets a verdict."""
    normalized = normalize(text)
    if _FULL.fullmatch(normalized):
        return _read_full(normalized, today)
    if _LEGACY.fullmatch(normalized):
        return _read_legacy(normalized, today)
    if _EARLIER_PERMANENT.fullmatch(normalized):
        return PersonNumber(
            PersonNumberVerdict.VALID_WARN,
            normalized,
            "a permanent resident's number of before 2023-12-01: nothing in it was checked",
            PersonNumberKind.PERMANENT_RESIDENT,
        )
    return _invalid(normalized, _wrong_shape(normalized))


def normalize(text: str) -> str:
    """Return the form that is kept, compared and searched.

    Full-width characters become plain ones, blanks, dashes and invisible characters go,
    a to z become capitals. Doing it again changes nothing.
    """
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(character for character in plain if not _is_filler(character))
    # Without its fillers the text can hold a letter and an accent that belong together.
    return unicodedata.normalize("NFC", kept.translate(_TO_UPPER))


def mask(normalized: str) -> str:
    """Return the number with its first four and last four characters, the rest as stars.

    A text too short to be a person number is hidden whole.
    """
    if len(normalized) < _SHORTEST:
        return "*" * len(normalized)
    return normalized[:4] + "*" * (len(normalized) - 8) + normalized[-4:]


def matches(first: PersonNumber, second: PersonNumber) -> bool:
    """Whether both are one number; a 15-digit number is also its 18-digit form.

    An invalid number matches nothing, not even itself.
    """
    if not (first.is_usable and second.is_usable):
        return False
    return (first.derived or first.normalized) == (second.derived or second.normalized)


def check_character(digits: str) -> str:
    """Return the 18th character of the first 17 digits (ISO/IEC 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def _read_full(number: str, today: date) -> PersonNumber:
    if number[-1] != check_character(number[:-1]):
        return _invalid(number, "the check digit does not fit the others")
    kind = _kind(number)
    if kind is None:
        return _invalid(number, "no province has the first two digits")
    birth = _wrong_birth_date(number[6:14], today)
    if birth:
        return _invalid(number, birth)
    warnings = _warnings(number, kind)
    verdict = PersonNumberVerdict.VALID_WARN if warnings else PersonNumberVerdict.VALID
    return PersonNumber(verdict, number, "; ".join(warnings), kind)


def _read_legacy(number: str, today: date) -> PersonNumber:
    """Read 15 digits: division, birth date without its century, serial (GB 11643-1989)."""
    body = f"{number[:6]}19{number[6:]}"
    if number[:2] not in province_codes():
        return _invalid(number, "no province has the first two digits")
    birth = _wrong_birth_date(body[6:14], today)
    if birth:
        return _invalid(number, birth)
    reasons = ["15 digits, without a check digit", *_warnings(body, PersonNumberKind.RESIDENT)]
    return PersonNumber(
        PersonNumberVerdict.LEGACY15,
        number,
        "; ".join(reasons),
        PersonNumberKind.RESIDENT,
        derived=body + check_character(body),
    )


def _kind(number: str) -> PersonNumberKind | None:
    if number.startswith("9"):
        return PersonNumberKind.PERMANENT_RESIDENT
    if number[:2] in _PERMIT_PREFIXES:
        return PersonNumberKind.RESIDENCE_PERMIT
    return PersonNumberKind.RESIDENT if number[:2] in province_codes() else None


def _wrong_birth_date(digits: str, today: date) -> str:
    """Return what is wrong with a birth date, YYYYMMDD; empty if nothing is."""
    try:
        born_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return "the birth date is not a date of the calendar"
    return "the birth date is in the future" if born_on > today else ""


def _warnings(number: str, kind: PersonNumberKind) -> list[str]:
    """Return what could not be checked or is unlikely about a well-formed number."""
    warnings = []
    division = number[:6]
    if kind is PersonNumberKind.PERMANENT_RESIDENT:
        warnings.append("a permanent resident's number: place and nationality were not checked")
    elif kind is PersonNumberKind.RESIDENCE_PERMIT and division not in _PERMIT_DIVISIONS:
        warnings.append("a residence permit has four zeros after its first two digits")
    elif kind is PersonNumberKind.RESIDENT and division not in county_codes():
        warnings.append("the county is not among today's; it may have been abolished")
    if int(number[6:10]) < _EARLIEST_BIRTH_YEAR:
        warnings.append(f"the birth year is before {_EARLIEST_BIRTH_YEAR}")
    return warnings


def _wrong_shape(normalized: str) -> str:
    if not normalized:
        return "there is no number"
    if len(normalized) not in (15, 18):
        return f"a number has 18 characters (15 in its old form), not {len(normalized)}"
    return "a number has digits only, the 18th character may be X"


def _is_filler(character: str) -> bool:
    """Whether a character is a blank, a dash, or cannot be seen at all."""
    category = unicodedata.category(character)
    return category in {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"} or character == _MINUS


def _invalid(normalized: str, reason: str) -> PersonNumber:
    return PersonNumber(PersonNumberVerdict.INVALID, normalized, reason)
