"""A picture as pages of a PDF: its pixels flattened and encoded anew, nothing else of the file.

Runs in the limited process only. What a camera or scanner wrote beside the pixels (place, time,
device, comments, colour profile, other pictures) does not come along.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from integrations.limited_process import Refused

#: By the first bytes of a file.
_KINDS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
#: An A4 page at 600 dpi has 35 million; decoded, twice that stays below the process's limit.
MOST_PIXELS = 40_000_000
#: Pixels of the longer side that are kept: A4 at 300 dpi.
LONGEST_SIDE = 3508
QUALITY = 85
A4 = (595.28, 841.89)  #: Points.
MARGIN = 14.17  #: 5 mm, since printers do not reach the edge.


def picture_kind(data: bytes) -> str:
    """Return "JPEG", "PNG", "TIFF", or nothing."""
    return next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")


def pictures_of(data: bytes, max_pages: int) -> Iterator[Image.Image]:
    """Yield each picture of the file: gray, colour or black and white, upright, on white.

    Raises Refused, and for a damaged file whatever Pillow raises.
    """
    Image.MAX_IMAGE_PIXELS = None  # Its own check comes after the limit of ours, and only warns.
    kind = picture_kind(data)
    image = Image.open(BytesIO(data), formats=[kind])
    _check_size(image)
    if kind == "PNG" and getattr(image, "n_frames", 1) > 1:
        raise Refused("is an animated picture; hand in a still one")
    if kind != "TIFF":  # What a telephone adds behind the first picture of a JPEG stays behind.
        if kind == "JPEG":
            image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        yield _flattened(image)
        return
    if _has_frame(image, max_pages):
        raise Refused(f"has more than {max_pages} pages; at most {max_pages} are taken")
    for frame in range(max_pages):
        if not _has_frame(image, frame):
            return
        _check_size(image)
        yield _flattened(image)


def pages_of_pictures(pictures: Iterator[Image.Image]) -> bytes:
    """Return a PDF with one A4 page for each picture, upright or across as the picture is."""
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    writer.metadata = None
    for picture in pictures:
        _add_page(writer, picture)
    whole = BytesIO()
    writer.write(whole)
    return whole.getvalue()


def _has_frame(image: Image.Image, frame: int) -> bool:
    try:
        image.seek(frame)
    except EOFError:
        return False
    return True


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Refused(f"has {width} x {height} pixels; at most {MOST_PIXELS // 10**6} million")


def _flattened(image: Image.Image) -> Image.Image:
    image.load()
    picture = ImageOps.exif_transpose(image)
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value / 256).convert("L")
    elif picture.mode != "1":
        is_gray = picture.mode in ("L", "LA")
        if picture.mode in ("LA", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
            clear = picture.convert("RGBA")
            picture = Image.new("RGB", clear.size, "white")
            picture.paste(clear, mask=clear.getchannel("A"))
        picture = picture.convert("L" if is_gray else "RGB")
    if max(picture.size) > LONGEST_SIDE:
        picture = picture.convert("L") if picture.mode == "1" else picture
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture.info.clear()
    return picture


def _add_page(writer: PdfWriter, picture: Image.Image) -> None:
    width, height = A4 if picture.height >= picture.width else A4[::-1]
    page = writer.add_blank_page(width, height)
    scale = min((width - 2 * MARGIN) / picture.width, (height - 2 * MARGIN) / picture.height)
    wide, high = picture.width * scale, picture.height * scale
    drawing = StreamObject()
    left, bottom = (width - wide) / 2, (height - high) / 2
    drawing._data = f"q {wide:.2f} 0 0 {high:.2f} {left:.2f} {bottom:.2f} cm /P Do Q".encode()
    drawings = DictionaryObject({NameObject("/P"): writer._add_object(_image(picture))})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): drawings})
    page[NameObject("/Contents")] = writer._add_object(drawing)


def _image(picture: Image.Image) -> StreamObject:
    image = StreamObject()
    if picture.mode == "1":
        image._data, filter_, depth = zlib.compress(picture.tobytes(), 9), "/FlateDecode", 1
    else:
        encoded = BytesIO()
        picture.save(encoded, "JPEG", quality=QUALITY)
        image._data, filter_, depth = encoded.getvalue(), "/DCTDecode", 8
    space = "/DeviceRGB" if picture.mode == "RGB" else "/DeviceGray"
    image[NameObject("/Type")] = NameObject("/XObject")
    image[NameObject("/Subtype")] = NameObject("/Image")
    image[NameObject("/Width")] = NumberObject(picture.width)
    image[NameObject("/Height")] = NumberObject(picture.height)
    image[NameObject("/BitsPerComponent")] = NumberObject(depth)
    image[NameObject("/ColorSpace")] = NameObject(space)
    image[NameObject("/Filter")] = NameObject(filter_)
    return image
