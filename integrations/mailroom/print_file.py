"""The one file that a mail room prints: envelope after envelope, in posting order.

Joined by PDFium, which copies 300 letters in a quarter of a second; pypdf needs two seconds. What
it joins is ours, or was cleaned before it was stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pypdfium2 as pdfium

from cases.rules.posting import sheets_of
from integrations.durable_files import Sink

A4 = (595.276, 841.89)  #: Points.


@dataclass(frozen=True, slots=True)
class LetterFiles:
    """A letter as it was produced, and the enclosures that go with it."""

    letter: bytes
    enclosures: tuple[bytes, ...] = ()
    has_slip: bool = False  #: Its last page is the receipt slip, which goes behind the enclosures.
    is_at_hand: bool = False  #: The stamped original goes in, slip and all; it is not printed.

    def parts(self) -> list[int]:
        """Return how many pages each part has: letter, enclosures, slip."""
        pages = _count(self.letter)
        enclosed = [_count(each) for each in self.enclosures]
        return [pages - 1, *enclosed, 1] if self.has_slip else [pages, *enclosed]

    def pages(self) -> int:
        """Return how many sides lie in the envelope."""
        return sum(self.parts())

    def sheets(self, *, two_sided: bool) -> int:
        """Return how many sheets it needs; no two parts share one."""
        return sum(sheets_of(pages, two_sided=two_sided) for pages in self.parts())


def print_file(
    into: Sink,
    envelopes: Iterable[Iterable[LetterFiles]],
    carriers: bytes,
    *,
    two_sided: bool = False,
) -> None:
    """Write the PDF: for each envelope its letters and then its carrier sheet.

    The letters are taken one by one: only what is printed is in memory, and only once.
    Raises OSError when the file takes no more.
    A letter is followed by its enclosures and its slip. Printed on two sides, every part begins
    on a sheet of its own: an empty page fills up an odd one.
    """
    out = pdfium.PdfDocument.new()
    carrier_pages = pdfium.PdfDocument(carriers)
    for position, letters in enumerate(envelopes):
        for files in letters:
            _add_letter(out, files, two_sided)
        out.import_pages(carrier_pages, [position])
        _fill_up(out, 1, two_sided)
    carrier_pages.close()
    _save(out, into)


def print_in_turn(into: Sink, letters: Iterable[bytes], *, two_sided: bool = False) -> None:
    """Write one PDF of several letters, each beginning on a sheet of its own. Raises OSError."""
    out = pdfium.PdfDocument.new()
    for content in letters:
        letter = pdfium.PdfDocument(content)
        _add(out, letter, range(len(letter)), two_sided)
        letter.close()
    _save(out, into)


def _save(out: pdfium.PdfDocument, into: Sink) -> None:
    target = _Remembering(into)
    out.save(target)
    out.close()
    if target.fault is not None:
        raise target.fault


class _Remembering:
    """A file for PDFium, which writes on through any error and reports none."""

    def __init__(self, into: Sink) -> None:
        self._into = into
        self.fault: OSError | None = None

    def write(self, piece: bytes) -> None:
        """Write a piece, unless one before it could not be written."""
        if self.fault is None:
            try:
                self._into.write(piece)
            except OSError as fault:
                self.fault = fault


def _add_letter(out: pdfium.PdfDocument, files: LetterFiles, two_sided: bool) -> None:
    letter = pdfium.PdfDocument(files.letter)
    last = len(letter) - files.has_slip
    if not files.is_at_hand:
        _add(out, letter, range(last), two_sided)
    for content in files.enclosures:
        enclosure = pdfium.PdfDocument(content)
        _add(out, enclosure, range(len(enclosure)), two_sided)
        enclosure.close()
    if files.has_slip and not files.is_at_hand:
        _add(out, letter, [last], two_sided)
    letter.close()


def _add(
    out: pdfium.PdfDocument, source: pdfium.PdfDocument, pages: Iterable[int], two_sided: bool
) -> None:
    wanted = list(pages)
    out.import_pages(source, wanted)
    _fill_up(out, len(wanted), two_sided)


def _fill_up(out: pdfium.PdfDocument, pages: int, two_sided: bool) -> None:
    if two_sided and pages % 2:
        out.new_page(*A4).close()


def _count(content: bytes) -> int:
    document = pdfium.PdfDocument(content)
    pages = len(document)
    document.close()
    return pages
