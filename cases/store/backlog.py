"""The backlog (在办件总览): what is open, until when, and who has to act."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, and_, col, select

from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.store.tables.office import Office, Person
from cases.vocabulary.status import CaseStatus, NextAction, RequestStatus


@dataclass(frozen=True, slots=True)
class BacklogRow:
    """One case with what a list shows of it."""

    case: Case
    request: Request | None  #: Of the present round; None until it is drafted.
    home_office: Office
    clerk: str  #: Login.


@dataclass(frozen=True, slots=True)
class Whose:
    """Cases of these clerks, or whose next action is one of these owners'."""

    clerk_ids: Collection[UUID]
    owners: Collection[str]


def backlog(
    session: Session,
    *,
    office_id: UUID | None = None,
    statuses: Collection[CaseStatus] = (),
    overdue_on: date | None = None,
    whose: Whose | None = None,
    next_action: NextAction | None = None,
    ids: Collection[UUID] | None = None,
    limit: int = 50,
) -> Sequence[BacklogRow]:
    """Return cases, the next to act on first; with `overdue_on` those overdue on that day."""
    wanted = (
        select(Case, Request, Office, Person.login)
        .join(
            Request,
            and_(col(Request.case_id) == Case.id, col(Request.round) == Case.round),
            isouter=True,
        )
        .join(Office, col(Office.id) == Case.home_office_id)
        .join(Person, col(Person.id) == Case.clerk_id)
    )
    if office_id is not None:
        wanted = wanted.where(Case.office_id == office_id)
    if statuses:
        wanted = wanted.where(col(Case.status).in_(statuses))
    if whose is not None:
        wanted = wanted.where(
            or_(col(Case.clerk_id).in_(whose.clerk_ids), col(Case.owner).in_(whose.owners))
        )
    if ids is not None:
        wanted = wanted.where(col(Case.id).in_(ids))
    if next_action is not None:
        wanted = wanted.where(Case.next_action == next_action)
    if overdue_on is not None:
        wanted = wanted.where(_is_overdue(overdue_on))
    rows = session.exec(
        wanted.order_by(col(Case.next_action_at).nulls_last(), col(Case.reference)).limit(limit)
    ).all()
    return [BacklogRow(*row) for row in rows]


def is_overdue(request: Request | None, on: date) -> bool:
    """Whether the asked office is out of time: past a due date, or reminded already."""
    if request is None or request.status is not RequestStatus.AWAITING_REPLY:
        return False
    is_past = request.due_on is not None and not request.due_is_provisional and request.due_on < on
    return is_past or (request.rung > 1 and not request.is_ours)


def _is_overdue(on: date) -> ColumnElement[bool]:
    """The same as `is_overdue`, asked of open cases in the database."""
    return and_(
        col(Case.closed_at).is_(None),
        col(Request.status) == RequestStatus.AWAITING_REPLY,
        or_(
            and_(col(Request.rung) > 1, col(Request.reached_us_on).is_(None)),
            and_(~col(Request.due_is_provisional), col(Request.due_on) < on),
        ),
    )
