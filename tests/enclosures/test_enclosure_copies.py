"""A copy keeps all that is seen of an enclosure and loses all that acts or hides."""

import zlib
from base64 import a85encode
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from integrations.enclosures.cleaning import clean
from integrations.enclosures.reader import PdfEnclosureReader
from tests.enclosures.pdf_files import PAGE_TEXT, flate, many_pages, one_page, pdf, stream

#: Names and words that must not be in a copy, however the file hides them.
MARKERS = [
    *(b"/JavaScript", b"/JS", b"app.alert", b"/AA", b"/OpenAction", b"/Launch", b"calc.exe"),
    *(b"/EmbeddedFile", b"/EF", b"/Filespec", b"/AF", b"/XFA", b"/AcroForm", b"/RichMedia"),
    *(b"/URI", b"evil.example", b"/SubmitForm", b"/GoToR", b"/ImportData", b"/Annots"),
    *(b"/Metadata", b"/PieceInfo", b"/Info", b"SECRET-AUTHOR", b"/Names", b"/StructParents"),
    *(b"/OPI", b"/Ref", b"/Alternates", b"/Properties", b"/OCProperties", b"/Outlines"),
]
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = b"<< /S /Launch /F (calc.exe) /Win << /F (calc.exe) >> >>"
LINK = b"<< /S /URI /URI (http://evil.example/) >>"
FILE = b"<< /Type /Filespec /F (calc.exe) /EF << /F 90 0 R >> >>"
EMBEDDED = stream(b"MZ calc.exe", b"/Type /EmbeddedFile")
METADATA = stream(b"<x:xmpmeta>SECRET-AUTHOR</x:xmpmeta>", b"/Type /Metadata /Subtype /XML")


def rendered(data: bytes) -> list[bytes]:
    """Return the pixels of each page."""
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.render(scale=0.5).to_pil().tobytes() for page in document]
    finally:
        document.close()


def everything_in(data: bytes) -> bytes:
    """Return the copy and, unpacked, each of its streams."""
    objects = PdfReader(BytesIO(data))
    streams = [
        entry.get_data()
        for entry in (objects.get_object(number) for number in range(1, len(objects.xref[0]) + 1))
        if hasattr(entry, "get_data")
    ]
    return data + b"".join(streams)


