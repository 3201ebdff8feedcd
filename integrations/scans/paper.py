"""Pictures of pages as a PDF, and such PDFs joined and cut. Nothing in them acts or hides."""

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter

from integrations.scans.reader import PagePicture

A4 = (595.28, 841.89)  #: Points.


def pdf_of(pictures: Sequence[PagePicture]) -> bytes:
    """Return a PDF with one picture a page, as wide or as high as A4; the same gives the same."""
    objects: dict[int, bytes] = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
    kids = []
    for ordinal, picture in enumerate(pictures):
        page, drawing, image = (3 * ordinal + offset for offset in (3, 4, 5))
        kids.append(b"%d 0 R" % page)
        width, height = _size(picture)
        objects[page] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R"
            b" /Resources << /XObject << /Im %d 0 R >> >> >>" % (width, height, drawing, image)
        )
        objects[drawing] = _stream(b"q %.2f 0 0 %.2f 0 0 cm /Im Do Q" % (width, height), b"")
        objects[image] = _stream(
            picture.jpeg,
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s"
            b" /BitsPerComponent 8 /Filter /DCTDecode "
            % (picture.width, picture.height, b"DeviceGray" if picture.is_grey else b"DeviceRGB"),
        )
    objects[2] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return _file(objects)


def joined(*files: bytes) -> bytes:
    """Return the pages of our own files, one file after another."""
    writer = PdfWriter()
    writer.metadata = None
    for file in files:
        for page in PdfReader(io.BytesIO(file)).pages:
            writer.add_page(page)
    return _written(writer)


def part_of(file: bytes, begin: int, end: int) -> bytes:
    """Return the pages [begin, end) of a file of ours, from 0."""
    writer = PdfWriter()
    writer.metadata = None
    for page in PdfReader(io.BytesIO(file)).pages[begin:end]:
        writer.add_page(page)
    return _written(writer)


def page_count(file: bytes) -> int:
    """Return how many pages a file of ours has."""
    return len(PdfReader(io.BytesIO(file)).pages)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _size(picture: PagePicture) -> tuple[float, float]:
    """Return width and height in points: the picture fitted into A4, upright or lying."""
    box = A4 if picture.height >= picture.width else A4[::-1]
    scale = min(box[0] / picture.width, box[1] / picture.height)
    return picture.width * scale, picture.height * scale


def _stream(data: bytes, entries: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _file(objects: dict[int, bytes]) -> bytes:
    parts, offsets, at = [b"%PDF-1.7\n"], {}, len(b"%PDF-1.7\n")
    for number in sorted(objects):
        offsets[number] = at
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, objects[number]))
        at += len(parts[-1])
    size = len(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    parts += [b"%010d 00000 n \n" % offsets[number] for number in range(1, size)]
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % size)
    parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
    return b"".join(parts)
