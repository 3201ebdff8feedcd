"""The file that a mail room prints: whole, or refused."""

from errno import ENOSPC
from io import BytesIO

import pypdfium2 as pdfium
import pytest

from integrations.mailroom.print_file import LetterFiles, print_file


def pages(*widths: int) -> bytes:
    """Return a PDF with an empty page of each width."""
    document = pdfium.PdfDocument.new()
    for width in widths:
        document.new_page(width, 100)
    whole = BytesIO()
    document.save(whole)
    return whole.getvalue()


class SmallDisk:
    """A file on a disk that is soon full."""

    def __init__(self) -> None:
        self.left = 200

    def write(self, piece: bytes, /) -> None:
        """Take the first two hundred bytes."""
        self.left -= len(piece)
        if self.left < 0:
            raise OSError(ENOSPC, "No space left on device")


def printed(*letters: LetterFiles, two_sided: bool = False) -> list[int]:
    """Return the widths of the printed pages, each letter in an envelope of its own."""
    into, carriers = BytesIO(), pages(*[999] * len(letters))
    print_file(into, [[each] for each in letters], carriers, two_sided=two_sided)
    return [round(page.get_width()) for page in pdfium.PdfDocument(into.getvalue())]


def test_a_letter_its_enclosures_its_slip_and_its_carrier_follow_each_other() -> None:
    request = LetterFiles(pages(1, 2, 3), (pages(10), pages(20, 21)), has_slip=True)
    assert printed(request, LetterFiles(pages(5))) == [1, 2, 10, 20, 21, 3, 999, 5, 999]


def test_on_two_sides_every_part_begins_on_a_sheet_of_its_own() -> None:
    request = LetterFiles(pages(1, 2, 3), (pages(10),), has_slip=True)
    empty = 595
    assert printed(request, two_sided=True) == [1, 2, 10, empty, 3, empty, 999, empty]


def test_a_disk_that_is_full_makes_no_shorter_print_file() -> None:
    with pytest.raises(OSError, match="No space left"):
        print_file(SmallDisk(), [[LetterFiles(pages(*range(1, 50)))]], pages(999))
