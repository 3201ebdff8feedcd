"""What would move: the due dates that a change of calendar or office moves, before and after.

A change is rehearsed by making it: the dates are counted, the change is made, and they are counted
again, all in one transaction. In a rehearsal (`store.session.rehearsal`) it is undone and has only
been shown; otherwise it has been applied, once, when the transaction is committed.

What moves is the day by which the running rung asks for an answer. A rung that was climbed keeps
the date it was climbed on, a clock that stands has no date, a closed case asks nobody any more, and
the ladder of an open case is that of its pinned version, which nothing here changes: a new version
of a case type moves no date.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlmodel import Session

from cases.operations.counting import due_dates
from cases.operations.follow import follow_date
from cases.store import calendars, journal, open_counts, owed
from cases.store.open_counts import OpenCount, Reach
from cases.store.session import is_rehearsal
from cases.vocabulary.status import EntryKind
from cases.vocabulary.values import Actor, DueDate


@dataclass(frozen=True, slots=True)
class MovedDate:
    """The due date of one open request, as it was and as it is behind the change."""

    reference: str
    case_id: UUID
    request_id: UUID
    office: str  #: Code of the office whose answer is awaited.
    before: DueDate
    after: DueDate


@contextmanager
def moving(
    session: Session, actor: Actor, cause: str, reach: Reach, *, now: datetime
) -> Iterator[list[MovedDate]]:
    """Make a change inside; behind it the list holds what it moved, by reference.

    `cause` says in one line what was changed, for the journals of the cases: one entry each.
    `reach` names all that the change can touch, or more.
    """
    moved: list[MovedDate] = []
    calendars.lock_edition(session)  # Of two changes, the second counts behind the first.
    counts = open_counts.within(session, reach)
    before = due_dates(session, counts)
    yield moved
    session.flush()
    after = due_dates(session, counts)
    offices = open_counts.offices_of(session, counts)
    for each in counts:
        was, is_now = before[each.request_id], after[each.request_id]
        if was is not None and is_now is not None and was != is_now:
            moved.append(_moved(each, offices[each.asked_id].code, was, is_now))
    if not is_rehearsal(session):
        _apply(session, actor, cause, moved, now)


def _moved(count: OpenCount, office: str, before: DueDate, after: DueDate) -> MovedDate:
    return MovedDate(count.reference, count.case_id, count.request_id, office, before, after)


def _apply(
    session: Session, actor: Actor, cause: str, moved: list[MovedDate], now: datetime
) -> None:
    """Write each moved date down, in the cases' journals and in what they wait for."""
    waiting = iter(moved)
    while some := list(islice(waiting, open_counts.BATCH)):
        rows = open_counts.rows_of(session, [each.request_id for each in some])
        states: list[owed.State] = []
        for each in some:
            case, request = rows[each.request_id]
            result = _as_result(each, cause)
            journal.append(session, case, EntryKind.DATE_MOVED, actor=actor, at=now, result=result)
            parked = follow_date(session, case, request, each.after, now=now)
            if parked is not None:
                states.append(owed.state_of(case.id, parked))
        session.flush()
        owed.owe_all(session, states, now=now)


def _as_result(moved: MovedDate, cause: str) -> dict[str, object]:
    result: dict[str, object] = {
        "due_on": moved.after.due_on.isoformat(),
        "before": moved.before.due_on.isoformat(),
        "cause": cause,
    }
    if moved.before.is_provisional:
        result["was_provisional"] = True
    if moved.after.is_provisional:
        result["is_provisional"] = True
    return result
