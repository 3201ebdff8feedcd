"""What is not taken as an enclosure, and the one line that says why."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from cases.vocabulary.errors import SystemFault
from integrations.enclosures.limits import EnclosureLimits
from integrations.enclosures.reader import PdfEnclosureReader
from tests.enclosures import hostile_files
from tests.enclosures.pdf_files import flate, many_pages, one_page, stream
from tests.enclosures.refusing import refusal

FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "An empty file is refused": (lambda: b"", "is empty"),
    "A text file is refused": (lambda: b"Dear colleagues,\n", "is no PDF"),
    "A web page is refused": (lambda: b"<!DOCTYPE html><title>%PDF</title>", "is no PDF"),
    "Zeros are refused": (lambda: bytes(4096), "is no PDF"),
    "A program with a PDF at its end is refused": (
        lambda: b"\x7fELF" + bytes(2000) + one_page(),
        "is no PDF",
    ),
    "A file that is cut off is refused": (lambda: one_page()[:-40], "is cut off"),
    "A bare head of a PDF is refused": (lambda: b"%PDF-1.7\n%%EOF\n", "is damaged"),
    "An encrypted file is refused, also with an empty password": (
        hostile_files.encrypted,
        "is encrypted",
    ),
    "201 pages are refused": (lambda: many_pages(201), "has 201 pages; at most 200"),
    "A file without pages is refused": (lambda: many_pages(0), "has no pages"),
    "Pages that contain themselves are refused": (hostile_files.circular_pages, "is damaged"),
    "A page 141 km wide is refused": (
        lambda: one_page(media_box=b"[0 0 400000000 842]"),
        "has a page of 400000000 x 842 points",
    ),
    "A page without width is refused": (
        lambda: one_page(media_box=b"[0 0 0 842]"),
        "has a page of 0 x 842 points",
    ),
    "A page that its unit makes absurd is refused": (
        lambda: one_page(page=b"/UserUnit 1000"),
        "has a page of 595000 x 842000 points",
    ),
    "A page box without numbers is refused": (
        lambda: one_page(media_box=b"[/A /B /C /D]"),
        "has a page of 0 x 0 points",
    ),
    "A flate bomb of 256 MiB is refused": (hostile_files.bomb, "unpacks to an absurd size"),
    "A bomb packed twice is refused": (hostile_files.double_bomb, "unpacks to an absurd size"),
    "A bomb in a picture is refused": (
        hostile_files.bomb_in_a_picture,
        "unpacks to an absurd size",
    ),
    "A bomb whose packing is written elsewhere is refused": (
        hostile_files.bomb_with_a_hidden_filter,
        "unpacks to an absurd size",
    ),
    "A page whose contents are lost is refused": (
        hostile_files.lost_contents,
        "a part of a page is missing",
    ),
    "A picture of 4 gigapixels is refused": (hostile_files.huge_picture, "65000 x 65000 pixels"),
    "A damaged stream is refused": (
        lambda: one_page(contents=stream(b"not flate at all", b"/Filter /FlateDecode")),
        "a part of it cannot be unpacked",
    ),
    "A stream of unknown packing is refused": (
        lambda: one_page(contents=stream(b"x", b"/Filter /Crypt")),
        "not known here (/Crypt)",
    ),
    "Drawings nested 2,000 deep are refused": (hostile_files.endless_forms, "is nested too deeply"),
    "An array nested 20,000 deep is refused": (
        lambda: one_page(page=b"/Group " + b"[" * 20_000 + b"]" * 20_000),
        "is damaged",
    ),
    "A PostScript program is refused": (hostile_files.postscript, "holds a PostScript program"),
    "A form that only Adobe's reader shows is refused": (
        lambda: one_page(catalog=b"/NeedsRendering true /AcroForm << /Fields [] /XFA (x) >>"),
        "is an XFA form",
    ),
    "A form entry that a copy would lose is refused": (
        hostile_files.lost_form_entry,
        "print it to PDF",
    ),
}


@pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES.keys())
def test_hostile_file(content: Callable[[], bytes], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "application.pdf"
    path.write_bytes(content())
    line = refusal(path)
    assert reason in line
    assert line.startswith("the enclosure application.pdf ")
    assert "\n" not in line


def test_a_file_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    """40 streams of 100 MB each keep a processor busy for longer than its second."""
    blanks = flate(b" " * 100_000_000)
    contents = b"[" + b" ".join(b"%d 0 R" % number for number in range(10, 50)) + b"]"
    objects = dict.fromkeys(range(10, 50), blanks)
    path = tmp_path / "slow.pdf"
    path.write_bytes(one_page(more=objects).replace(b"/Contents 4 0 R", b"/Contents " + contents))
    reader = PdfEnclosureReader(limits=EnclosureLimits(cpu_seconds=1))
    assert refusal(path, reader) == "the enclosure slow.pdf takes too long to read"


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "good.pdf"
    path.write_bytes(one_page())
    reader = PdfEnclosureReader(limits=EnclosureLimits(wall_seconds=0))
    assert refusal(path, reader) == "the enclosure good.pdf takes too long to read"


def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fat.pdf"
    path.write_bytes(one_page(more={10: stream(os.urandom(15_000_000))}))
    reader = PdfEnclosureReader(limits=EnclosureLimits(memory_bytes=48 * 1024 * 1024))
    assert refusal(path, reader) == "the enclosure fat.pdf needs too much memory to be read"


def test_a_reader_that_cannot_work_is_a_fault_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "good.pdf"
    path.write_bytes(one_page())
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    with pytest.raises(SystemFault):
        PdfEnclosureReader().read(path)


def test_the_same_file_gives_the_same_copy(tmp_path: Path) -> None:
    path = tmp_path / "good.pdf"
    path.write_bytes(one_page())
    copies = {PdfEnclosureReader().read(path) for _ in range(2)}
    assert len(copies) == 1
    (text,) = (page.extract_text() for page in PdfReader(BytesIO(copies.pop())).pages)
    assert text == "SYNTHETIC APPLICATION"
