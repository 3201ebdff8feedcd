"""Paper for the tests: letters as a scanner gives them back, certificates, blank backs."""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pypdfium2
import segno
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from integrations.scans.paper import pdf_of
from integrations.scans.reader import PagePicture

WHITE = 255


@dataclass(frozen=True)
class Wear:
    """What a page went through on its way through printer, post and scanner."""

    dpi: int = 200
    turn: float = 0.0  #: Degrees, against the clock.
    blur: float = 0.0  #: Pixels.
    noise: float = 0.0  #: Standard deviation of each pixel.
    quality: int = 90  #: Of the JPEG that the scanner packs it in.


#: From a fresh page to a worn one; every turn and every resolution comes in each.
WEARS = (
    {"turn": 0.0, "blur": 0.0, "noise": 0.0, "quality": 90},
    {"turn": 2.0, "blur": 0.6, "noise": 12.0, "quality": 60},
    {"turn": 180.0, "blur": 0.6, "noise": 12.0, "quality": 60},
    {"turn": 182.0, "blur": 0.8, "noise": 25.0, "quality": 35},
    {"turn": -2.0, "blur": 0.8, "noise": 25.0, "quality": 35},
)


def wear(number: int, dpi: int) -> Wear:
    """Return the wear of the n-th sheet."""
    return Wear(dpi=dpi, **WEARS[number % len(WEARS)])  # type: ignore[arg-type]


def rasterised(pdf: bytes, page: int, dpi: int) -> Image.Image:
    """Return a page (from 1) as a printer puts it on paper, in grey."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page - 1].render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()


def worn(picture: Image.Image, marks: Wear, seed: int) -> bytes:
    """Return the JPEG that a scanner makes of a page after its wear."""
    # The quarter turns first, which lose nothing, then the slant.
    if marks.turn in (180.0, 182.0):
        picture = picture.transpose(Image.Transpose.ROTATE_180)
    slant = marks.turn - 180 if marks.turn > 90 else marks.turn
    if slant:
        picture = picture.rotate(slant, resample=Image.Resampling.BILINEAR, fillcolor=WHITE)
    if marks.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(marks.blur))
    if marks.noise:
        picture = ImageChops.add(picture, _noise(picture.size, marks.noise, seed), offset=-128)
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=marks.quality)
    return packed.getvalue()


def certificate(seed: int, dpi: int) -> Image.Image:
    """Return a foreign page: lines of strokes, and another system's QR at the same corner."""
    chance = random.Random(seed)
    width, height = round(210 / 25.4 * dpi), round(297 / 25.4 * dpi)
    picture = Image.new("L", (width, height), WHITE)
    pen = ImageDraw.Draw(picture)
    for line in range(12):
        top = height * (0.2 + line * 0.05)
        for _ in range(24):
            left = chance.uniform(0.12, 0.85) * width
            pen.line((left, top, left + width * 0.02, top + chance.uniform(-9, 9)), 0, dpi // 80)
    code = segno.make_qr(f"https://verify.province.example/c?id={seed}", error="m")
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=max(1, dpi // 50))
    stamp = Image.open(drawn).convert("L")
    picture.paste(stamp, (width - stamp.width - width // 12, height // 25))
    return picture


def blank(dpi: int) -> Image.Image:
    """Return the back of a sheet: grey paper, a shadow at its edge, some dust."""
    width, height = round(210 / 25.4 * dpi), round(297 / 25.4 * dpi)
    picture = Image.new("L", (width, height), 248)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, width // 60, height), 120)
    for spot in range(5):
        x, y = width * (spot + 2) // 9, height * (spot + 1) // 7
        pen.ellipse((x, y, x + 2, y + 2), 40)
    return picture


def as_picture(jpeg: bytes) -> PagePicture:
    """Return a JPEG as our own files hold it."""
    with Image.open(io.BytesIO(jpeg)) as picture:
        return PagePicture(picture.width, picture.height, picture.mode == "L", jpeg)


def stack_of(sheets: Sequence[bytes]) -> bytes:
    """Return a PDF as a scanner writes it: one JPEG a page."""
    return pdf_of([as_picture(sheet) for sheet in sheets])


@lru_cache(maxsize=8)
def _tile(size: tuple[int, int], sigma: float) -> Image.Image:
    return Image.effect_noise((size[0] + 64, size[1] + 64), sigma)


def _noise(size: tuple[int, int], sigma: float, seed: int) -> Image.Image:
    """Return noise; a stretch of one tile for each seed, because to make it takes long."""
    left, top = seed * 7 % 64, seed * 13 % 64
    return _tile(size, sigma).crop((left, top, left + size[0], top + size[1]))
