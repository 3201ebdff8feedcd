"""Find divisions by name, by initials in pinyin, by path, by code (检索).

Everything is in memory: the list is constant and small (45,000 names, read in 0.2 s), a scan
of it takes two milliseconds, and it is the same whatever database the cases are in.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from cases.rules.divisions import LEVELS, Change, DivisionBook, Placed, division_book
from cases.rules.pinyin import initials

LONGEST_QUERY = 200  #: Characters; the longest path has 55.

_BETWEEN_WORDS = re.compile(r"[\s/\\>|,]+")
_INSIDE_NUMBERS = re.compile(r"[\s-]+")
_PERSON_NUMBER = re.compile(r"[0-9]{17}[0-9x]|[0-9]{15}")
_CODE = re.compile(r"[0-9]{2,12}")
_LATIN = re.compile(r"[a-z0-9]+")
_GENERIC = re.compile(
    r"(?<=..)(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|地区|街道|苏木|省|市|盟|县|区|旗|镇|乡)$"
)


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for: a code, or words from the upper level down."""

    code: str  #: Two to nine digits; of a person number the first six.
    words: tuple[str, ...]

    @property
    def is_code(self) -> bool:
        """Whether a code is looked for."""
        return bool(self.code)


@dataclass(frozen=True, slots=True)
class DivisionsFound:
    """The first divisions found, the best first, and how many there are."""

    places: tuple[Placed, ...]
    total: int


def read_query(text: str) -> Query:
    """Take a query apart. Full-width letters count as others; a person number is cut to six."""
    # A NUL or half a character is no text to a database.
    printable = "".join(c if c.isprintable() else " " for c in text[:LONGEST_QUERY])
    plain = _plain(printable).strip()
    number = _INSIDE_NUMBERS.sub("", plain)
    if _PERSON_NUMBER.fullmatch(number):
        return Query(number[:6], ())
    if _CODE.fullmatch(number):
        return Query(_significant(number), ())
    return Query("", tuple(word for word in _BETWEEN_WORDS.split(plain) if word))


