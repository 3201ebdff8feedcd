"""What is on one page: codes, the way it lies, ink; and the upright picture that is kept.

Runs in the limited process only.
"""

import hashlib
import io
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageChops, ImageFilter

from cases.rules.page_code import code_on

#: JPEG quality of what is kept; strokes and red seals stay clear, a page takes about 200 KB.
QUALITY = 75
_LONGEST_CODE, _OURS = 200, "HC-"
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
#: Pixels darker than the paper by so much are ink; the paper is what most of the page is.
_CONTRAST = 60
#: A shade more coloured than this on one of 2,000 pixels makes a page one in colour: a seal.
_COLOURED, _SHARE_OF_COLOUR = 48, 1 / 2000
#: Share of each side that is not looked at for ink: edges of the sheet, punched holes.
_EDGE = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """One page: what was read, and its picture."""

    codes: tuple[str, ...]
    ink: float
    width: int
    height: int
    is_grey: bool
    jpeg: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the picture, in hex."""
        return hashlib.sha256(self.jpeg).hexdigest()


def look(picture: Image.Image) -> Seen:
    """Read a page, turn it upright by its code, and pack it."""
    grey = picture.convert("L")
    codes, turn = _codes(grey)
    kept = picture if picture.mode == "RGB" and _has_colour(picture) else grey
    if turn is not None:
        kept = kept.transpose(turn)
    packed = io.BytesIO()
    kept.save(packed, "JPEG", quality=QUALITY)
    return Seen(
        codes=codes,
        ink=_ink(grey),
        width=kept.width,
        height=kept.height,
        is_grey=kept.mode == "L",
        jpeg=packed.getvalue(),
    )


def _codes(grey: Image.Image) -> tuple[tuple[str, ...], Image.Transpose | None]:
    """Return the texts of the QR codes, and how to turn the page so that ours is upright."""
    found = zxingcpp.read_barcodes(grey, formats=_QR)
    if not found:
        # Strong noise hides the corners of a code; softened, they show.
        soft = grey.filter(ImageFilter.GaussianBlur(1))
        found = zxingcpp.read_barcodes(soft, formats=_QR)
    texts = tuple(dict.fromkeys(code_on(code.text)[:_LONGEST_CODE] for code in found))
    if not found:
        return texts, None
    upright = next((code for code in found if code_on(code.text).startswith(_OURS)), found[0])
    return texts, _TURNS.get(round(upright.orientation / 90) % 4)


#: A code that lies so many quarters clockwise is put right by this turn.
_TURNS = {
    1: Image.Transpose.ROTATE_90,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}


def _ink(grey: Image.Image) -> float:
    """Return the share of the page, without its edges, that is clearly darker than the paper."""
    across, down = round(grey.width * _EDGE), round(grey.height * _EDGE)
    inner = grey.crop((across, down, grey.width - across, grey.height - down))
    # Averaged over 4 x 4, noise and dust fade; a stroke of a pen stays.
    counts = inner.reduce(4).histogram()
    paper = max(range(256), key=counts.__getitem__)
    dark = sum(counts[: max(0, paper - _CONTRAST)])
    return dark / max(1, sum(counts))


def _has_colour(picture: Image.Image) -> bool:
    """Whether something on the page has a colour, as a red seal has."""
    red, green, blue = picture.reduce(4).split()
    spread = ImageChops.lighter(
        ImageChops.difference(red, green), ImageChops.difference(green, blue)
    )
    coloured = sum(spread.histogram()[_COLOURED:])
    return coloured > spread.width * spread.height * _SHARE_OF_COLOUR