HOSTILE = {
    "A script that runs on opening": one_page(catalog=b"/OpenAction " + SCRIPT),
    "A script in the name tree": one_page(
        catalog=b"/Names << /JavaScript << /Names [(x) %s] >> >>" % SCRIPT
    ),
    "A program started on opening": one_page(catalog=b"/OpenAction " + LAUNCH),
    "A script on turning the page": one_page(page=b"/AA << /O %s >>" % SCRIPT),
    "A script on closing the file": one_page(catalog=b"/AA << /WC %s >>" % SCRIPT),
    "A file inside the file": one_page(
        catalog=b"/Names << /EmbeddedFiles << /Names [(x) %s] >> >> /AF [%s]" % (FILE, FILE),
        more={90: EMBEDDED},
    ),
    "A file pinned to the page": one_page(
        page=b"/Annots [<< /Subtype /FileAttachment /Rect [9 9 99 99] /FS %s >>]" % FILE,
        more={90: EMBEDDED},
    ),
    "A link over the whole page": one_page(
        page=b"/Annots [<< /Subtype /Link /Rect [0 0 595 842] /Border [0 0 0] /A %s >>]" % LINK
    ),
    "A film": one_page(
        page=b"/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] /RichMediaContent << >> >>]"
    ),
    "A form with XFA and a button that sends it away": one_page(
        catalog=b"/AcroForm << /XFA 91 0 R /Fields [92 0 R] >> /NeedsRendering false",
        page=b"/Annots [92 0 R]",
        more={
            91: stream(b"<xdp>SECRET-AUTHOR</xdp>"),
            92: b"<< /Subtype /Widget /FT /Btn /Rect [0 0 9 9] /A << /S /SubmitForm /F %s >> >>"
            % FILE.replace(b"90 0 R", b"91 0 R"),
        },
    ),
    "The author's name and program": one_page(
        trailer=b"/Info << /Author (SECRET-AUTHOR) >>",
        catalog=b"/Metadata 91 0 R",
        page=b"/Metadata 91 0 R /PieceInfo << /Word << /Private (SECRET-AUTHOR) >> >>",
        more={91: METADATA},
    ),
    "Secrets on a picture": one_page(
        contents=b"q 99 0 0 99 9 9 cm /Im1 Do Q",
        resources=b"/XObject << /Im1 10 0 R >>",
        more={
            10: stream(
                b"\x80\x40\x20",
                b"/Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceRGB "
                b"/Metadata 91 0 R /OPI << /F %s >> /AF [%s] /Alternates [<< /Image 91 0 R >>]"
                % (FILE, FILE),
            ),
            90: EMBEDDED,
            91: METADATA,
        },
    ),
    "Secrets on a drawing inside a drawing": one_page(
        contents=b"/Fm1 Do",
        resources=b"/XObject << /Fm1 10 0 R >>",
        more={
            10: stream(
                b"/Fm2 Do",
                b"/Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /Fm2 11 0 R >> >>",
            ),
            11: stream(
                b"1 0 0 rg 10 10 100 100 re f",
                b"/Subtype /Form /BBox [0 0 595 842] /PieceInfo << /X (SECRET-AUTHOR) >> "
                b"/Metadata 91 0 R /AA << /O %s >> /Ref << /F %s >> /StructParents 0"
                % (SCRIPT, FILE),
            ),
            90: EMBEDDED,
            91: METADATA,
        },
    ),
    "Secrets beside the fonts": one_page(
        resources=b"/Properties << /MC0 << /Metadata 91 0 R >> >> /Evil %s" % SCRIPT,
        more={91: METADATA},
    ),
    "A script in a graphics state": one_page(
        contents=b"/GS1 gs " + PAGE_TEXT,
        resources=b"/ExtGState << /GS1 << /ca .5 /AA %s /HT << /F %s >> >> >>" % (SCRIPT, FILE),
        more={90: EMBEDDED},
    ),
    "A script in a pattern's graphics state": one_page(
        contents=b"/Pattern cs /P1 scn 9 9 99 99 re f",
        resources=b"/Pattern << /P1 << /PatternType 2 /Shading << /ShadingType 2 "
        b"/ColorSpace /DeviceGray /Coords [0 0 99 99] /Function << /FunctionType 2 "
        b"/Domain [0 1] /N 1 >> /AA %s >> /ExtGState << /AA %s >> >> >>" % (SCRIPT, SCRIPT),
    ),
    "Contents in a file elsewhere": one_page(
        contents=stream(b"", b"/F %s /FFilter /FlateDecode" % FILE), more={90: EMBEDDED}
    ),
    "Objects that nothing refers to": one_page(more={90: EMBEDDED, 91: METADATA}),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_that_acts_or_hides_survives_and_the_page_looks_the_same(data: bytes) -> None:
    copy = clean(data, max_pages=1)
    inside = everything_in(copy)
    assert [marker for marker in MARKERS if marker in inside] == []
    assert rendered(copy) == rendered(data)


def test_the_markers_are_in_the_hostile_files_to_begin_with() -> None:
    everything = b"".join(HOSTILE.values())
    missing = {marker for marker in MARKERS if marker not in everything}
    assert missing == {b"/GoToR", b"/ImportData", b"/OCProperties", b"/Outlines"}


def form(appearance: bytes, flags: int = 4) -> bytes:
    """Return a page whose form field shows a red box of 100 x 50 points at 200, 300."""
    return one_page(
        catalog=b"/AcroForm << /Fields [10 0 R] >>",
        page=b"/Annots [10 0 R]",
        more={
            10: b"<< /Type /Annot /Subtype /Widget /FT /Tx /V (Wang) /F %d /Rect [200 300 300 350] "
            b"/AS /On /AP << /N %s >> /AA << /K %s >> >>" % (flags, appearance, SCRIPT),
            11: stream(
                b"1 0 0 rg 0 0 10 10 re f", b"/Subtype /Form /BBox [0 0 10 10] /AA " + SCRIPT
            ),
        },
    )


def pixel(data: bytes, x: int, y: int, page: int = 0) -> tuple[int, int, int]:
    """Return red, green and blue of a point of a page, counted from its lower left."""
    document = pypdfium2.PdfDocument(data)
    try:
        image = document[page].render(scale=1).to_pil().convert("RGB")
        return image.getpixel((x, image.height - y))
    finally:
        document.close()


@pytest.mark.parametrize(
    "appearance", [b"11 0 R", b"<< /On 11 0 R >>"], ids=["a text field", "a ticked box"]
)
def test_an_entry_in_a_form_is_drawn_into_the_page(appearance: bytes) -> None:
    copy = clean(form(appearance), max_pages=1)
    assert b"/AA" not in copy
    assert b"/Annots" not in copy
    assert pixel(copy, 205, 345) == (255, 0, 0)
    assert pixel(copy, 295, 305) == (255, 0, 0)
    assert pixel(copy, 195, 325) == (255, 255, 255)
    assert pixel(copy, 250, 355) == (255, 255, 255)
    assert "SYNTHETIC" in PdfReader(BytesIO(copy)).pages[0].extract_text()


def test_a_hidden_entry_stays_unseen() -> None:
    assert pixel(clean(form(b"11 0 R", flags=2), max_pages=1), 250, 325) == (255, 255, 255)


def test_two_pages_that_share_their_fonts_keep_their_own_entries() -> None:
    mark = b"<< /Subtype /Stamp /Rect [%d 10 %d 60] /AP << /N 11 0 R >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources 5 0 R /Annots [%s] >>"
    data = pdf(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            3: page % (mark % (10, 60)),
            4: page % (mark % (110, 160)),
            5: b"<< /Font << >> >>",
            11: stream(b"0 0 1 rg 0 0 9 9 re f", b"/Subtype /Form /BBox [0 0 9 9]"),
        }
    )
    copy = clean(data, max_pages=2)
    blue, white = (0, 0, 255), (255, 255, 255)
    assert [pixel(copy, 30, 30, page=0), pixel(copy, 130, 30, page=0)] == [blue, white]
    assert [pixel(copy, 30, 30, page=1), pixel(copy, 130, 30, page=1)] == [white, blue]


