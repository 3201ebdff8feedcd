"""What people wrote onto a page: form entries, stamps, notes. It is drawn in, to stay readable.

The copy has no annotations, and without this a filled form would arrive empty.
"""

from collections.abc import Iterator

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject, TextStringObject

from integrations.enclosures.objects import entry
from integrations.limited_process import Refused

#: Kinds that are marks on paper; the others are links, files, films and sounds.
_MARKS = frozenset(
    [
        *("/Widget", "/FreeText", "/Stamp", "/Ink", "/Caret"),
        *("/Highlight", "/Underline", "/Squiggly", "/StrikeOut"),
        *("/Square", "/Circle", "/Line", "/Polygon", "/PolyLine"),
    ]
)
_HIDDEN, _NO_VIEW = 1 << 1, 1 << 5  # ISO 32000-1, table 165
_LONGEST_ANCESTRY = 20

Matrix = tuple[float, float, float, float, float, float]


def visible_marks(page: PageObject) -> Iterator[tuple[StreamObject, Matrix]]:
    """Yield the drawing of each visible mark and the matrix that puts it in its place.

    Raises Refused when a form entry has no drawing, so that the copy would lose it.
    """
    annotations = entry(page, "/Annots")
    if not isinstance(annotations, ArrayObject):
        return
    for element in annotations:
        mark = element.get_object()
        if not isinstance(mark, DictionaryObject) or entry(mark, "/Subtype") not in _MARKS:
            continue
        flags = entry(mark, "/F")
        if isinstance(flags, int) and flags & (_HIDDEN | _NO_VIEW):
            continue
        drawing = _drawing(mark)
        if drawing is not None:
            matrix = _placing(drawing, mark)
            if matrix is not None:
                yield drawing, matrix
        elif _entry_text(mark):
            raise Refused(
                "is a form whose entries are not drawn, so a copy would lose them;"
                " print it to PDF and hand in that file"
            )


def _drawing(mark: DictionaryObject) -> StreamObject | None:
    """Return the normal appearance, in its present state (ISO 32000-1, 12.5.5)."""
    appearances = entry(mark, "/AP")
    if not isinstance(appearances, DictionaryObject):
        return None
    normal = entry(appearances, "/N")
    if isinstance(normal, DictionaryObject) and not isinstance(normal, StreamObject):
        normal = entry(normal, str(entry(mark, "/AS")))
    return normal if isinstance(normal, StreamObject) else None


def _entry_text(mark: DictionaryObject) -> str:
    """Return the text of a form field, its own or inherited."""
    field: object = mark
    for _ in range(_LONGEST_ANCESTRY):
        if not isinstance(field, DictionaryObject):
            break
        value = entry(field, "/V")
        if value is not None:
            return str(value) if isinstance(value, TextStringObject) else ""
        field = entry(field, "/Parent")
    return ""


def _placing(drawing: StreamObject, mark: DictionaryObject) -> Matrix | None:
    """Return the matrix from the drawing's box to the mark's (ISO 32000-1, algorithm 8.1)."""
    box, place = _numbers(entry(drawing, "/BBox"), 4), _numbers(entry(mark, "/Rect"), 4)
    if box is None or place is None:
        return None
    a, b, c, d, e, f = _numbers(entry(drawing, "/Matrix"), 6) or (1, 0, 0, 1, 0, 0)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    bottom, top = min(y for _, y in corners), max(y for _, y in corners)
    if left == right or bottom == top:
        return None
    x_scale = abs(place[2] - place[0]) / (right - left)
    y_scale = abs(place[3] - place[1]) / (top - bottom)
    x_shift = min(place[::2]) - left * x_scale
    y_shift = min(place[1::2]) - bottom * y_scale
    return (x_scale, 0, 0, y_scale, x_shift, y_shift)


def _numbers(value: object, count: int) -> list[float] | None:
    if not isinstance(value, ArrayObject) or len(value) != count:
        return None
    numbers = [element.get_object() for element in value]
    if not all(isinstance(number, int | float) for number in numbers):
        return None
    return [float(number) for number in numbers]
