"""Organisation codes (统一社会信用代码, GB 32100-2015): 18 characters, the last a check."""

import re
from dataclasses import dataclass

from cases.rules.person_number import normalize

#: Without I, O, S, V and Z, which are taken for digits or for each other.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MODULUS = len(_ALPHABET)

# Registering authority and kind, division, body (GB 11714), check character.
_SHAPE = re.compile(f"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """What a text says when it is read as an organisation code."""

    is_valid: bool
    normalized: str
    reason: str = ""  #: Empty when valid.


def read_organisation_code(text: str) -> OrganisationCode:
    """Read a code as it was typed or pasted; any text gets an answer."""
    normalized = normalize(text)
    if not _SHAPE.fullmatch(normalized):
        return OrganisationCode(False, normalized, _wrong_shape(normalized))
    if normalized[-1] != check_character(normalized[:-1]):
        return OrganisationCode(False, normalized, "the check character does not fit the others")
    return OrganisationCode(True, normalized)


def check_character(body: str) -> str:
    """Return the 18th character of the first 17: weights 3^i, modulus 31 (GB 32100-2015)."""
    total = sum(
        _ALPHABET.index(character) * pow(3, place, _MODULUS) for place, character in enumerate(body)
    )
    return _ALPHABET[-total % _MODULUS]


def _wrong_shape(normalized: str) -> str:
    if len(normalized) != 18:
        return f"a code has 18 characters, not {len(normalized)}"
    if any(character not in _ALPHABET for character in normalized):
        return "a code has digits and capitals other than I, O, S, V and Z"
    return "the third to the eighth character are digits"
