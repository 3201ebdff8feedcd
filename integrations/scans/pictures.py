"""Pages of a scanned file as pictures: PDF by pdfium, TIFF, JPEG and PNG by Pillow.

Runs in the limited process only. Sizes are looked at before anything is unpacked.
"""

import io
import warnings
from collections.abc import Iterator
from typing import Protocol

import pypdfium2
from PIL import Image, UnidentifiedImageError

from integrations.limited_process import Refused

DPI = 200  #: At which PDF pages are rasterised, and below which no picture is brought.
A4_HEIGHT = round(297 / 25.4 * DPI)  #: Pixels.
#: A2 lying; what is larger comes from no scanner of an office.
LARGEST_SIDE = 1_700  #: Points.
#: A3 at 600 dpi is 70 million.
MOST_PIXELS = 75_000_000
_FORMATS = ("JPEG", "PNG", "TIFF")
_HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
#: Bytes from the start within which "%PDF-" stands, and from the end "%%EOF" (ISO 32000-1, H).
_EDGE = 1024


class PageSource(Protocol):
    """The pages of one file."""

    def __len__(self) -> int:
        """Return how many there are."""

    def pictures(self, first: int, count: int) -> Iterator[Image.Image]:
        """Yield pages from the index `first` on, in grey or colour. Raises Refused."""


def open_pages(data: bytes) -> PageSource:
    """Return the pages of a file. Raises Refused, and whatever the libraries raise."""
    if b"%PDF-" in data[:_EDGE]:
        return _PdfPages(data)
    if data.startswith(_HEADS):
        return _PicturePages(data)
    raise Refused("is neither PDF nor TIFF, JPEG or PNG")


class _PdfPages:
    def __init__(self, data: bytes) -> None:
        if b"%%EOF" not in data[-_EDGE:]:
            raise Refused("is cut off: its end is missing")
        try:
            self._document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as fault:
            if "assword" in str(fault):
                raise Refused("is encrypted; scan or save it without a password") from None
            raise

    def __len__(self) -> int:
        return len(self._document)

    def pictures(self, first: int, count: int) -> Iterator[Image.Image]:
        for index in range(first, min(first + count, len(self))):
            page = self._document[index]
            width, height = page.get_size()
            if not (1 <= width <= LARGEST_SIDE and 1 <= height <= LARGEST_SIDE):
                raise Refused(
                    f"has a page of {width / 72 * 25.4:.0f} x {height / 72 * 25.4:.0f} mm,"
                    " which is no scan of a letter"
                )
            yield page.render(scale=DPI / 72).to_pil()
            page.close()


class _PicturePages:
    def __init__(self, data: bytes) -> None:
        # Pillow warns of large pictures; here they are refused or taken.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        Image.MAX_IMAGE_PIXELS = None
        try:
            self._picture = Image.open(io.BytesIO(data), formats=_FORMATS)
        except UnidentifiedImageError:
            raise Refused("is a damaged picture") from None

    def __len__(self) -> int:
        return int(getattr(self._picture, "n_frames", 1))

    def pictures(self, first: int, count: int) -> Iterator[Image.Image]:
        for index in range(first, min(first + count, len(self))):
            self._picture.seek(index)
            yield _sized(self._picture)


def _sized(picture: Image.Image) -> Image.Image:
    """Return a picture of at least 200 dots an inch, were it a page of A4; unpacks it."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Refused(f"has a picture of {width} x {height} pixels")
    factor = max(1, max(width, height) // A4_HEIGHT)
    if factor > 1 and picture.format == "JPEG":
        # The decoder leaves out what will not be needed: 2, 4 or 8 times smaller.
        wanted = (width // factor, height // factor)
        picture.draft(picture.mode, wanted)
        factor = max(1, max(picture.size) // A4_HEIGHT)
    plain = picture.convert("L" if picture.mode in ("1", "L", "I;16", "I") else "RGB")
    return plain.reduce(factor) if factor > 1 else plain
