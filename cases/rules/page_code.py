"""The code on every page of a letter, as its QR and in print: `HC-2026-000123-7.2/1/3-K`.

It says which case, which of its letters, which page of how many, and ends in a check character.
The character is that of ISO/IEC 7064 MOD 37-2 over 0-9, A-Z; the three separators are counted
too, as the system's 37th symbol. MOD 37-2 finds every wrong character and every swap of two
neighbours that differ, wherever they stand, the check character included.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.reference import read_reference
from cases.vocabulary.status import LetterKind

#: The symbols of MOD 37-2 in the order of their values; the last is a check character only.
SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
SEPARATORS = "-./"

#: Letters that end with a receipt slip (回执), for the other office to fill in.
ENDS_WITH_SLIP = frozenset({LetterKind.REQUEST})

#: A letter is one to three pages, at most some forty; a case has a dozen letters at most.
MOST_PAGES = 999
MOST_LETTERS = 999

_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)} | dict.fromkeys(SEPARATORS, 36)
_NUMBER = "([1-9][0-9]{0,2})"
_REFERENCE = "(HC-[0-9]{4}-[0-9]{6,}-[0-9])"
_SHAPE = re.compile(rf"{_REFERENCE}\.{_NUMBER}/{_NUMBER}/{_NUMBER}-[0-9A-Z*]")
_FRAGMENT = "#"
_LINK = re.compile(r"HTTPS?://[^#\s]+#(HC-[^#\s]+)")
#: What somebody's eyes, or a keyboard, make of a dash.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


class NotAPage(StrEnum):
    """Why a text is not the code of a page."""

    FOREIGN = "foreign"  #: It has not the shape of our codes.
    MISTYPED = "mistyped"  #: It has, but its check character does not fit.
    IMPOSSIBLE = "impossible"  #: It fits, and names a page that cannot be: the fourth of three.


@dataclass(frozen=True, slots=True)
class PageCode:
    """One page of one letter. Raises InvalidValue for a page that cannot be."""

    reference: str  #: Of the case.
    letter: int  #: Which of the case's letters, from 1 in the order they were drafted.
    page: int  #: From 1.
    of: int  #: Pages of the whole letter, its receipt slip counted.

    def __post_init__(self) -> None:
        if read_reference(self.reference) != self.reference:
            raise InvalidValue(f"{self.reference!r} is not as references are printed")
        is_possible = 1 <= self.page <= self.of <= MOST_PAGES and 1 <= self.letter <= MOST_LETTERS
        if not is_possible:
            raise InvalidValue(
                f"page {self.page} of {self.of} of letter {self.letter} cannot be printed"
            )

    def __str__(self) -> str:
        """Return the code as it is printed; the same text is in the QR."""
        text = f"{self.reference}.{self.letter}/{self.page}/{self.of}-"
        return text + check_character(text)


def check_character(text: str) -> str:
    """Return the check character of ISO/IEC 7064 MOD 37-2 for a text of its symbols.

    Raises KeyError for a character that page codes do not have.
    """
    rest = 0
    for character in text:
        rest = (rest + _VALUES[character]) * 2 % 37
    return SYMBOLS[(1 - rest) % 37]


def as_printed(text: str) -> str:
    """Return what somebody typed or a reader read, in the letters that codes are printed in."""
    normal = unicodedata.normalize("NFKC", text).upper().translate(_DASHES)
    return "".join(normal.split())


def read_page_code(text: str) -> PageCode | NotAPage:
    """Return the page that a text names, or why it names none.

    A text with one wrong character, or with two neighbours swapped, never names a page.
    """
    normal = as_printed(text)
    match = _SHAPE.fullmatch(normal)
    if match is None:
        return NotAPage.FOREIGN
    if check_character(normal[:-1]) != normal[-1]:
        return NotAPage.MISTYPED
    try:
        return PageCode(match[1], *(int(match[n]) for n in (2, 3, 4)))
    except InvalidValue:
        return NotAPage.IMPOSSIBLE


def on_link(code: PageCode, origin: str, token: str) -> str:
    """Return what the QR of the page that carries a reply link holds: address and page code.

    The code is the fragment, which a browser keeps to itself; the rest is upper case, so that
    all but the # is of the alphabet that a QR packs closest.
    """
    return f"{origin.upper()}/{token}{_FRAGMENT}{code}"


def code_on(text: str) -> str:
    """Return the page code that a QR of ours holds, whether plain or behind a reply link.

    The token of the link is left out: whoever reads pages has no use for it. A foreign text
    comes back as it is.
    """
    match = _LINK.fullmatch(text)
    return match[1] if match else text


def guesses(text: str) -> tuple[PageCode, ...]:
    """Return the pages that a text may mean if one character is wrong or two are swapped.

    For a person to confirm, never to file by. Empty for a text that is no code of ours at all,
    and for one that is right.
    """
    normal = as_printed(text)
    if isinstance(read_page_code(normal), PageCode):
        return ()
    found = {str(code): code for slip in _slips(normal) if (code := _page(slip)) is not None}
    return tuple(found[key] for key in sorted(found))


def is_receipt_slip(kind: LetterKind, code: PageCode) -> bool:
    """Whether a page is the receipt slip (回执): the last of a letter that ends with one."""
    return kind in ENDS_WITH_SLIP and code.page == code.of


def _page(text: str) -> PageCode | None:
    code = read_page_code(text)
    return code if isinstance(code, PageCode) else None


def _slips(text: str) -> Iterator[str]:
    """Yield the text with one character replaced, or two neighbours swapped."""
    for at, was in enumerate(text):
        head, tail = text[:at], text[at + 1 :]
        yield from (head + other + tail for other in SYMBOLS + SEPARATORS if other != was)
        if tail and tail[0] != was:
            yield head + tail[0] + was + tail[1:]
