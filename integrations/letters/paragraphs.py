"""From a rendered text to paragraphs, and from a long name to balanced lines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from cases.vocabulary.status import Language
from integrations.letters.punctuation import chinese, joined

#: Levels of a Chinese document: 一、 and （一） (GB/T 9704-2012, 7.3.3); a line that ends in a
#: mark is a sentence and no heading.
_HEADINGS = {
    Language.CHINESE: (
        re.compile(r"[一二三四五六七八九十]+、.*[^。；：，！？]"),
        re.compile(r"（[一二三四五六七八九十]+）.*[^。；：，！？]"),
    ),
    Language.ENGLISH: (
        re.compile(r"[IVX]+\. .*[^.;:,!?]"),
        re.compile(r"\([a-z]\) .*[^.;:,!?]"),
    ),
}
#: Places where the name of an office may break: after the name of a division.
_DIVISIONS = re.compile(
    r".+?(?:自治区|自治州|自治县|自治旗|特别行政区|街道|地区|新区|省|市|盟|州|县|区|旗|镇|乡)"
    r"(?=.{2,})|.+"
)

#: A title of more pieces is not shaped, only balanced: each doubles the ways to break it.
_MOST_SHAPED = 12

#: Lines of a text and the sum of the squares of their lengths: the smaller, the more even.
_Setting = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a letter."""

    text: str
    level: int  #: 0 for text, 1 and 2 for headings.


def _level(text: str, language: Language) -> int:
    for level, pattern in enumerate(_HEADINGS[language], start=1):
        if pattern.fullmatch(text):
            return level
    return 0


def paragraphs(text: str, language: Language) -> tuple[Paragraph, ...]:
    """Cut a text at its blank lines; the lines between are joined to one paragraph."""
    found = []
    for block in re.split(r"\n[ \t]*\n", text):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines:
            is_chinese = language is Language.CHINESE
            words = joined(lines, is_chinese=is_chinese)
            words = chinese(words) if is_chinese else words
            found.append(Paragraph(words, _level(words, language)))
    return tuple(found)


def divisions(name: str) -> tuple[str, ...]:
    """Cut the Chinese name of an office where it may break: 某某省 某某县 某某镇 人民政府."""
    return tuple(_DIVISIONS.findall(name))


def balanced(pieces: Sequence[str], widest: int, gap: str = "") -> tuple[str, ...]:
    """Set pieces in as few lines as hold `widest` characters, the lines as even as can be.

    The title of a document breaks between words and is balanced (GB/T 9704-2012, 7.3.1).
    A piece longer than a line is cut evenly.
    """
    words = _fitting(pieces, widest)
    settings: list[_Setting | None] = [*(None for _ in words), (0, ())]
    for _ in words:  # One line more each time; settings[n] holds the words from n on.
        settings = [
            _evenest(words, start, settings, widest, gap) for start in range(len(words))
        ] + [None]
        if settings[0] is not None:
            return settings[0][1]
    return ("",)


def title_lines(
    pieces: Sequence[str], widest: int, whole_words: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Set a Chinese title in as few lines as hold it, as a trapezium or a rhombus.

    GB/T 9704-2012, 7.3.1: lines break between words, are centred and form one of the two. So no
    line is shorter than both its neighbours, and lines are not all of one length where that can
    be helped; among what is left the evenest is taken, the longer line above. A piece longer
    than a line breaks between its words, as far as `whole_words` knows them.
    """
    words = [
        part
        for piece in pieces
        for part in (
            balanced(words_in(piece, whole_words), widest) if len(piece) > widest else (piece,)
        )
    ]
    if len(words) > _MOST_SHAPED:
        return balanced(words, widest)
    settings = [
        tuple("".join(words[start:end]) for start, end in pairwise((0, *breaks, len(words))))
        for count in range(max(1, len(words)))
        for breaks in combinations(range(1, len(words)), count)
    ]
    fitting = [lines for lines in settings if max(map(len, lines)) <= widest]
    return min(fitting, key=_shape)


def words_in(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Cut a text into the known words, the longest first, and what stands between them."""
    longest = max(map(len, known), default=0)
    words, between, at = [], "", 0
    while at < len(text):
        sizes = range(min(longest, len(text) - at), 1, -1)
        found = next((text[at : at + size] for size in sizes if text[at : at + size] in known), "")
        if found:
            words += [between, found]
            between = ""
        else:
            between += text[at]
        at += len(found) or 1
    return tuple(word for word in (*words, between) if word)


def _shape(lines: tuple[str, ...]) -> tuple[object, ...]:
    """Return how far a title is from a good one; the smallest is the best."""
    lengths = [len(line) for line in lines]
    has_waist = any(
        middle < min(above, below)
        for above, middle, below in zip(lengths, lengths[1:], lengths[2:], strict=False)
    )
    is_block = len(lines) > 1 and len(set(lengths)) == 1
    unevenness = sum(length**2 for length in lengths)
    return len(lines), has_waist, is_block, unevenness, [-length for length in lengths]


def _fitting(pieces: Sequence[str], widest: int) -> list[str]:
    return [part for piece in pieces for part in _cut(piece, widest)]


def _cut(piece: str, widest: int) -> list[str]:
    parts = -(-len(piece) // widest) or 1
    size = -(-len(piece) // parts) or 1
    return [piece[start : start + size] for start in range(0, len(piece), size)]


def _evenest(
    words: Sequence[str], start: int, rests: Sequence[_Setting | None], widest: int, gap: str
) -> _Setting | None:
    """Return the evenest way to put a first line from `start` before one of the rests."""
    found = []
    for end in range(start + 1, len(words) + 1):
        line = gap.join(words[start:end])
        if len(line) > widest:
            break
        rest = rests[end]
        if rest is not None:
            found.append((len(line) ** 2 + rest[0], (line, *rest[1])))
    return min(found, key=lambda setting: setting[0], default=None)