def test_a_crop_a_turn_and_a_unit_are_kept() -> None:
    data = one_page(page=b"/CropBox [50 50 400 800] /Rotate 90 /UserUnit 1.5")
    copy = clean(data, max_pages=1)
    assert rendered(copy) == rendered(data)
    page = PdfReader(BytesIO(copy)).pages[0]
    assert (page.rotation, page["/UserUnit"], list(page.cropbox)) == (90, 1.5, [50, 50, 400, 800])


def test_what_pages_share_is_kept_once() -> None:
    """200 pages with one letterhead do not become 200 letterheads."""
    data = many_pages(200).replace(b"842]", b"842] /Resources 500 0 R")
    letterhead = stream(bytes(100_000), b"/Subtype /Form /BBox [0 0 9 9]")
    objects = PdfReader(BytesIO(data))
    assert len(objects.pages) == 200
    shared = b"500 0 obj\n<< /XObject << /L 501 0 R >> >>\nendobj\n501 0 obj\n%s\nendobj\n"
    data = data.replace(b"xref\n", shared % letterhead + b"xref\n", 1)
    assert len(clean(data, max_pages=200)) < 250_000


@pytest.mark.parametrize(
    "packing",
    [b"/ASCIIHexDecode", b"/ASCII85Decode", b"/RunLengthDecode", b"[/ASCII85Decode /FlateDecode]"],
    ids=["hexadecimal", "base 85", "run lengths", "base 85 around flate"],
)
def test_older_packings_are_taken(packing: bytes) -> None:
    """A green square, packed as a printer of the nineties would."""
    square = b"0 1 0 rg 100 100 100 100 re f"
    packed = {
        b"/ASCIIHexDecode": square.hex().encode("ascii") + b" >",
        b"/ASCII85Decode": a85encode(square) + b"~>",
        b"/RunLengthDecode": bytes([len(square) - 1]) + square + b"\x80",
        b"[/ASCII85Decode /FlateDecode]": a85encode(zlib.compress(square)) + b"~>",
    }[packing]
    copy = clean(one_page(contents=stream(packed, b"/Filter " + packing)), max_pages=1)
    assert pixel(copy, 150, 150) == (0, 255, 0)


def test_the_copy_of_a_copy_is_the_same() -> None:
    once = clean(form(b"11 0 R"), max_pages=1)
    assert rendered(clean(once, max_pages=1)) == rendered(once)


@given(data=st.binary(max_size=300), place=st.floats(0, 1), length=st.integers(0, 40))
def test_a_file_damaged_anywhere_is_copied_or_refused_and_never_acts(
    data: bytes, place: float, length: int
) -> None:
    whole = form(b"11 0 R")
    start = int(place * len(whole))
    damaged = whole[:start] + data + whole[start + length :]
    try:
        copy = clean(damaged, max_pages=5)
    except Exception:  # In the child every exception becomes a refusal.
        return
    assert [marker for marker in MARKERS if marker in copy] == []


def test_a_compressed_page_stays_compressed() -> None:
    data = one_page(contents=flate(PAGE_TEXT * 500))
    assert len(clean(data, max_pages=1)) < 2_000


def test_the_sample_application_is_taken_and_says_that_it_is_synthetic() -> None:
    sample = Path(__file__).parents[2] / "examples" / "enclosures" / "application.pdf"
    (page,) = PdfReader(BytesIO(PdfEnclosureReader().read(sample))).pages
    text = page.extract_text()
    assert "合成样例" in text
    assert "SYNTHETIC SAMPLE" in text
    assert rendered(clean(sample.read_bytes(), max_pages=1)) == rendered(sample.read_bytes())
