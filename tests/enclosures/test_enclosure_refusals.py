"""What is not taken as an enclosure, and the one line that says why."""

import os
import re
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from cases.vocabulary.errors import EnclosureRefused, SystemFault
from integrations.enclosures.limits import EnclosureLimits
from integrations.enclosures.reader import PdfEnclosureReader
from tests.enclosures.pdf_files import flate, many_pages, one_page, pdf, stream

GIB = 1024**3


def refusal(path: Path, reader: PdfEnclosureReader | None = None) -> str:
    """Return the line with which a file is refused."""
    with pytest.raises(EnclosureRefused) as caught:
        (reader or PdfEnclosureReader()).read(path)
    return str(caught.value)


def encrypted() -> bytes:
    writer = PdfWriter(BytesIO(one_page()))
    writer.encrypt("", owner_password="owner", algorithm="AES-256")
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def bomb() -> bytes:
    """A gibibyte of blanks, a megabyte when packed."""
    return one_page(contents=flate(b" " * GIB))


def double_bomb() -> bytes:
    """200 MB of blanks, packed twice into some hundred bytes."""
    twice = flate(b" " * 200_000_000)
    inner = re.search(rb"stream\n(.*)\nendstream", twice, re.DOTALL)
    assert inner is not None
    packed = flate(inner[1]).replace(
        b"/Filter /FlateDecode", b"/Filter [/FlateDecode /FlateDecode]"
    )
    assert len(packed) < 2_000
    return one_page(contents=packed)


def bomb_in_a_picture() -> bytes:
    picture = flate(b"\0" * 150_000_000, b"/Type /XObject /Subtype /Image /Width 10 /Height 10 ")
    return one_page(resources=b"/XObject << /Im1 10 0 R >>", more={10: picture})


def huge_picture() -> bytes:
    """A picture that gives its size and its kind elsewhere in the file."""
    entries = b"/Subtype 11 0 R /Width 12 0 R /Height 12 0 R /Filter /CCITTFaxDecode "
    objects = {10: stream(b"\0", entries), 11: b"/Image", 12: b"65000"}
    return one_page(resources=b"/XObject << /Im1 10 0 R >>", more=objects)


def bomb_with_a_hidden_filter() -> bytes:
    """Its kind of packing is an object of its own, and spelt with escapes."""
    contents = stream(zlib.compress(b" " * 200_000_000, 9), b"/Filter 10 0 R")
    return one_page(contents=contents, more={10: b"[11 0 R]", 11: b"/Fl#61teDecode"})


def lost_contents() -> bytes:
    return one_page().replace(b"/Contents 4 0 R", b"/Contents 99 0 R")


def circular_pages() -> bytes:
    return pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] >>"})


def endless_forms() -> bytes:
    """2,000 drawings, each inside the one before: deeper than any reader follows."""
    forms = {
        number: stream(
            b"",
            b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
            % (number + 1),
        )
        for number in range(10, 2010)
    }
    return one_page(resources=b"/XObject << /X 10 0 R >>", more=forms)


def postscript() -> bytes:
    program = stream(b"quit", b"/Type /XObject /Subtype /PS")
    return one_page(resources=b"/XObject << /X 10 0 R >>", more={10: program})


def lost_form_entry() -> bytes:
    field = b"<< /Subtype /Widget /FT /Tx /V (Wang) /Rect [0 0 99 20] >>"
    return one_page(page=b"/Annots [10 0 R]", more={10: field})


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "An empty file is refused": (lambda: b"", "is empty"),
    "A text file is refused": (lambda: b"Dear colleagues,\n", "is not a PDF"),
    "A web page is refused": (lambda: b"<!DOCTYPE html><title>%PDF</title>", "is not a PDF"),
    "Zeros are refused": (lambda: bytes(4096), "is not a PDF"),
    "A program with a PDF at its end is refused": (
        lambda: b"\x7fELF" + bytes(2000) + one_page(),
        "is not a PDF",
    ),
    "A file that is cut off is refused": (lambda: one_page()[:-40], "is cut off"),
    "A bare head of a PDF is refused": (lambda: b"%PDF-1.7\n%%EOF\n", "is damaged"),
    "An encrypted file is refused, also with an empty password": (encrypted, "is encrypted"),
    "201 pages are refused": (lambda: many_pages(201), "has 201 pages; at most 200"),
    "A file without pages is refused": (lambda: many_pages(0), "has no pages"),
    "Pages that contain themselves are refused": (circular_pages, "is damaged"),
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
    "A flate bomb of 1 GiB is refused": (bomb, "unpacks to an absurd size"),
    "A bomb packed twice is refused": (double_bomb, "unpacks to an absurd size"),
    "A bomb in a picture is refused": (bomb_in_a_picture, "unpacks to an absurd size"),
    "A bomb whose packing is written elsewhere is refused": (
        bomb_with_a_hidden_filter,
        "unpacks to an absurd size",
    ),
    "A page whose contents are lost is refused": (lost_contents, "a part of a page is missing"),
    "A picture of 4 gigapixels is refused": (huge_picture, "65000 x 65000 pixels"),
    "A damaged stream is refused": (
        lambda: one_page(contents=stream(b"not flate at all", b"/Filter /FlateDecode")),
        "a part of it cannot be unpacked",
    ),
    "A stream of unknown packing is refused": (
        lambda: one_page(contents=stream(b"x", b"/Filter /Crypt")),
        "not known here (/Crypt)",
    ),
    "Drawings nested 2,000 deep are refused": (endless_forms, "is nested too deeply"),
    "An array nested 20,000 deep is refused": (
        lambda: one_page(page=b"/Group " + b"[" * 20_000 + b"]" * 20_000),
        "is damaged",
    ),
    "A PostScript program is refused": (postscript, "holds a PostScript program"),
    "A form that only Adobe's reader shows is refused": (
        lambda: one_page(catalog=b"/NeedsRendering true /AcroForm << /Fields [] /XFA (x) >>"),
        "is an XFA form",
    ),
    "A form entry that a copy would lose is refused": (lost_form_entry, "print it to PDF"),
}


