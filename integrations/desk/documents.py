"""Letters, replies and enclosures to look at: as PDF, and letters page by page as pictures."""

import io
from functools import lru_cache
from threading import Lock
from uuid import UUID

import pypdfium2
from fastapi import APIRouter
from starlette.responses import Response

from cases.store import correspondence
from cases.vocabulary.errors import UnknownCase
from integrations.desk.case_page import find_case, printed_letter
from integrations.desk.visits import Reader, Visit

routes = APIRouter()
WIDTH = 900  #: Pixels of a page's picture: sharp at the width of the column, twice over.
POINTS_TO_PIXELS = WIDTH / 595
PDFIUM = Lock()  #: It serves one thread at a time; whoever uses it here holds this.


@routes.get("/cases/{reference}/letters/{letter_id}.pdf")
def letter(reference: str, letter_id: UUID, visit: Reader) -> Response:
    """Give a printed letter."""
    with visit.desk.house.database.reading() as session:
        case = find_case(session, visit, reference)
        row = printed_letter(session, case, letter_id)
    return _pdf(_read(visit, row.kept_for, row.document), f"{case.reference}.pdf")


@routes.get("/cases/{reference}/letters/{letter_id}/{number}.png")
def letter_page(reference: str, letter_id: UUID, number: int, visit: Reader) -> Response:
    """Give one page of a printed letter as a picture; it was set here, no stranger made it."""
    with visit.desk.house.database.reading() as session:
        case = find_case(session, visit, reference)
        row = printed_letter(session, case, letter_id)
    content = _read(visit, row.kept_for, row.document)
    return Response(picture(row.document, content, number), media_type="image/png")


@routes.get("/cases/{reference}/replies/{reply_id}.pdf")
def reply(reference: str, reply_id: UUID, visit: Reader) -> Response:
    """Give the scan of a reply, as it was cleaned when it came in."""
    with visit.desk.house.database.reading() as session:
        case = find_case(session, visit, reference)
        rows = correspondence.replies_of(session, case.id)
        document = next((row.document for row in rows if row.id == reply_id), "")
    return _pdf(_read(visit, case.id, document), f"{case.reference}-reply.pdf")


@routes.get("/cases/{reference}/enclosures/{enclosure_id}.pdf")
def enclosure(reference: str, enclosure_id: UUID, visit: Reader) -> Response:
    """Give an enclosure, as it goes out with the request."""
    with visit.desk.house.database.reading() as session:
        case = find_case(session, visit, reference)
        rows = correspondence.enclosures_of(session, case.id)
        document = next((row.document for row in rows if row.id == enclosure_id), "")
    return _pdf(_read(visit, case.id, document), f"{case.reference}-enclosure.pdf")


@lru_cache(maxsize=64)
def _pictured(_document: str, number: int, content: bytes) -> bytes:
    with PDFIUM, pypdfium2.PdfDocument(content) as pdf:
        if not 1 <= number <= len(pdf):
            return b""
        image = pdf[number - 1].render(scale=POINTS_TO_PIXELS, grayscale=False).to_pil()
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def picture(document: str, content: bytes, number: int) -> bytes:
    """Return a page, counted from 1, as PNG. Raises UnknownCase when there is none."""
    found = _pictured(document, number, content)
    if not found:
        raise UnknownCase("the letter has no such page")
    return found


def _read(visit: Visit, kept_for: UUID, document: str) -> bytes:
    if not document:
        raise UnknownCase("there is no such document")
    return visit.desk.house.documents.get(document, case_id=kept_for)


def _pdf(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f'inline; filename="{name}"'}
    return Response(content, media_type="application/pdf", headers=headers)
