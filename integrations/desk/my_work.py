"""My work: what this person must do, in order, with the reason; then what their cases wait for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.operations import absences
from cases.rules.access import Act
from cases.store import offices
from cases.store.backlog import BacklogRow, backlog, is_overdue
from cases.vocabulary.status import CaseStatus, NextAction, RequestStatus
from integrations.desk.render import page
from integrations.desk.visits import SignedIn, Visit, require_person

routes = APIRouter()
MOST_LISTED = 200
SOON = timedelta(days=1)  #: An act that is to be done by then is pre-warned.
DUE_SOON = timedelta(days=7)
UNFINISHED = (CaseStatus.OPEN, CaseStatus.HELD, CaseStatus.QUARANTINED)


class Level(StrEnum):
    """How pressing something is; each has its colour and its word."""

    LATE = "late"
    SOON = "soon"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a list: the case and how pressing it is."""

    row: BacklogRow
    level: Level
    is_overdue: bool  #: The asked office's, whoever has to act.
    due_on: date | None  #: While the asked office's days run.


@routes.get("/")
def my_work(request: Request, visit: SignedIn) -> Response:
    """Show what is mine to do, the next first."""
    if not visit.may(Act.READ):
        return page(request, "no_cases.html", visit=visit)
    mine, followed = work_of(visit)
    return page(
        request,
        "my_work.html",
        visit=visit,
        mine=mine,
        followed=followed,
        late=sum(task.level is Level.LATE for task in mine),
        limit=MOST_LISTED,
    )


@routes.get("/replies")
def replies(request: Request, visit: SignedIn) -> Response:
    """Show the replies that wait for a look, of the whole office: colleagues fall ill."""
    if not visit.may(Act.REVIEW_REPLY):
        return page(request, "no_cases.html", visit=visit, status=403)
    with visit.desk.house.database.reading() as session:
        rows = backlog(
            session,
            office_id=visit.office.id,
            next_action=NextAction.LOOK,
            statuses=(CaseStatus.OPEN,),
            limit=MOST_LISTED,
        )
    tasks = [task(row, visit.now) for row in rows]
    return page(request, "replies.html", visit=visit, tasks=tasks, limit=MOST_LISTED)


def work_of(visit: Visit) -> tuple[list[Task], list[Task]]:
    """Return what is this person's to do, and their other cases that somebody else acts on."""
    require_person(visit)
    with visit.desk.house.database.reading() as session:
        whose = absences.work_of(session, visit.actor, visit.office, now=visit.now)
        rows = backlog(
            session,
            office_id=visit.office.id,
            statuses=UNFINISHED,
            whose=whose,
            limit=MOST_LISTED,
        )
    tasks = [task(row, visit.now) for row in rows]
    mine = [each for each in tasks if each.row.case.owner in whose.owners]
    return mine, [each for each in tasks if each.row.case.owner not in whose.owners]


def task(row: BacklogRow, now: datetime) -> Task:
    """Return a line of a list."""
    case, request = row.case, row.request
    runs = request is not None and request.status is RequestStatus.AWAITING_REPLY
    due_on = request.due_on if request is not None and runs else None
    today = offices.day_at(row.home_office, now)
    overdue = is_overdue(request, today) and not case.is_finished
    return Task(row, _level(case.owner, case.next_action_at, due_on, overdue, now), overdue, due_on)


def _level(
    owner: str, at: datetime | None, due_on: date | None, overdue: bool, now: datetime
) -> Level:
    """Of a person's act the act's own date decides, of the engine's waiting the asked office's."""
    if owner not in ("engine", ""):
        if at is not None and at < now:
            return Level.LATE
        return Level.SOON if at is not None and at < now + SOON else Level.FINE
    if overdue:
        return Level.LATE
    is_soon = due_on is not None and due_on <= now.date() + DUE_SOON
    return Level.SOON if is_soon else Level.FINE


def counted(tasks: Iterable[Task]) -> dict[Level, int]:
    """Count lines by how pressing they are."""
    counts = dict.fromkeys(Level, 0)
    for each in tasks:
        counts[each.level] += 1
    return counts
