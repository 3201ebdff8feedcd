"""ID copies: the pages as pictures, with the purpose that they are for drawn into the pixels."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pypdfium2 as pdfium
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

import letter_templates
from integrations.enclosures.cleaning import clean
from integrations.enclosures.pictures import picture_kind, pictures_of
from integrations.limited_process import Refused

FONT = Path(letter_templates.__file__).parent / "fonts" / "NotoSansSC-Medium-GB2312.ttf"
#: Pixels of the longer side of a page: A4 at 150 dpi, enough to read and no more.
LONGEST_SIDE = 1754
SLANT = 28  #: Degrees.
#: Gray through which the copy can still be read, with an edge that shows on dark places.
INK, EDGE = (70, 70, 70, 120), (255, 255, 255, 90)


def marked_pages(data: bytes, max_pages: int, mark: str) -> Iterator[Image.Image]:
    """Yield each page as a picture with the mark all over it.

    Raises Refused, also when the font lacks a character of the mark.
    """
    _check_font(mark)
    if picture_kind(data):
        pages = pictures_of(data, max_pages)
    else:
        pages = _rasterised(clean(data, max_pages))
    for page in pages:
        page.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        yield _marked(page.convert("RGB"), mark)


def _rasterised(pdf: bytes) -> Iterator[Image.Image]:
    document = pdfium.PdfDocument(pdf)
    for page in document:
        yield page.render(scale=LONGEST_SIDE / max(page.get_size())).to_pil()
        page.close()


def _marked(page: Image.Image, mark: str) -> Image.Image:
    """Draw the mark in slanting rows, each as wide as the page, over every part of it."""
    font = ImageFont.truetype(str(FONT), max(12, min(page.size) // 42))
    lines = "\n".join(re.findall(r"[^，]+，?", mark))
    box = ImageDraw.Draw(page).multiline_textbbox((0, 0), lines, font=font)
    tile = Image.new("RGBA", (int(box[2]) + 30, int(box[3]) + 20), (0, 0, 0, 0))
    ImageDraw.Draw(tile).multiline_text(
        (10, 5), lines, font=font, fill=INK, stroke_width=1, stroke_fill=EDGE
    )
    tile = tile.rotate(SLANT, expand=True, resample=Image.Resampling.BICUBIC)
    across, down = max(1, int(tile.width * 0.8)), max(1, int(tile.height * 0.6))
    for row, top in enumerate(range(-down, page.height + down, down)):
        for left in range(-across + (row % 2) * across // 2, page.width + across, across):
            page.paste(tile, (left, top), tile)
    return page


def _check_font(mark: str) -> None:
    for character in mark:
        if ord(character) not in _known():
            raise Refused(f"cannot be marked: the font has no U+{ord(character):04X}")


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
