"""Punctuation as Chinese letters print it: full width beside Han, ellipsis and dash joined.

GB/T 15834-2011 gives the marks their width and form; people type the ASCII ones.
"""

import re

_HAN = (
    r"\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
#: Marks beside which no blank stands.
_TIGHT = r"\u3001\u3002\u3008-\u3011\u3014-\u301b\uff01-\uff0c\uff1a-\uff1f"
_WIDE = re.compile(f"[{_HAN}{_TIGHT}“”‘’…—]")

_FULL_WIDTH = str.maketrans(",:;?!()", "，：；？！（）")
_MARK = re.compile(r"[,:;?!()]")
_PAIR = re.compile(r"\(([^()]*)\)")
_QUOTED = re.compile(r'"([^"]*)"')
#: Three dots and more, or the ellipsis typed once: Chinese prints six dots in two places.
_ELLIPSIS = re.compile(r"\.{3,}|…+")
#: Two hyphens, two dashes or two bars; one dash alone joins places and years and stays.
_DASH = re.compile(r"-{2,}|[—―]{2,}")
_STOP = re.compile(rf"(?<=[{_HAN}])\.(?=[\s{_HAN}”’）]|$)")
_BLANKS = re.compile(rf"(?<=[{_TIGHT}]) +| +(?=[{_TIGHT}])")


def is_wide(character: str) -> bool:
    """Whether the character is Han or a full-width mark; an empty string is neither."""
    return bool(character) and _WIDE.match(character) is not None


def _touches_han(found: re.Match[str]) -> bool:
    """Whether the text on either side is Chinese; blanks between do not count."""
    before = found.string[: found.start()].rstrip(" ")[-1:]
    after = found.string[found.end() :].lstrip(" ")[:1]
    return is_wide(before) or is_wide(after)


def _replace_beside_han(pattern: re.Pattern[str], new: str, text: str) -> str:
    return pattern.sub(lambda found: new if _touches_han(found) else found[0], text)


def _holds_han(found: re.Match[str]) -> bool:
    """Whether a bracketed or quoted part touches Chinese text outside or just inside."""
    inside = found[1].strip(" ")
    return _touches_han(found) or is_wide(inside[:1]) or is_wide(inside[-1:])


def _widen_once(text: str) -> str:
    text = _replace_beside_han(_ELLIPSIS, "……", text)
    text = _replace_beside_han(_DASH, "——", text)
    text = _PAIR.sub(lambda found: f"（{found[1]}）" if _holds_han(found) else found[0], text)
    text = _QUOTED.sub(lambda found: f"“{found[1]}”" if _holds_han(found) else found[0], text)
    text = _STOP.sub("。", text)
    return _MARK.sub(
        lambda found: found[0].translate(_FULL_WIDTH) if _touches_han(found) else found[0], text
    )


def chinese(text: str) -> str:
    """Return the text with Chinese punctuation wherever a mark stands beside Han.

    Text without Han is returned as it is. Doing it again changes nothing.
    """
    while True:
        widened = _BLANKS.sub("", _widen_once(text))
        if widened == text:
            return text
        text = widened


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
