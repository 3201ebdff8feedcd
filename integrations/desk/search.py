"""Search from every page: reference, applicant, person number, asked office, letter number."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from cases.operations import person_numbers
from cases.rules.access import Act
from cases.rules.person_number import read_person_number
from cases.store import case_search
from cases.store.backlog import backlog
from integrations.desk.my_work import task
from integrations.desk.render import page
from integrations.desk.visits import Reader, Visit

routes = APIRouter()
MOST_FOUND = 50
LONGEST = 60


@routes.get("/search")
def search(request: Request, visit: Reader, q: str = "") -> Response:
    """Show what was found in the own office; a single case is opened at once."""
    words = " ".join(q[:LONGEST].split())
    with visit.desk.house.database.reading() as session:
        ids = _found(session, visit, words) if words else []
        rows = backlog(session, office_id=visit.office.id, ids=ids, limit=MOST_FOUND)
    if len(rows) == 1:
        return RedirectResponse(f"/cases/{rows[0].case.reference}", 303)
    return page(
        request,
        "search.html",
        visit=visit,
        words="" if _is_number(visit, words) else words,
        tasks=[task(row, visit.now) for row in rows],
        limit=MOST_FOUND,
    )


def _found(session: Session, visit: Visit, words: str) -> Sequence[UUID]:
    if _is_number(visit, words):
        if not visit.may(Act.FIND_NUMBER):
            return []
        today = visit.now.astimezone(visit.zone).date()
        safe = visit.desk.house.safe
        found = person_numbers.find(session, visit.actor, words, safe=safe, today=today)
        return [case.id for case in found]
    return case_search.find(session, words, office_id=visit.office.id, limit=MOST_FOUND)


def _is_number(visit: Visit, words: str) -> bool:
    today = visit.now.astimezone(visit.zone).date()
    return read_person_number(words, today=today).is_usable
