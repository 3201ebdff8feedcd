"""Queries on cases and their parties."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import Session, and_, col, or_, select

from cases.rules.typed_reference import may_mean
from cases.store.leases import lock
from cases.store.tables.case import Case, Party
from cases.vocabulary.errors import InvalidValue, UnknownCase
from cases.vocabulary.reference import read_reference
from cases.vocabulary.status import CaseStatus

MOST_SUGGESTIONS = 5
#: As text: SQLAlchemy 2.0 would compile an upsert anew for each case.
_COUNT_ON = text(
    "INSERT INTO counter (series, last) VALUES (:series, 1)"
    " ON CONFLICT (series) DO UPDATE SET last = counter.last + 1 RETURNING last"
)


def by_reference(session: Session, reference: str) -> Case:
    """Return the case. Raises UnknownCase, InvalidValue for a mistyped reference.

    Either names the cases that are one slip of the hand away.
    """
    case = session.exec(select(Case).where(Case.reference == reference)).one_or_none()
    if case is not None:
        return case
    likely = one_slip_from(session, reference)
    hint = f"; did you mean {' or '.join(likely)}?" if likely else ""
    try:
        read_reference(reference)
    except InvalidValue as mistyped:
        raise InvalidValue(f"{mistyped}{hint}") from None
    raise UnknownCase(f"no case has the reference {reference}{hint}")


def one_slip_from(session: Session, typed: str) -> Sequence[str]:
    """Return references of cases that are one slip from what was typed; for a person to choose."""
    return session.exec(
        select(Case.reference)
        .where(col(Case.reference).in_(may_mean(typed)))
        .order_by(col(Case.reference))
        .limit(MOST_SUGGESTIONS)
    ).all()


def locked_by_reference(session: Session, reference: str) -> Case:
    """Return the case with its row locked for this transaction. Raises UnknownCase."""
    return lock(session, by_reference(session, reference).id)


def listed(
    session: Session,
    *,
    office_id: UUID | None,
    status: CaseStatus | None = None,
    limit: int = 50,
) -> Sequence[Case]:
    """Return an office's cases, the next to act on first."""
    wanted = select(Case)
    if office_id is not None:
        wanted = wanted.where(Case.office_id == office_id)
    if status is not None:
        wanted = wanted.where(Case.status == status)
    return session.exec(
        wanted.order_by(col(Case.next_action_at).nulls_last(), col(Case.reference)).limit(limit)
    ).all()


def unfinished(session: Session) -> Iterator[Case]:
    """Yield every case that is not closed; a few at a time are in memory."""
    wanted = select(Case).where(Case.status != CaseStatus.CLOSED).order_by(col(Case.id))
    yield from session.exec(wanted.execution_options(yield_per=200))


def applicant_of(session: Session, case_id: UUID) -> Party:
    """Return the person whom the case is for."""
    return session.exec(select(Party).where(Party.case_id == case_id)).one()


def next_serial(session: Session, series: str) -> int:
    """Return the next number of a series, its row locked until the transaction ends.

    One statement, so that two transactions that both begin a series get 1 and 2.
    """
    return int(session.execute(_COUNT_ON, {"series": series}).scalar_one())


def count_by_status(session: Session) -> dict[CaseStatus, int]:
    """Count cases by status."""
    wanted = select(Case.status, func.count()).group_by(col(Case.status))
    return {CaseStatus(status): count for status, count in session.exec(wanted).all()}


def silent(session: Session, now: datetime, *, limit: int = 200) -> Sequence[Case]:
    """Return cases that break "exactly one next action, date and owner", or that overslept.

    An engine's turn is overslept after an hour; an action of a person is theirs to delay.
    """
    overslept = now - timedelta(hours=1)
    wanted = (
        select(Case)
        .where(
            Case.status != CaseStatus.CLOSED,
            or_(
                col(Case.next_action_at).is_(None),
                Case.owner == "",
                and_(col(Case.owner) == "engine", col(Case.next_action_at) < overslept),
            ),
        )
        .order_by(col(Case.reference))
        .limit(limit)
    )
    return session.exec(wanted).all()
