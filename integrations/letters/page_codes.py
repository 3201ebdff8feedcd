"""The codes of a letter's pages as the layout sets them: each in print and as its QR."""

from io import BytesIO
from typing import Any

import segno

from cases.rules.page_code import PageCode, on_link
from cases.vocabulary.reply_link import PrintedLink

#: Level Q still reads with a quarter of the symbol gone. A code of ours fits version 2 (25
#: modules a side) or, where many numbers are long, the next.
_ERROR_LEVEL = "q"

#: Readers take any of the eight masks. To find the one that ISO/IEC 18004 calls best takes five
#: times as long as all the rest, for symbols far larger than a reader needs.
_MASK = 3


def page_codes(
    reference: str, letter: int, pages: int, link: PrintedLink | None = None
) -> list[dict[str, str]]:
    """Return text and picture (SVG, black on nothing, no margin) for each page of a letter.

    The last page, its receipt slip, carries the link if there is one. Raises InvalidValue for a
    letter that cannot be: too many pages, a reference that is none.
    """
    codes = [PageCode(reference, letter, page, pages) for page in range(1, pages + 1)]
    found = [{"text": str(code), "picture": _picture(str(code))} for code in codes]
    if link is not None:
        found[-1]["picture"] = _picture(on_link(codes[-1], link.origin, link.token))
    return found


def _picture(text: str) -> str:
    drawn = BytesIO()
    # Each part in the mode that packs it closest; # alone is not alphanumeric.
    parts: Any = [(part, None) for part in text.partition("#") if part]
    code = segno.make_qr(parts, error=_ERROR_LEVEL, boost_error=False, mask=_MASK)
    code.save(drawn, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None)
    return drawn.getvalue().decode("ascii")
