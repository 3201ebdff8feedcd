"""Pictures made for tests, the hostile ones by hand; nobody and nothing is to be seen on them."""

import struct
import zlib
from io import BytesIO

from PIL import Image

RED = (200, 30, 30)


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (400, 600)) -> bytes:
    """Return a picture of one colour, in a file of this kind."""
    colour: object = RED if mode == "RGB" else 128 if mode == "L" else 0
    if mode == "RGBA":
        colour = (*RED, 128)
    return saved(Image.new(mode, size, colour), kind)  # type: ignore[arg-type]


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    """Return the file of an image."""
    whole = BytesIO()
    image.save(whole, kind, **more)
    return whole.getvalue()


def photograph_with_place() -> bytes:
    """Return a JPEG that says where and with what it was taken, lying on its side."""
    image = Image.new("RGB", (600, 400), RED)
    exif = image.getexif()
    exif[0x0112] = 6  # Turn it by a quarter.
    exif[0x010F] = "MakerOfTheCamera"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 27.0)
    exif.get_ifd(0x8825)[1] = "N"
    return saved(image, "JPEG", exif=exif, comment=b"CommentOfSomebody")


def tiff_of_pages(count: int) -> bytes:
    """Return a TIFF of tiny black pages, which all show the same eight bytes."""
    strip = b"II*\x00" + struct.pack("<I", 16) + bytes(8)
    pages = []
    for n in range(count):
        tags = ((256, 8), (257, 8), (258, 1), (259, 1), (262, 1), (273, 8), (278, 8), (279, 8))
        entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        length = 2 + len(entries) + 4
        following = 16 + (n + 1) * length if n + 1 < count else 0
        pages.append(struct.pack("<H", len(tags)) + entries + struct.pack("<I", following))
    return strip + b"".join(pages)


def huge_png() -> bytes:
    """Return a PNG whose head promises 60,000 x 60,000 pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(60_000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def animated_png() -> bytes:
    """Return a PNG that moves."""
    frames = [Image.new("L", (40, 40), shade) for shade in (0, 90, 200)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
