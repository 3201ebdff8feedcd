"""What stands where on a printed page, read back from the PDF in millimetres."""

from collections.abc import Sequence
from ctypes import c_uint
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2
from pypdfium2 import raw

MM = 25.4 / 72
PAGE_HEIGHT = 297.0


@dataclass(frozen=True)
class Box:
    """A rectangle; left and top count from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in mm."""
        return self.right - self.left

    @property
    def centre(self) -> float:
        """Middle between left and right."""
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Line(Box):
    """A line of text; its box is that of the type, not of the ink."""

    text: str


def _box(left: float, bottom: float, right: float, top: float) -> Box:
    high = PAGE_HEIGHT / MM
    return Box(left * MM, (high - top) * MM, right * MM, (high - bottom) * MM)


def _is_red_rule(item: pypdfium2.PdfObject) -> bool:
    if item.type != raw.FPDF_PAGEOBJ_PATH:
        return False
    red, green, blue, alpha = (c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
    return red.value > 150 and green.value + blue.value < 100


class Page:
    """One page of a letter."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.width, self.height = (side * MM for side in page.get_size())
        self.rules = sorted(
            (_box(*item.get_bounds()) for item in page.get_objects() if _is_red_rule(item)),
            key=lambda rule: rule.top,
        )
        textpage = page.get_textpage()
        self.text = textpage.get_text_range().replace("\r\n", "\n")
        self._characters = [
            (textpage.get_text_range(n, 1), n)
            for n in range(textpage.count_chars())
            if textpage.get_text_range(n, 1).strip()
        ]
        self.ink = {n: _box(*textpage.get_charbox(n)) for _, n in self._characters}
        self.lines = _lines(
            [
                (text, _box(*textpage.get_charbox(n, loose=True)), self.ink[n])
                for text, n in self._characters
            ]
        )

    def line(self, beginning: str) -> Line:
        """Return the first line that begins so."""
        return next(line for line in self.lines if line.text.startswith(beginning))

    def body(self) -> list[Line]:
        """Return the lines in the type area of GB/T 9704-2012, 5.2 (37 mm to 262 mm)."""
        return [line for line in self.lines if line.top > 36 and line.bottom < 263.5]

    def ink_of(self, text: str) -> Box:
        """Return the ink of the first place where the text stands in one line."""
        run = "".join(character for character, _ in self._characters)
        start = run.index(text)
        boxes = [self.ink[n] for _, n in self._characters[start : start + len(text)]]
        return Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )


def _lines(characters: Sequence[tuple[str, Box, Box]]) -> list[Line]:
    """Put characters whose middles are level into lines, from top to bottom."""
    if not characters:
        return []
    level = sorted(characters, key=lambda item: item[1].top + item[1].bottom)
    groups = [[level[0]]]
    for before, after in pairwise(level):
        middle = (after[1].top + after[1].bottom - before[1].top - before[1].bottom) / 2
        if middle > 2.0:
            groups.append([])
        groups[-1].append(after)
    return [_line(sorted(group, key=lambda item: item[1].left)) for group in groups]


def _line(group: Sequence[tuple[str, Box, Box]]) -> Line:
    return Line(
        left=group[0][1].left,
        top=min(box.top for _, box, _ in group),
        right=group[-1][2].right,
        bottom=max(box.bottom for _, box, _ in group),
        text="".join(text for text, _, _ in group),
    )


def pages_of(pdf: bytes) -> list[Page]:
    """Return the pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [Page(document[n]) for n in range(len(document))]
    finally:
        document.close()
