"""Files that must not be taken, each written by hand."""

import zlib
from io import BytesIO

from pypdf import PdfWriter

from tests.enclosures.pdf_files import flate, one_page, pdf, stream

MIB = 1024 * 1024


def packed_blanks(mebibytes: int) -> bytes:
    """Pack so many blanks without ever holding them."""
    packer = zlib.compressobj(9)
    packed = [packer.compress(b" " * MIB) for _ in range(mebibytes)]
    return b"".join([*packed, packer.flush()])


def encrypted() -> bytes:
    writer = PdfWriter(BytesIO(one_page()))
    writer.encrypt("", owner_password="owner", algorithm="AES-256")
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def bomb() -> bytes:
    """256 MiB of blanks, a quarter of a megabyte when packed."""
    return one_page(contents=stream(packed_blanks(256), b"/Filter /FlateDecode"))


def double_bomb() -> bytes:
    """200 MiB of blanks, packed twice into some hundred bytes."""
    packed = zlib.compress(packed_blanks(200), 9)
    assert len(packed) < 2_000
    return one_page(contents=stream(packed, b"/Filter [/FlateDecode /FlateDecode]"))


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
    contents = stream(packed_blanks(200), b"/Filter 10 0 R")
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
