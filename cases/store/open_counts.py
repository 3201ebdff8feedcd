"""Which due dates are running now, many at a time, and which of them a change can touch at all."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy
from sqlalchemy import ColumnElement, func
from sqlmodel import Session, and_, col, or_, select

from cases.rules.calendar_days import DIVISION, NATIONAL, OFFICE
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Extension, Letter, Request, StoppedClock
from cases.store.tables.office import Office
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import LetterStatus, RequestStatus
from cases.vocabulary.values import ClockStop

Row = TypeVar("Row")

BATCH = 500  #: Ids in one question; SQLite takes 32,766 at most.

#: Who must answer the letter whose days run: the asked office, or the superior one turned to.
_ASKED = func.coalesce(Letter.office_id, Request.office_id)
#: From when it has the letter, or we have the inquiry.
_RECEIVED = func.coalesce(Request.reached_us_on, Letter.received_on)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a change of calendar or office can touch: some days, in some scopes.

    A due date is counted on the days from receipt to itself and on no other, so a request whose
    days all lie before or after those that change cannot move.
    """

    scopes: tuple[str, ...] = (NATIONAL,)  #: As of calendar days: "division:45", "office:<id>".
    days: tuple[date, date] | None = None  #: The first and the last that change; None: any.


NOTHING = Reach(scopes=())  #: Of changes that no due date rests on.


class OpenCount(NamedTuple):
    """The facts of one running count, as `operations.counting.Counting` takes them."""

    case_id: UUID
    reference: str
    request_id: UUID
    asked_id: UUID
    ours_id: UUID
    type_code: str
    type_version: int
    rung: int
    received_on: date
    is_ours: bool = False  #: We are the office that is to answer.
    clock_stops: tuple[ClockStop, ...] = ()
    extension_days: int = 0


def within(session: Session, reach: Reach) -> list[OpenCount]:
    """Return every count that runs now within a reach, by reference; their cases are locked.

    Held and quarantined cases are among them: the office's days run on. Closed cases, stopped
    clocks, letters on their way and requests past their last rung count nothing. Raises
    InvalidValue for the scope of an office without its id.
    """
    if not reach.scopes:
        return []
    columns: tuple[Any, ...] = (
        *(Case.id, Case.reference, Request.id, _ASKED, Case.office_id),
        *(Case.type_code, Case.type_version, Request.rung, _RECEIVED),
        col(Request.reached_us_on).is_not(None),
    )
    wanted = (
        sqlalchemy.select(*columns)  # SQLModel's takes four columns at most.
        .select_from(Case)
        .join(Request, and_(col(Request.case_id) == Case.id, col(Request.round) == Case.round))
        .join(
            Letter,
            and_(
                col(Letter.request_id) == Request.id,
                col(Letter.rung) == Request.rung - 1,
                col(Letter.status) != LetterStatus.VOID,
            ),
            isouter=True,
        )
        .where(
            col(Request.status) == RequestStatus.AWAITING_REPLY,
            col(Case.closed_at).is_(None),
            _RECEIVED.is_not(None),
            *_within(reach),
        )
        .order_by(col(Case.id))  # Everybody locks them in this order.
        .with_for_update(of=Case)
    )
    rows = [OpenCount(*row) for row in session.execute(wanted).all()]
    return sorted(_with_days(session, rows), key=lambda row: row.reference)


def rows_of(session: Session, request_ids: Sequence[UUID]) -> dict[UUID, tuple[Case, Request]]:
    """Return requests with their cases by id, as they stand; `within` has locked the cases."""
    found = session.exec(
        select(Case, Request)
        .join(Request, col(Request.case_id) == Case.id)
        .where(col(Request.id).in_(request_ids))
        .execution_options(populate_existing=True)
    ).all()
    return {request.id: (case, request) for case, request in found}


def offices_of(session: Session, counts: Collection[OpenCount]) -> dict[UUID, Office]:
    """Return the offices, asked and ours, by whose calendars the counts run."""
    ids = sorted({each.asked_id for each in counts} | {each.ours_id for each in counts})
    return {
        office.id: office
        for some in _batches(ids)
        for office in session.exec(select(Office).where(col(Office.id).in_(some))).all()
    }


def _within(reach: Reach) -> Iterator[ColumnElement[bool]]:
    if reach.days is not None:
        first, last = reach.days
        yield last >= _RECEIVED
        yield col(Request.due_on) >= first  # Every act that can move it keeps it.
    if NATIONAL not in reach.scopes:
        yield or_(*(_in_scope(scope) for scope in reach.scopes))


def _in_scope(scope: str) -> ColumnElement[bool]:
    """Return whether the asked office, or ours, keeps the days of a scope."""
    if scope.startswith(OFFICE):
        office_id = _office_id(scope)
        return or_(_ASKED.in_([office_id]), col(Case.office_id) == office_id)
    prefix = scope.removeprefix(DIVISION)
    keep = select(Office.id).where(col(Office.division_code).startswith(prefix, autoescape=True))
    return or_(_ASKED.in_(keep), col(Case.office_id).in_(keep))


def _office_id(scope: str) -> UUID:
    try:
        return UUID(scope.removeprefix(OFFICE))
    except ValueError:
        raise InvalidValue(f"the scope {scope!r} names no office by its id") from None


def _with_days(session: Session, rows: Sequence[OpenCount]) -> Iterator[OpenCount]:
    """Add to each count its clock stops, and the days granted on its rung."""
    for some in _batches(rows):
        ids = [row.request_id for row in some]
        stops: dict[UUID, list[ClockStop]] = defaultdict(list)
        for stop in session.exec(
            select(StoppedClock)
            .where(col(StoppedClock.request_id).in_(ids))
            .order_by(col(StoppedClock.since))
        ):
            stops[stop.request_id].append(ClockStop(stop.since, stop.until, stop.reason))
        granted: dict[tuple[UUID, int], int] = defaultdict(int)
        for extension in session.exec(select(Extension).where(col(Extension.request_id).in_(ids))):
            granted[extension.request_id, extension.rung] += extension.days
        for row in some:
            yield row._replace(
                clock_stops=tuple(stops[row.request_id]),
                extension_days=granted[row.request_id, 0 if row.is_ours else row.rung],
            )


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