class DivisionSearch:
    """The index over one book."""

    def __init__(self, book: DivisionBook) -> None:
        self.book = book
        self._names = {
            code: _plain(name) for code, name in book.names.items() if code not in book.hidden
        }
        #: Words come again and again: while a query is typed, and as the beginning of paths.
        self._matching = lru_cache(maxsize=256)(self._scan)

    def find(self, query: Query, on: date, limit: int = 20) -> DivisionsFound:
        """Return what matches, exact names first, governments before statistical units."""
        if query.is_code:
            placed = self._by_code(query.code, on)
            return DivisionsFound((placed,) if placed else (), 1 if placed else 0)
        codes = self.codes(query.words)
        places = tuple(self._placed(code, on) for code in codes[:limit])
        return DivisionsFound(places, len(codes))

    def codes(self, words: Sequence[str]) -> list[str]:
        """Return the codes that the words describe, the best first."""
        if not words:
            return []
        found = self._below(words)
        return found or self._run_together("".join(words))

    def _below(self, words: Sequence[str]) -> list[str]:
        """Return what the last word names inside of what the words before it name."""
        above: set[str] | None = None
        for word in words[:-1]:
            above = {code for code in self._named(word) if _lies_in(code, above)}
        exact = [code for code in self._called(words[-1]) if _lies_in(code, above)]
        if exact and above is not None:
            return self._offices_first(exact)  # A path; nobody means 太乙镇 by 样本县 乙镇.
        matching = [code for code in self._matching(words[-1]) if _lies_in(code, above)]
        return self._ranked(words[-1], matching)

    def _named(self, word: str) -> Iterable[str]:
        """Return what a word of a path may mean: the exact name, else all that hold it."""
        return self._called(word) or self._matching(word)

    def _called(self, word: str) -> Sequence[str]:
        """Return what is called exactly so, with or without its last generic word."""
        exact = self._exact_letters if _LATIN.fullmatch(word) else self._exact
        return exact.get(word, ())

    def _scan(self, word: str) -> Sequence[str]:
        """Return the codes of all names that hold the word, or whose initials do."""
        names = self._initials if _LATIN.fullmatch(word) else self._names
        return tuple(code for code, name in names.items() if word in name)

    def _run_together(self, text: str) -> list[str]:
        """Return the divisions whose path was written without blanks."""
        found = []
        for start in range(1, len(text)):
            for code in self._exact.get(text[start:], ()):
                above = [self.book.names[code[:level]] for level in LEVELS if level < len(code)]
                if _is_made_of(text[:start], above):
                    found.append(code)
        return self._offices_first(found)

    def _by_code(self, code: str, on: date) -> Placed | None:
        if code not in self.book.names and len(code) == 6 and code.endswith("00"):
            code = code[: 2 if code.endswith("0000") else 4]  # As GB/T 2260 writes upper levels.
        if len(code) == 6:
            return self.book.of_number(code, on)
        return self._placed(code, on) if code in self.book.names else None

    def _placed(self, code: str, on: date) -> Placed:
        division = self.book.get(code)
        assert division is not None  # The index holds the book's own codes.
        notes = [division.not_an_office] if division.not_an_office else []
        if not division.is_living(on):
            until = division.valid_to and division.valid_to.isoformat()
            notes.append(f"exists until {until}" if until else "does not exist yet")
            if division.successor:
                notes.append(f"{division.successor} {self.book.path(division.successor)} follows")
        return Placed(division, tuple(notes))

    def _ranked(self, word: str, codes: Iterable[str]) -> list[str]:
        """Order by how the name matches; inside of that the upper levels come first."""
        names = self._initials if _LATIN.fullmatch(word) else self._names
        same = set(self._called(word))
        groups: tuple[list[str], list[str], list[str]] = ([], [], [])
        for code in codes:
            ways = f" {names[code]} "  # Initials may have several, a blank between.
            is_same = code in same or f" {word} " in ways
            groups[0 if is_same else 1 if f" {word}" in ways else 2].append(code)
        return [code for group in groups for code in self._offices_first(group)]

    def _offices_first(self, codes: Sequence[str]) -> list[str]:
        others = self.book.not_offices
        offices = [code for code in codes if code not in others]
        return offices + [code for code in codes if code in others]

    @cached_property
    def _exact(self) -> Mapping[str, Sequence[str]]:
        """Names, and names without their last generic word, to codes."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, name in self._names.items():
            found[name].append(code)
            short = _GENERIC.sub("", name)
            if short != name:
                found[short].append(code)
        return found

    @cached_property
    def _exact_letters(self) -> Mapping[str, Sequence[str]]:
        """The same for initials."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, letters in self._initials.items():
            name = self._names[code]
            generic = len(name) - len(_GENERIC.sub("", name))
            whole = letters.split()
            for word in {*whole, *(word[: len(word) - generic] for word in whole)}:
                found[word].append(code)
        return found

    @cached_property
    def _initials(self) -> Mapping[str, str]:
        return {code: initials(name) for code, name in self._names.items()}


@lru_cache(maxsize=4)
def division_search(changes: tuple[Change, ...] = ()) -> DivisionSearch:
    """Return the index over the book with these changes."""
    return DivisionSearch(division_book(changes))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _significant(code: str) -> str:
    """Return a code without the zeros that stand for "all of it"."""
    if len(code) == 12 and code.endswith("000"):
        code = code[:9]
    return code[:6] if len(code) == 9 and code.endswith("000") else code


def _lies_in(code: str, above: set[str] | None) -> bool:
    return above is None or any(code[:level] in above for level in LEVELS if level < len(code))


def _is_made_of(text: str, names: Sequence[str]) -> bool:
    """Whether the text is some of these names, in their order, each whole or shortened."""
    if not text or not names:
        return not text
    name = _plain(names[0])
    return _is_made_of(text, names[1:]) or any(
        text.startswith(form) and _is_made_of(text[len(form) :], names[1:])
        for form in (name, _GENERIC.sub("", name))
    )
