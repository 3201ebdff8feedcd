"""Files that no scanner wrote: each refused in one line, by a process that cannot do harm."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from sqlmodel import select

from cases.store.tables.scan import FiledScan, ScanBatch, TrayItem
from cases.vocabulary.errors import ScanRefused
from integrations.scans.limits import ScanLimits
from integrations.scans.paper import pdf_of
from integrations.scans.reader import ScanReader
from tests.enclosures.hostile_files import circular_pages, packed_blanks
from tests.enclosures.pdf_files import many_pages, one_page, stream
from tests.scan.mail_room import MailRoom
from tests.scan.paper import Wear, blank, certificate, stack_of, worn


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("letter.pdf", one_page())
    return content.getvalue()


def locked() -> bytes:
    writer = PdfWriter(io.BytesIO(one_page()))
    writer.encrypt("secret", algorithm="AES-256")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def gigabyte() -> bytes:
    """A page whose contents are 1 GiB of blanks, a megabyte when packed."""
    return one_page(contents=stream(packed_blanks(1024), b"/Filter /FlateDecode"))


def tiff_cut_off() -> bytes:
    content = io.BytesIO()
    picture = certificate(1, 100)
    picture.save(content, "TIFF", save_all=True, append_images=[picture])
    return content.getvalue()[: -len(content.getvalue()) // 3]


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (lambda: b"", "is empty"),
    "a text": (lambda: b"Dear colleagues,\n", "is neither PDF nor TIFF, JPEG or PNG"),
    "a ZIP that is called a PDF": (zipped, "is neither PDF nor TIFF, JPEG or PNG"),
    "a PDF that is cut off": (
        lambda: stack_of([worn(blank(50), Wear(50), 0)] * 3)[:-40],
        "is cut off",
    ),
    "a PDF with nothing in it": (lambda: b"%PDF-1.7\n%%EOF\n", "is damaged"),
    "a PDF with a password": (
        locked,
        "is encrypted",
    ),
    "pages that contain themselves": (circular_pages, "is damaged"),
    "10,000 pages": (lambda: many_pages(10_000), "has 10000 pages; at most 300"),
    "a page 141 km wide": (
        lambda: one_page(media_box=b"[0 0 400000000 842]"),
        "has a page of",
    ),
    "a flate bomb of a gigabyte": (gigabyte, ""),
    "a picture of 60,000 x 60,000 points": (
        lambda: png_of(60_000, 60_000),
        "has a picture of 60000 x 60000 pixels",
    ),
    "a picture that is cut off": (lambda: png_of(2_000, 2_000), "is damaged"),
    "a JPEG that is cut off": (
        lambda: worn(certificate(1, 100), Wear(100), 0)[:-9_000],
        "is damaged",
    ),
    "a TIFF that is cut off": (tiff_cut_off, "is damaged"),
    "a bare head of a JPEG": (lambda: b"\xff\xd8\xff\xe0", "is a damaged picture"),
}


@pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES.keys())
def test_hostile_file(content: Callable[[], bytes], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "stack.pdf"
    path.write_bytes(content())
    with pytest.raises(ScanRefused) as refused:
        ScanReader().read(path)
    line = str(refused.value)
    assert line.startswith("the scan stack.pdf ")
    assert reason in line
    assert "\n" not in line


def test_a_page_that_is_refused_takes_the_whole_stack_with_it(mail_room: MailRoom) -> None:
    """Nothing is half filed: the slip before the bad page stays outside, too."""
    case = mail_room.story.open()
    mail_room.story.rest()
    before = mail_room.story.stands(case)
    good = one_page()
    bad = good.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 595 9999]")
    with pytest.raises(ScanRefused, match="is no scan of a letter"):
        mail_room.take(bad)
    assert mail_room.story.stands(case) == before
    with mail_room.house.database.reading() as session:
        for table in (ScanBatch, FiledScan, TrayItem):
            assert session.exec(select(table)).all() == []


def test_a_file_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    """Forty large pages keep a processor busy for longer than its second."""
    path = tmp_path / "slow.pdf"
    path.write_bytes(stack_of([worn(certificate(1, 300), Wear(300), 0)] * 40))
    limits = ScanLimits(pages_at_once=40, cpu_seconds=1)
    with pytest.raises(ScanRefused, match="takes too long to read"):
        ScanReader(limits).read(path)


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "good.pdf"
    path.write_bytes(one_page())
    with pytest.raises(ScanRefused, match="takes too long to read"):
        ScanReader(ScanLimits(wall_seconds=0)).read(path)


def test_a_picture_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fat.png"
    Image.new("RGB", (8_000, 9_000), "white").save(path)
    with pytest.raises(ScanRefused, match=r"needs too much memory|fail"):
        ScanReader(ScanLimits(memory_bytes=300 * 1024 * 1024)).read(path)


def test_an_a3_page_in_colour_at_600_dots_an_inch_is_taken(tmp_path: Path) -> None:
    """As large as an office's scanner makes them."""
    path = tmp_path / "a3.tif"
    Image.new("RGB", (9_921, 7_016), "white").save(path, compression="tiff_deflate")
    (picture,) = ScanReader().read(path).pictures
    assert max(picture.width, picture.height) >= 2_339


def test_what_the_reader_gives_back_is_made_anew(tmp_path: Path) -> None:
    """Scripts, files and links of a PDF are not in what is kept: it is a picture of the page."""
    path = tmp_path / "active.pdf"
    active = one_page(
        catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        page=b"/Annots [<< /Subtype /Link /Rect [0 0 99 99] /A << /S /URI /URI (http://x) >> >>]",
    )
    path.write_bytes(active)
    stack = ScanReader().read(path)
    kept = pdf_of(stack.pictures)
    for word in (b"JavaScript", b"/URI", b"/Annots", b"/OpenAction"):
        assert word in active
        assert word not in kept


@pytest.mark.parametrize("kind", ["TIFF", "PNG", "JPEG", "PDF"])
@pytest.mark.parametrize("dpi", [150, 300, 600])
def test_every_kind_of_file_gives_its_pages(kind: str, dpi: int, tmp_path: Path) -> None:
    path = tmp_path / "scan"
    page = certificate(5, dpi)
    several = kind in ("TIFF", "PDF")
    more = {"save_all": True, "append_images": [page.rotate(180)]} if several else {}
    page.save(path, kind, **({"resolution": dpi} if kind == "PDF" else {}), **more)
    stack = ScanReader().read(path)
    assert len(stack.pages) == (2 if several else 1)
    assert {page.codes for page in stack.pages} == {("https://verify.province.example/c?id=5",)}
    for picture in stack.pictures:
        assert picture.jpeg.startswith(b"\xff\xd8")
        assert 1_654 * 0.7 <= picture.width <= 2_600
