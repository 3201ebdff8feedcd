"""The codes of a letter's pages as the layout sets them: each in print and as its QR."""

from io import BytesIO

import segno

from cases.rules.page_code import PageCode

#: Level Q still reads with a quarter of the symbol gone. A code of ours fits version 2 (25
#: modules a side) or, where many numbers are long, the next.
_ERROR_LEVEL = "q"

#: Readers take any of the eight masks. To find the one that ISO/IEC 18004 calls best takes five
#: times as long as all the rest, for symbols far larger than a reader needs.
_MASK = 3


def page_codes(reference: str, letter: int, pages: int) -> list[dict[str, str]]:
    """Return text and picture (SVG, black on nothing, no margin) for each page of a letter.

    Raises InvalidValue for a letter that cannot be: too many pages, a reference that is none.
    """
    texts = [str(PageCode(reference, letter, page, pages)) for page in range(1, pages + 1)]
    return [{"text": text, "picture": _picture(text)} for text in texts]


def _picture(text: str) -> str:
    drawn = BytesIO()
    code = segno.make_qr(
        text, error=_ERROR_LEVEL, boost_error=False, mode="alphanumeric", mask=_MASK
    )
    code.save(drawn, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None)
    return drawn.getvalue().decode("ascii")
