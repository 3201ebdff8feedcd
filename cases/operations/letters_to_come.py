"""What will happen if nobody answers: each letter to come with its days, before a case is saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from cases.operations.channels import channel_to
from cases.operations.counting import calendar_in_force
from cases.rules.due_dates import due_date
from cases.rules.office_hours import next_office_instant
from cases.store import offices
from cases.store.tables.office import Office
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.status import Channel, LetterKind, RungAction
from cases.vocabulary.values import DueDate

ONE_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LetterToCome:
    """One letter of the ladder as it will be if everything takes the days that are expected."""

    kind: LetterKind | None  #: None: no letter; the manager has it.
    to: Office | None
    channel: Channel | None  #: None when the office has no address for the type.
    leaves_on: date
    received_on: date | None
    due: DueDate | None


def letters_to_come(
    session: Session,
    case_type: CaseType,
    ours: Office,
    home: Office,
    superior: Office | None,
    *,
    now: datetime,
) -> tuple[LetterToCome, ...]:
    """Return the request, each reminder and the escalation, then the day the manager has it.

    Counts as the engine will: receipt presumed by the days in transit, the next letter in our
    office hours once the due instant has passed. Stops where no count can be made.
    """
    return tuple(_walk(session, case_type, ours, home, superior, now))


def _walk(
    session: Session,
    case_type: CaseType,
    ours: Office,
    home: Office,
    superior: Office | None,
    now: datetime,
) -> Iterator[LetterToCome]:
    own = calendar_in_force(session, ours)
    kind: LetterKind | None = LetterKind.REQUEST
    leaves_on, to = offices.day_at(ours, now), home
    for rung in case_type.rungs:
        by_platform = kind is not LetterKind.ESCALATION
        channel = channel_to(to, case_type, by_platform=by_platform)
        transit = case_type.transit_days.get(channel, 0) if channel else 0
        received_on = leaves_on + timedelta(days=transit)
        due = due_date(
            received_on,
            rung.allowance,
            calendar_in_force(session, to),
            also_calendar=own if case_type.both_calendars else None,
        )
        yield LetterToCome(kind, to, channel, leaves_on, received_on, due)
        if due is None:
            return
        hours = case_type.office_hours
        over_at = due.due_at + ONE_SECOND
        leaves_at = next_office_instant(over_at, own, hours.opens, hours.closes)
        over_on, kind = offices.day_at(ours, over_at), rung.letter
        leaves_on = offices.day_at(ours, leaves_at) if kind else over_on
        to = superior if rung.action is RungAction.ESCALATE and superior is not None else home
    yield LetterToCome(None, None, None, leaves_on, None, None)
