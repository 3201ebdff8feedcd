"""The mail room: today's letters, the batch until its cut-off, its print file, posted."""

from dataclasses import dataclass
from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from cases.operations import mail_room
from cases.operations.mail_room import Gathered
from cases.rules.access import Act
from cases.store import post
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.post import PostBatch
from cases.vocabulary.errors import CaseError, UnknownLetter
from integrations.desk import wording
from integrations.desk.documents import PDFIUM
from integrations.desk.render import page
from integrations.desk.visits import Posted, Visit, text, visiting
from integrations.mailroom.closing import close_batch
from integrations.mailroom.desk import papers_of

routes = APIRouter()
Poster = Annotated[Visit, Depends(visiting(Act.RECORD_POST))]
DONE = {
    "batch": (
        "已制作批次；截止前可以撤出。",
        "Made; until its cut-off it can be undone.",
    ),
    "cancel": ("已撤出，函件留待下一批。", "Taken out; the letters wait for the next batch."),
    "posted": ("已登记交寄，期限自寄达推算。", "Recorded as posted; the days count from there."),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One letter that waits to be posted."""

    reference: str
    letter: Letter
    gathered: Gathered


@routes.get("/mail-room")
def show(request: Request, visit: Poster, done: str = "") -> Response:
    """Show what waits to be posted, and the batches that are not posted yet."""
    return _mail_room(request, visit, done=done)


@routes.post("/mail-room/batch")
def make_batch(request: Request, visit: Poster) -> Response:
    """Put the day's letters in a batch."""
    cut_off = visit.desk.house.settings.mail_room_cut_off
    try:
        with visit.desk.house.database.transaction("mailroom-batch") as session:
            mail_room.gather(session, visit.actor, cut_off=cut_off, now=visit.now)
    except CaseError as fault:
        return _mail_room(request, visit, fault=fault)
    return RedirectResponse("/mail-room?done=batch", 303)


@routes.post("/mail-room/{code}/cancel")
def cancel(request: Request, code: str, visit: Poster) -> Response:
    """Take every letter out of a batch before its cut-off."""
    try:
        with visit.desk.house.database.transaction("mailroom-cancel") as session:
            row = _own(session, visit, code)
            mail_room.take_out(session, visit.actor, row, None, now=visit.now)
    except UnknownLetter:
        raise
    except CaseError as fault:
        return _mail_room(request, visit, fault=fault)
    return RedirectResponse("/mail-room?done=cancel", 303)


@routes.post("/mail-room/{code}/print")
def print_batch(request: Request, code: str, form: Posted, visit: Poster) -> Response:
    """Close a batch and give its PDF in posting order; printed again it is the same."""
    house, paper = visit.desk.house, BytesIO()
    try:
        with house.database.reading() as session:
            is_open = _own(session, visit, code).closed_at is None
        with PDFIUM:
            if is_open:
                close_batch(house, visit.actor, code, is_early=bool(text(form, "early")))
            papers_of(house, visit.actor, code, paper)
    except UnknownLetter:
        raise
    except CaseError as fault:
        return _mail_room(request, visit, fault=fault)
    headers = {"content-disposition": 'attachment; filename="batch.pdf"'}
    return Response(paper.getvalue(), media_type="application/pdf", headers=headers)


@routes.post("/mail-room/{code}/posted")
def posted(request: Request, code: str, visit: Poster) -> Response:
    """Record that a batch was handed to the post office."""
    try:
        with visit.desk.house.database.transaction("mailroom-posted") as session:
            row = _own(session, visit, code)
            mail_room.record_batch_posted(session, visit.actor, row, now=visit.now)
    except UnknownLetter:
        raise
    except CaseError as fault:
        return _mail_room(request, visit, fault=fault)
    return RedirectResponse("/mail-room?done=posted", 303)


def _own(session: Session, visit: Visit, code: str) -> PostBatch:
    """Return a batch of one's own office. Raises UnknownLetter, for others' as well."""
    row = post.batch_of_code(session, code)
    if row.office_id != visit.office.id:
        raise UnknownLetter(f"there is no batch {code}")
    return row


def _mail_room(
    request: Request, visit: Visit, *, done: str = "", fault: CaseError | None = None
) -> Response:
    cut_off = visit.desk.house.settings.mail_room_cut_off
    with visit.desk.house.database.reading() as session:
        found = mail_room.waiting_letters(session, visit.actor, cut_off=cut_off, now=visit.now)
        waiting = [_waiting(session, each) for each in found]
        batches = [
            (row, len(post.letters_of(session, row.id)))
            for row in post.unposted_batches(session, visit.office.id)
        ]
    return page(
        request,
        "mail_room.html",
        visit=visit,
        status=422 if fault else 200,
        waiting=waiting,
        batches=batches,
        cut_off=cut_off,
        said=wording.both(visit.language)(*DONE.get(done, ("", ""))),
        refusal=wording.refusal(fault, visit.language) if fault else "",
    )


def _waiting(session: Session, each: Gathered) -> Waiting:
    reference = session.get_one(Case, each.message.case_id).reference
    return Waiting(reference, session.get_one(Letter, each.message.letter_id), each)
