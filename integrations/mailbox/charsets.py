"""Bytes of a stranger's mail as text, whatever they say of themselves. Never raises."""

import base64
import binascii
import quopri
import re

#: What is called GB2312 is GBK as often as not; GB 18030 reads both, and more.
_SUPERSET = {
    **dict.fromkeys(
        ("gb2312", "gbk", "x-gbk", "gb_2312-80", "cp936", "ms936", "gb18030", "gb-18030"),
        "gb18030",
    ),
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "latin-1", "latin1"), "cp1252"),
    "big5": "big5hkscs",
    "utf8": "utf-8",
}
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?)")


def text_of(data: bytes, charset: str) -> str:
    """Return the text: in its own charset, else UTF-8 or GB 18030 if they fit, else with gaps."""
    named = charset.strip().strip("\"'").lower()
    for name in (_SUPERSET.get(named, named), "utf-8", "gb18030"):
        try:
            return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    try:
        return data.decode(_SUPERSET.get(named, named), "replace")
    except (LookupError, UnicodeError, ValueError):
        return data.decode("utf-8", "replace")


def header_text(raw: str) -> str:
    """Return a header's text: encoded words (RFC 2047), or bytes that should not be there.

    Neighbouring words of one charset are joined before they are decoded: webmail cuts Chinese
    characters in two.
    """
    if any("\udc80" <= letter <= "\udcff" for letter in raw):
        raw = text_of(raw.encode("ascii", "surrogateescape"), "utf-8")
    joined = _BETWEEN_WORDS.sub(r"\1", raw)
    parts: list[str] = []
    held, charset, end = b"", "", 0
    for word in _WORD.finditer(joined):
        if held and (word.start() != end or word[1].lower() != charset):
            parts.append(text_of(held, charset))
            held = b""
        parts.append(joined[end : word.start()])
        held += _word_bytes(word[2], word[3])
        charset, end = word[1].lower().partition("*")[0], word.end()
    if held:
        parts.append(text_of(held, charset))
    parts.append(joined[end:])
    return " ".join("".join(parts).split())


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("ascii", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "))
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return b""
