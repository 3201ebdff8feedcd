"""The sign-off queue (签发): drafts that wait for a manager, each with what it will say."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from cases.operations.letter_content import content_of
from cases.rules.access import Act
from cases.store import correspondence
from cases.store.backlog import backlog
from cases.vocabulary.status import NextAction
from integrations.desk.case_page import find_case
from integrations.desk.documents import picture
from integrations.desk.my_work import MOST_LISTED, UNFINISHED, task
from integrations.desk.render import page
from integrations.desk.visits import Visit, visiting

routes = APIRouter()
Signer = Annotated[Visit, Depends(visiting(Act.SIGN))]


@routes.get("/sign-off")
def show(request: Request, visit: Signer) -> Response:
    """Show the drafts of the office; they are signed or sent back on the page of their case."""
    with visit.desk.house.database.reading() as session:
        rows = backlog(
            session,
            office_id=visit.office.id,
            statuses=UNFINISHED,
            next_action=NextAction.SIGN,
            limit=MOST_LISTED,
        )
    tasks = [task(row, visit.now) for row in rows]
    return page(request, "sign_off.html", visit=visit, tasks=tasks)


@routes.get("/cases/{reference}/draft/{number}.png")
def draft_page(reference: str, number: int, visit: Signer) -> Response:
    """Give a page of the draft as it would be printed now, without its number."""
    house = visit.desk.house
    with house.database.reading() as session:
        case = find_case(session, visit, reference, Act.SIGN)
        content = content_of(session, case, correspondence.draft_of(session, case))
    rendered = house.printer.render(content)
    return Response(picture("", rendered.pdf, number), media_type="image/png")
