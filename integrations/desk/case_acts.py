"""What people do on a case: the acts of `acts`, a reply that came in, a look at it."""

from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from cases.operations import replies
from cases.rules.access import Act
from cases.store import correspondence, offices, outbox
from cases.store.cases import locked_by_reference
from cases.store.tables.case import Case
from cases.vocabulary.errors import CaseError, InvalidValue, UnknownCase
from cases.vocabulary.status import Channel, Verdict
from integrations.cases_desk import send_again
from integrations.desk.acts import ACTS, ActForm, do, read_day
from integrations.desk.case_page import case_page, find_case
from integrations.desk.uploads import kept_in
from integrations.desk.visits import Posted, Visit, text, visiting
from integrations.enclosures.reader import PdfEnclosureReader

routes = APIRouter()
Actor_ = Annotated[
    Visit, Depends(visiting(Act.STOP_CLOCK, Act.EXTEND, Act.SIGN, Act.RECORD_POST, Act.RELEASE))
]
Recorder = Annotated[Visit, Depends(visiting(Act.RECORD_REPLY))]
Reviewer = Annotated[Visit, Depends(visiting(Act.REVIEW_REPLY))]
Resender = Annotated[Visit, Depends(visiting(Act.SEND))]


@routes.post("/cases/{reference}/acts/{code}")
def act(request: Request, reference: str, code: str, form: Posted, visit: Actor_) -> Response:
    """Do an act, or say on the case's page why it was refused."""
    if code not in ACTS:
        raise UnknownCase("there is no such act")
    given = {name: text(form, name) for name in ("reason", "comment", "days", "office", "on")}
    try:
        with visit.desk.house.database.transaction(code) as session:
            case = _locked(session, visit, reference)
            do(session, visit, case, code, ActForm(**given))
    except UnknownCase:
        raise
    except CaseError as fault:
        return case_page(request, visit, reference, refusal=fault, refused=code, given=given)
    return _back(reference, code)


@routes.post("/cases/{reference}/replies")
def record(request: Request, reference: str, form: Posted, visit: Recorder) -> Response:
    """File a reply with its scan, if there is one; late or surplus, it is never refused."""
    given = {name: text(form, name) for name in ("channel", "on", "summary")}
    try:
        document = _scan(visit, reference, form)
        with visit.desk.house.database.transaction("reply") as session:
            case = _locked(session, visit, reference)
            today = offices.local_day(session, case.office_id, visit.now)
            replies.record(
                session,
                visit.actor,
                case,
                channel=_channel(given["channel"]),
                received_on=read_day(given["on"]) if given["on"] else today,
                now=visit.now,
                summary=given["summary"],
                document=document,
            )
    except UnknownCase:
        raise
    except CaseError as fault:
        return case_page(request, visit, reference, refusal=fault, refused="reply", given=given)
    return _back(reference, "replied")


@routes.post("/cases/{reference}/replies/{reply_id}/review")
def review(
    request: Request, reference: str, reply_id: UUID, form: Posted, visit: Reviewer
) -> Response:
    """Say what a reply is."""
    given = {"verdict": text(form, "verdict"), "note": text(form, "note")}
    try:
        with visit.desk.house.database.transaction("review") as session:
            case = _locked(session, visit, reference)
            row = correspondence.get_reply(session, case, reply_id)
            verdict = _verdict(given["verdict"])
            note = given["note"]
            replies.review(session, visit.actor, case, row, verdict, now=visit.now, note=note)
    except UnknownCase:
        raise
    except CaseError as fault:
        return case_page(request, visit, reference, refusal=fault, refused="review", given=given)
    return _back(reference, "reviewed")


@routes.post("/cases/{reference}/outbox/{message_id}/resend")
def resend(request: Request, reference: str, message_id: UUID, visit: Resender) -> Response:
    """Send again what was given up."""
    with visit.desk.house.database.reading() as session:
        case = find_case(session, visit, reference, Act.SEND)
        known = {row.id for row in outbox.of_case(session, case.id)}
    if message_id not in known:
        raise UnknownCase("no such mail belongs to this case")
    try:
        send_again(visit.desk.house, visit.actor, message_id)
    except CaseError as fault:
        return case_page(request, visit, reference, refusal=fault, refused="resend")
    return _back(reference, "resend")


def _locked(session: Session, visit: Visit, reference: str) -> Case:
    """Return a case of one's own office, its row locked. Raises UnknownCase."""
    case = find_case(session, visit, reference)
    return locked_by_reference(session, case.reference)


def _scan(visit: Visit, reference: str, form: FormData) -> str:
    """Put the scan where documents lie, cleaned. Raises EnclosureRefused, UnknownCase."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return ""
    with visit.desk.house.database.reading() as session:
        case = find_case(session, visit, reference, Act.RECORD_REPLY)
    with TemporaryDirectory(prefix="hancha-desk-") as folder:
        path = kept_in(folder, "reply", file)
        content = PdfEnclosureReader().read(path)
    return visit.desk.house.documents.put(content, case_id=case.id)


def _channel(text_: str) -> Channel:
    with suppress(ValueError):
        return Channel(text_)
    raise InvalidValue("say by which way the reply came")


def _verdict(text_: str) -> Verdict:
    with suppress(ValueError):
        return Verdict(text_)
    raise InvalidValue("say what the reply is")


def _back(reference: str, done: str) -> Response:
    """Go to the page of the case; a reload then repeats nothing."""
    return RedirectResponse(f"/cases/{quote(reference.upper())}?done={done}", 303)
