"""Punctuation as Chinese letters print it: full width beside Han, ellipsis and dash joined.

GB/T 15834-2011 gives the marks their width and form; people type the ASCII ones. One pass over
the text, whatever it holds: a text of brackets only must not hold a letter up.
"""

import re
from collections.abc import Iterator, Sequence

_HAN = (
    r"\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
#: Marks beside which no blank stands.
_TIGHT = r"\u3001\u3002\u3008-\u3011\u3014-\u301b\uff01-\uff0c\uff1a-\uff1f"
_WIDE = re.compile(f"[{_HAN}{_TIGHT}“”‘’…—]")

#: An ASCII stop that ends a Chinese sentence.
_STOP = re.compile(rf"(?<=[{_HAN}])\.(?=[\s{_HAN}”’）)\"]|$)")
#: Marks and blanks in a row; what is true of one of them is true of all.
_RUN = re.compile(r'(?:[,:;?!()" ]|\.{3,}+|…++|-{2,}+|[—―]{2,}+)++')
_MARK = re.compile(r"[.…]+|[—―-]+|.")
_BLANKS = re.compile(rf"(?<=[{_TIGHT}]) ++| ++(?=[{_TIGHT}])")

_FULL_WIDTH = dict(zip(",:;?!()", "，：；？！（）", strict=True))


def is_wide(character: str) -> bool:
    """Whether the character is Han or a full-width mark; an empty string is neither."""
    return bool(character) and _WIDE.match(character) is not None


def chinese(text: str) -> str:
    """Return the text with Chinese punctuation wherever a mark stands beside Han.

    Brackets and quotes go in pairs. A text without Han is returned as it is, and doing it
    again changes nothing.
    """
    if _WIDE.search(text) is None:
        return text
    text = _STOP.sub("。", text)
    runs = list(_RUN.finditer(text))
    pairs = [*_brackets(text), *_quotes(text)]
    quotes = dict(zip((at for pair in _quotes(text) for at in pair), _curly(), strict=False))
    parts, end = [], 0
    for run in _runs_in_chinese(text, runs, pairs):
        parts += [text[end : run.start()], _widened(run, quotes)]
        end = run.end()
    return _BLANKS.sub("", "".join([*parts, text[end:]]))


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of brackets that belong together."""
    open_at = []
    for found in re.finditer(r"[()（）]", text):
        if found[0] in "(（":
            open_at.append(found.start())
        elif open_at:
            yield open_at.pop(), found.start()


def _quotes(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of straight quotes, two by two."""
    places = (found.start() for found in re.finditer('"', text))
    return zip(places, places, strict=False)


def _curly() -> Iterator[str]:
    while True:
        yield from "“”"


def _runs_in_chinese(
    text: str, runs: Sequence[re.Match[str]], pairs: Sequence[tuple[int, int]]
) -> list[re.Match[str]]:
    """Return the runs that touch Han, and those that hold the partner of one that does."""
    run_at = {at: n for n, run in enumerate(runs) for at in range(*run.span())}
    partners: dict[int | None, list[int | None]] = {}
    for first, second in pairs:  # A full-width bracket is in no run: None, which is Chinese.
        partners.setdefault(run_at.get(first), []).append(run_at.get(second))
        partners.setdefault(run_at.get(second), []).append(run_at.get(first))
    waiting: list[int | None] = [
        n
        for n, run in enumerate(runs)
        if is_wide(text[run.start() - 1 : run.start()]) or is_wide(text[run.end() : run.end() + 1])
    ]
    waiting.append(None)
    chosen: set[int | None] = set()
    while waiting:
        n = waiting.pop()
        if n not in chosen:
            chosen.add(n)
            waiting += partners.get(n, ())
    return [run for n, run in enumerate(runs) if n in chosen]


def _widened(run: re.Match[str], quotes: dict[int, str]) -> str:
    def wide(mark: re.Match[str]) -> str:
        if mark[0][0] in ".…":
            return "……"
        if mark[0][0] in "—―-":
            return "——"
        return _FULL_WIDTH.get(mark[0], quotes.get(run.start() + mark.start(), mark[0]))

    return _MARK.sub(wide, run[0])


def joined(lines: list[str], *, is_chinese: bool) -> str:
    """Join the lines of one paragraph: a blank between words, none before a mark.

    In a Chinese letter none beside Han either.
    """
    text = ""
    for line in lines:
        is_tight = line[:1] in tuple(",.;:?!)")
        if is_chinese:
            is_tight = is_tight or is_wide(text[-1:]) or is_wide(line[:1])
        text += line if is_tight or not text else f" {line}"
    return text
