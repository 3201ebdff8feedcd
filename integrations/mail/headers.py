"""Header lines: pure ASCII, short lines, nothing smuggled in.

Written here rather than by the standard library's generator because frozen bytes must not depend
on the Python version: its folding of long headers has changed within 3.11.
"""

import base64
import re
import unicodedata
from collections.abc import Iterator, Sequence

from cases.vocabulary.errors import InvalidValue

#: RFC 5322, 2.1.1: characters a line should not exceed, without CRLF.
LONGEST_LINE = 78
#: Bytes in one encoded word: 52 base64 characters, 12 of frame and "Subject: " stay under the
#: 76 characters that a line with encoded words may have (RFC 2047, 2).
_WORD_BYTES = 39
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,:;/()_+-]*")
#: Line ends to Unicode, and so to many readers of mail, though not control characters.
_LINE_ENDS = "\u2028\u2029"


def check_text(value: str, what: str) -> str:
    """Return the value if it can stand in one header line.

    Raises InvalidValue for a line break or any other control character (mail header injection,
    ASVS 5.0 1.3.11) and for half of a surrogate pair, which has no UTF-8.
    """
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs") or character in _LINE_ENDS:
            raise InvalidValue(f"{what} holds U+{ord(character):04X}, a line break or the like")
    return value


def text_header(name: str, value: str) -> str:
    """Return an unstructured header; what is not short plain ASCII becomes RFC 2047 words."""
    check_text(value, name)
    line = f"{name}: {value}"
    if len(line) <= LONGEST_LINE and _PLAIN.fullmatch(value) and not value.endswith(" "):
        return f"{line}\r\n"
    return f"{name}: " + "\r\n ".join(_encoded_words(value)) + "\r\n"


def address_header(name: str, address: str, display_name: str = "") -> str:
    """Return an address header; the address must have been checked."""
    if not display_name:
        return f"{name}: {address}\r\n"
    check_text(display_name, f"the display name in {name}")
    words = "\r\n ".join(_encoded_words(display_name))
    return f"{name}: {words}\r\n <{address}>\r\n"


def message_id_header(name: str, message_ids: Sequence[str]) -> str:
    """Return a header of checked message ids, one on a line."""
    return f"{name}: " + "\r\n ".join(message_ids) + "\r\n"


def _encoded_words(value: str) -> Iterator[str]:
    """Yield the value as base64 words that each hold whole characters (RFC 2047, 5)."""
    piece = b""
    for character in value:
        encoded = character.encode("utf-8")
        if len(piece) + len(encoded) > _WORD_BYTES:
            yield _encoded_word(piece)
            piece = b""
        piece += encoded
    yield _encoded_word(piece)


def _encoded_word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?="
