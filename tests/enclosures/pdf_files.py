"""PDFs written by hand for the tests, object by object, so that each can be as hostile as asked."""

import zlib
from collections.abc import Mapping

PAGE_TEXT = b"BT /F1 24 Tf 72 700 Td (SYNTHETIC APPLICATION) Tj ET"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object's body."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def flate(data: bytes, entries: bytes = b"") -> bytes:
    """Return a compressed stream object's body."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """Return a file of these numbered objects; number 1 is the catalog."""
    content = b"%PDF-1.7\n"
    offsets = {}
    for number, body in sorted(objects.items()):
        offsets[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    size = max(objects) + 1
    content += b"xref\n0 %d\n" % size + b"0000000000 65535 f \n"
    for number in range(1, size):
        content += b"%010d 00000 n \n" % offsets.get(number, 0)
    content += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (size, trailer)
    return content + b"startxref\n%d\n%%%%EOF\n" % start


def one_page(
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    resources: bytes = b"",
    media_box: bytes = b"[0 0 595 842]",
    contents: bytes = PAGE_TEXT,
    more: Mapping[int, bytes] | None = None,
    trailer: bytes = b"",
) -> bytes:
    """Return a page of text with additions; numbers from 10 up are free for `more`."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources "
        b"<< /Font << /F1 5 0 R >> %s >> %s >>" % (media_box, resources, page),
        4: contents if contents.startswith(b"<<") else stream(contents),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return pdf({**objects, **(more or {})}, trailer)


def many_pages(count: int) -> bytes:
    """Return a file of empty pages."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    pages = dict.fromkeys(range(10, 10 + count), page)
    kids = b" ".join(b"%d 0 R" % number for number in pages)
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, **pages})