@pytest.mark.parametrize(("content", "reason"), FILES.values(), ids=FILES.keys())
def test_hostile_file(content: Callable[[], bytes], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "application.pdf"
    path.write_bytes(content())
    line = refusal(path)
    assert reason in line
    assert line.startswith("the enclosure application.pdf ")
    assert "\n" not in line


def test_2_gb_are_refused_without_opening_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "scan.pdf"
    with path.open("wb") as file:
        file.truncate(2 * GIB)

    def touched(*_: object, **__: object) -> None:
        pytest.fail("the file was opened")

    with monkeypatch.context() as watching:
        watching.setattr("os.open", touched)
        watching.setattr("subprocess.run", touched)
        line = refusal(path)
    assert line == "the enclosure scan.pdf has 2048.0 MiB; at most 20.0 MiB are taken"


def test_a_file_just_over_the_limit_is_refused_and_one_at_the_limit_is_taken(
    tmp_path: Path,
) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(one_page())
    size = path.stat().st_size
    assert PdfEnclosureReader(limits=EnclosureLimits(max_bytes=size)).read(path)
    assert "at most" in refusal(
        path, PdfEnclosureReader(limits=EnclosureLimits(max_bytes=size - 1))
    )


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe.pdf"
    os.mkfifo(path)
    return path


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.pdf") == "the enclosure gone.pdf does not exist"


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(one_page())
    assert "does not exist" in refusal(tmp_path / "a.pdf" / "b.pdf")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).endswith("is a folder")


def test_a_pipe_is_refused_without_waiting_for_it(pipe: Path) -> None:
    assert refusal(pipe).endswith("is not an ordinary file")


def test_a_device_is_refused() -> None:
    assert refusal(Path("/dev/zero")).endswith("is not an ordinary file")


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").symlink_to(tmp_path / "b.pdf")
    (tmp_path / "b.pdf").symlink_to(tmp_path / "a.pdf")
    assert "symbolic link" in refusal(tmp_path / "a.pdf")


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "name" in refusal(tmp_path / "a\0b.pdf")
    assert "cannot be opened" in refusal(tmp_path / ("a" * 300 + ".pdf"))


def test_a_name_with_line_breaks_stays_on_one_line(tmp_path: Path) -> None:
    assert "\n" not in refusal(tmp_path / "a\nb\x1b[31m.pdf")


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "inside"
    root.mkdir()
    (root / "good.pdf").write_bytes(one_page())
    (tmp_path / "secret.pdf").write_bytes(one_page())
    return root


def test_only_files_under_the_root_are_taken(inside: Path) -> None:
    reader = PdfEnclosureReader(root=inside)
    assert reader.read(inside / "good.pdf").startswith(b"%PDF-")
    (inside / "link.pdf").symlink_to(inside / "good.pdf")
    assert reader.read(inside / "link.pdf").startswith(b"%PDF-")
    assert "lies outside" in refusal(inside / ".." / "secret.pdf", reader)
    (inside / "way_out.pdf").symlink_to(inside.parent / "secret.pdf")
    assert "lies outside" in refusal(inside / "way_out.pdf", reader)


def test_a_file_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    """40 streams of 100 MB each keep a processor busy for longer than its second."""
    blanks = flate(b" " * 100_000_000)
    contents = b"[" + b" ".join(b"%d 0 R" % number for number in range(10, 50)) + b"]"
    objects = {number: blanks for number in range(10, 50)}
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
