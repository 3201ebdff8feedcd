"""What the search for offices looks at, kept with each office."""

import unicodedata

from cases.rules.pinyin import initials

LONGEST_WORDS = 600


def search_words(name_zh: str, code: str) -> str:
    """Return name, code and initials in one text, in small letters, full-width ones as others."""
    words = f"{name_zh} {code} {initials(name_zh)}"
    return unicodedata.normalize("NFKC", words).lower()[:LONGEST_WORDS]


def search_rank(name_zh: str, division_code: str) -> int:
    """Return the place of an office among those found: the upper levels first, then short names.

    An exact name is the shortest that holds a word, so it comes before longer ones.
    """
    return len(division_code) * 1000 + len(name_zh)
