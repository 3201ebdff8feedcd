"""The overview of an office's cases (在办件总览): figures, and the list behind each figure.

One place says what each filter means, so that a figure and its list cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ColumnExpressionArgument, Select, and_, case, func
from sqlmodel import Session, col, select

from cases.store.backlog import BacklogRow
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.office import Office, Person
from cases.vocabulary.status import CaseStatus, LetterStatus, NextAction, RequestStatus


class Band(StrEnum):
    """How long the asked office is out of time, by the day its first answer was due."""

    THIS_WEEK = "this_week"  #: Not yet: due by the end of this week.
    OVERDUE = "overdue"  #: Any of the three below.
    TO_5 = "to_5"  #: 1 to 5 working days.
    TO_15 = "to_15"  #: 6 to 15.
    OVER_15 = "over_15"


class By(StrEnum):
    """What cases are counted by."""

    TYPE = "type"
    CLERK = "clerk"
    ASKED = "asked"
    RUNG = "rung"


class Order(StrEnum):
    """How the list is sorted."""

    NEXT = "next"
    DUE = "due"
    OPENED = "opened"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Days:
    """The days that the bands are cut at, from one calendar."""

    today: date
    week_ends: date
    five_back: date  #: Due on it: 5 working days overdue.
    fifteen_back: date


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases; what is empty is not asked for."""

    office_id: UUID
    band: Band | None = None
    type_code: str = ""
    clerk: str = ""  #: Login.
    asked: str = ""  #: Code of the office.
    rung: int | None = None
    next_action: NextAction | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a count: how many are open, and how many of these overdue."""

    key: str
    label: str
    open: int
    overdue: int


def listed(
    session: Session, wanted: Wanted, days: Days, *, order: Order = Order.NEXT, limit: int
) -> Sequence[BacklogRow]:
    """Return cases as a list shows them."""
    orders: dict[Order, tuple[ColumnExpressionArgument[object], ...]] = {
        Order.NEXT: (col(Case.next_action_at).nulls_last(),),
        Order.DUE: (_first_due().nulls_last(),),
        Order.OPENED: (col(Case.opened_at).desc(),),
        Order.ASKED: (col(Office.code),),
    }
    statement = _joined(select(Case, Request, Office, Person.login), wanted, days)
    statement = statement.order_by(*orders[order], col(Case.reference)).limit(limit)
    rows = session.execute(statement).all()
    return [BacklogRow(*row) for row in rows]


def count(session: Session, wanted: Wanted, days: Days) -> int:
    """Count the cases that `listed` would give without a limit."""
    return int(session.execute(_joined(select(func.count()), wanted, days)).scalar_one())


def grouped(session: Session, wanted: Wanted, days: Days, by: By, *, limit: int) -> list[Group]:
    """Count open and overdue cases by something, the most overdue first."""
    keys = {
        By.TYPE: (col(Case.type_code), col(Case.type_code)),
        By.CLERK: (col(Person.login), col(Person.name)),
        By.ASKED: (col(Office.code), col(Office.name_zh)),
        By.RUNG: (col(Request.rung), col(Request.rung)),
    }
    key, label = keys[by]
    overdue = func.sum(case((_in_band(Band.OVERDUE, days), 1), else_=0))
    statement = _joined(select(key, label, func.count(), overdue), wanted, days)
    rows = session.execute(
        statement.where(key.is_not(None))
        .group_by(key, label)
        .order_by(overdue.desc(), func.count().desc(), key)
        .limit(limit)
    ).all()
    return [Group(str(key), str(label), count, int(late or 0)) for key, label, count, late in rows]


def _joined(statement: Select[Any], wanted: Wanted, days: Days) -> Select[Any]:
    return (
        statement.select_from(Case)
        .join(Office, col(Office.id) == Case.home_office_id)
        .join(Person, col(Person.id) == Case.clerk_id)
        .join(
            Request,
            and_(col(Request.case_id) == Case.id, col(Request.round) == Case.round),
            isouter=True,
        )
        .join(
            Letter,
            and_(
                col(Letter.request_id) == Request.id,
                col(Letter.rung) == 0,
                col(Letter.status) != LetterStatus.VOID,
            ),
            isouter=True,
        )
        .where(*_conditions(wanted, days))
    )


def _conditions(wanted: Wanted, days: Days) -> list[ColumnElement[bool]]:
    closed = col(Case.status) == CaseStatus.CLOSED
    found: list[ColumnElement[bool]] = [
        col(Case.office_id) == wanted.office_id,
        closed if wanted.is_closed else ~closed,
    ]
    if wanted.band is not None:
        found.append(_in_band(wanted.band, days))
    if wanted.type_code:
        found.append(col(Case.type_code) == wanted.type_code)
    if wanted.clerk:
        found.append(col(Person.login) == wanted.clerk)
    if wanted.asked:
        found.append(col(Office.code) == wanted.asked)
    if wanted.rung is not None:
        found.append(col(Request.rung) == wanted.rung)
    if wanted.next_action is not None:
        found.append(col(Case.next_action) == wanted.next_action)
    return found


def _first_due() -> ColumnElement[date]:
    """When the request's own answer was due: kept by its letter once the first rung is climbed."""
    return func.coalesce(col(Letter.due_on), col(Request.due_on))


def _in_band(band: Band, days: Days) -> ColumnElement[bool]:
    """Only while the office's days run: a stopped clock is nobody's delay."""
    due = _first_due()
    runs = and_(
        col(Request.status) == RequestStatus.AWAITING_REPLY, ~col(Request.due_is_provisional)
    )
    spans = {
        Band.THIS_WEEK: and_(due >= days.today, due <= days.week_ends),
        Band.OVERDUE: due < days.today,
        Band.TO_5: and_(due < days.today, due >= days.five_back),
        Band.TO_15: and_(due < days.five_back, due >= days.fifteen_back),
        Band.OVER_15: due < days.fifteen_back,
    }
    return and_(runs, spans[band])
