"""A cleaned copy of a PDF: its pages as they look, without anything that acts or hides."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    RectangleObject,
    StreamObject,
)

from integrations.enclosures.annotations import Matrix, visible_marks
from integrations.enclosures.objects import entry
from integrations.enclosures.whitelist import DrawingCopier
from integrations.limited_process import Refused

#: Points: 200 inches, the largest page of ISO 32000-1, annex C.
LARGEST_SIDE = 14_400
#: Bytes from the start within which "%PDF-" stands, and from the end "%%EOF" (annex H).
_EDGE = 1024


def clean(data: bytes, max_pages: int) -> bytes:
    """Return the copy; the same file gives the same bytes.

    What people wrote onto the pages (form entries, stamps) becomes part of them. Layers that are
    switched off become visible, and digital signatures lose their meaning, as on any copy.
    Raises Refused, and for a damaged file whatever pypdf raises.
    """
    _check_edges(data)
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Refused("is encrypted; save it without a password and hand in that file")
    needs_rendering = entry(reader.root_object, "/NeedsRendering")
    if isinstance(needs_rendering, BooleanObject) and needs_rendering.value:
        raise Refused("is an XFA form, which few readers show; print it to PDF and hand in that")
    page_count = len(reader.pages)
    if page_count == 0:
        raise Refused("has no pages")
    if page_count > max_pages:
        raise Refused(f"has {page_count} pages; at most {max_pages} are taken")
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    writer.metadata = None
    copier = DrawingCopier(writer)
    for page in reader.pages:
        _copy_page(page, writer, copier)
    copy = BytesIO()
    writer.write(copy)
    return copy.getvalue()


def _check_edges(data: bytes) -> None:
    if b"%PDF-" not in data[:_EDGE]:
        raise Refused("is no PDF, JPEG, PNG or TIFF")
    if b"%%EOF" not in data[-_EDGE:]:
        raise Refused("is cut off: its end is missing")


def _copy_page(page: PageObject, writer: PdfWriter, copier: DrawingCopier) -> None:
    media_box = _checked_box(page.mediabox, page)
    copy = writer.add_blank_page(media_box.width, media_box.height)
    copy[NameObject("/MediaBox")] = media_box
    if "/CropBox" in page:
        copy[NameObject("/CropBox")] = _checked_box(page.cropbox, page)
    if page.rotation % 360:
        copy[NameObject("/Rotate")] = NumberObject(page.rotation % 360)
    if _unit(page) != 1:
        copy[NameObject("/UserUnit")] = FloatObject(_unit(page))
    for key in ("/Group", "/Resources", "/Contents"):
        if key in page:
            if entry(page, key) is None:  # What a page once had, or a repair has lost.
                raise Refused("is damaged: a part of a page is missing")
            copy[NameObject(key)] = copier.copy(page.raw_get(key))
    marks = [
        (copier.copy(drawing.indirect_reference or drawing), matrix)
        for drawing, matrix in visible_marks(page)
    ]
    if marks:
        _draw_marks(copy, marks, writer)


def _unit(page: PageObject) -> float:
    """Return the size of the page's unit in points (ISO 32000-1, table 30)."""
    unit = entry(page, "/UserUnit")
    return float(unit) if isinstance(unit, int | float) else 1.0


def _checked_box(box: RectangleObject, page: PageObject) -> RectangleObject:
    sides = (float(box.width) * _unit(page), float(box.height) * _unit(page))
    if not all(1 <= side <= LARGEST_SIDE for side in sides):  # Also refuses what is no number.
        raise Refused(f"has a page of {sides[0]:.0f} x {sides[1]:.0f} points, an absurd size")
    return RectangleObject((float(box.left), float(box.bottom), float(box.right), float(box.top)))


def _draw_marks(
    page: PageObject, marks: Sequence[tuple[PdfObject, Matrix]], writer: PdfWriter
) -> None:
    """Draw the marks over what the page shows, in the page's own coordinates."""
    # The page's tables may be shared with other pages: these names go into copies of them.
    resources = DictionaryObject(_resolved(entry(page, "/Resources")))
    drawings = DictionaryObject(_resolved(entry(resources, "/XObject")))
    operators = ["Q"]
    for ordinal, (drawing, matrix) in enumerate(marks, start=1):
        name = f"/HanchaMark{ordinal}"
        _resolved(drawing.get_object())[NameObject("/Subtype")] = NameObject("/Form")
        drawings[NameObject(name)] = drawing
        numbers = " ".join(f"{number:.5f}" for number in matrix)
        operators.append(f"q {numbers} cm {name} Do Q")
    resources[NameObject("/XObject")] = drawings
    page[NameObject("/Resources")] = resources
    contents = entry(page, "/Contents")
    if contents is None:
        own = []
    else:
        own = [*contents] if isinstance(contents, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject(
        [_operators(writer, "q\n"), *own, _operators(writer, "\n".join(["", *operators, ""]))]
    )


def _resolved(value: object) -> DictionaryObject:
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def _operators(writer: PdfWriter, text: str) -> IndirectObject:
    stream = StreamObject()
    stream._data = text.encode("ascii")
    return writer._add_object(stream)
