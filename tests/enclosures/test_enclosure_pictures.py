"""Pictures become pages: what is seen on them stays, what stands beside the pixels does not."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2 as pdfium
import pytest
from PIL import Image

from integrations.enclosures.reader import PdfEnclosureReader
from tests.enclosures.picture_files import (
    RED,
    animated_png,
    huge_png,
    photograph_with_place,
    picture,
    saved,
    tiff_of_pages,
)
from tests.enclosures.refusing import refusal


def copied(folder: Path, content: bytes) -> bytes:
    file = folder / "scan.bin"  # Its name says nothing.
    file.write_bytes(content)
    return PdfEnclosureReader().read(file)


def seen(pdf: bytes) -> list[Image.Image]:
    document = pdfium.PdfDocument(pdf)
    return [document[n].render(scale=1).to_pil().convert("RGB") for n in range(len(document))]


def centre(page: Image.Image) -> tuple[int, ...]:
    found = page.getpixel((page.width // 2, page.height // 2))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (lambda: picture("JPEG"), RED),
        (lambda: picture("PNG"), RED),
        (lambda: picture("TIFF"), RED),
        (lambda: picture("PNG", "L"), (128, 128, 128)),
        (lambda: picture("TIFF", "1"), (0, 0, 0)),
        (lambda: picture("PNG", "RGBA"), (227, 142, 142)),  # Half of red on white.
        (lambda: saved(Image.new("I;16", (40, 60), 0x8000), "PNG"), (128, 128, 128)),
        (lambda: saved(Image.new("CMYK", (40, 60), (0, 255, 255, 0)), "JPEG"), (255, 0, 0)),
    ],
    ids=["jpeg", "png", "tiff", "gray", "black and white", "half clear", "16 bits", "cmyk"],
)
def test_what_is_seen_stays(
    tmp_path: Path, content: Callable[[], bytes], colour: tuple[int, int, int]
) -> None:
    [page] = seen(copied(tmp_path, content()))
    assert page.size == (596, 842)
    assert all(abs(a - b) <= 6 for a, b in zip(centre(page), colour, strict=True))


def test_a_wide_picture_lies_across(tmp_path: Path) -> None:
    [page] = seen(copied(tmp_path, picture("PNG", size=(600, 400))))
    assert page.size == (842, 596)


def test_every_page_of_a_tiff_is_there(tmp_path: Path) -> None:
    assert len(seen(copied(tmp_path, tiff_of_pages(7)))) == 7


def test_place_camera_and_comments_are_gone_and_the_picture_stands_upright(tmp_path: Path) -> None:
    content = photograph_with_place()
    assert all(word in content for word in (b"MakerOfTheCamera", b"CommentOfSomebody", b"Exif"))
    pdf = copied(tmp_path, content)
    for word in (
        b"MakerOfTheCamera",
        b"CommentOfSomebody",
        b"Exif",
        b"GPS",
        b"/Metadata",
        b"/Info",
    ):
        assert word not in pdf
    [page] = seen(pdf)
    assert page.height > page.width


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    assert copied(tmp_path, picture("PNG")) == copied(tmp_path, picture("PNG"))


def zipped() -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w") as parts:
        parts.writestr("scan.jpg", picture("JPEG"))
    return whole.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (huge_png, "has 60000 x 60000 pixels; at most 40 million"),
        (lambda: picture("JPEG")[:900], "is damaged"),
        (lambda: picture("PNG")[:200], "is damaged"),
        (lambda: picture("TIFF")[:200], "is damaged"),
        (zipped, "is no PDF, JPEG, PNG or TIFF"),
        (lambda: saved(Image.new("P", (9, 9)), "GIF"), "is no PDF, JPEG, PNG or TIFF"),
        (animated_png, "is an animated picture"),
        (lambda: tiff_of_pages(10_000), "has more than 200 pages"),
        (lambda: b"\xff\xd8\xff" + bytes(500), "is damaged"),
        (lambda: b"II*\x00\x08\x00\x00\x00" + b"\xff" * 40, "is damaged"),
    ],
    ids=[
        *("60,000 x 60,000", "cut off jpeg", "cut off png", "cut off tiff", "zip", "gif"),
        *("animated", "ten thousand pages", "a head alone", "a tiff that points nowhere"),
    ],
)
def test_hostile_pictures_are_refused_with_their_reason(
    tmp_path: Path, content: Callable[[], bytes], reason: str
) -> None:
    file = tmp_path / "scan.jpg"
    file.write_bytes(content())
    assert reason in refusal(file)
