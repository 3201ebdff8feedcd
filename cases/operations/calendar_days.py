"""Order single days of the work calendar, enter local ones, say how receipts are read.

Every act returns the due dates that it moved, by reference; they are moved in the same
transaction, once (`moved_dates`).
"""

from datetime import date, datetime

from sqlmodel import Session

from cases.operations.moved_dates import MovedDate, moving
from cases.rules.access import Act, require, require_reason
from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import NATIONAL, DayKind, NamedDay, YearStatus, check_scope
from cases.store import calendars
from cases.store.open_counts import Reach
from cases.store.tables.calendar import CalendarDay
from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.values import Actor


def override_day(
    session: Session,
    actor: Actor,
    on: date,
    kind: DayKind,
    name: str,
    *,
    scope: str = NATIONAL,
    reason: str,
    now: datetime,
) -> tuple[MovedDate, ...]:
    """Order one day off or worked over every other rule of its scope (a storm, 2020-01-31).

    Takes the place of an earlier order for the day and scope. A national one moves everybody's
    dates, as a year does: it holds once a second person has approved it (`approve_day`). Raises
    NotAllowed, InvalidValue without a name or a reason or for an unreadable scope,
    YearNotPublished for a national order in a year that is not published.
    """
    day = NamedDay(on, kind, name.strip(), scope, is_override=True)
    if scope != NATIONAL:
        return _enter(session, actor, day, reason, now)
    year = calendars.get_year(session, on.year)
    if year.status is not YearStatus.PUBLISHED:
        raise InvalidValue(f"{on.year} is a draft; enter it again with this day instead")
    _check(actor, day, reason)
    _replace(session, actor, _proposal(session, on), now)
    session.add(calendars.row_of(day, actor.name, now, reason.strip(), is_proposed=True))
    session.flush()
    return ()


def approve_day(
    session: Session, actor: Actor, on: date, *, now: datetime
) -> tuple[MovedDate, ...]:
    """Let a national order hold, as a second person.

    Raises NotAllowed, also for the person who entered it, and InvalidValue when none is proposed.
    """
    require(actor, Act.PUBLISH_CALENDAR)
    row = _proposal(session, on)
    if row is None:
        raise InvalidValue(f"no national order for {on} waits for approval")
    if row.entered_by == actor.name:
        raise NotAllowed(f"{actor.name} entered the order; a second person must approve it")
    cause = f"{on} {row.kind.value}: {row.name} ({row.scope})"
    with moving(session, actor, cause, Reach(days=(on, on)), now=now) as moved:
        earlier = calendars.day_that_holds(session, on, NATIONAL, is_override=True)
        _replace(session, actor, earlier, now)
        row.is_proposed, row.approved_by, row.approved_at = False, actor.name, now
        calendars.renew_edition(session, now=now)
    return tuple(moved)


def add_local_day(
    session: Session,
    actor: Actor,
    on: date,
    kind: DayKind,
    name: str,
    *,
    scope: str,
    reason: str,
    now: datetime,
) -> tuple[MovedDate, ...]:
    """Enter a day that a division or an office keeps by its own rule (三月三, a removal).

    Takes the place of an earlier one. Raises NotAllowed, and InvalidValue without a name or a
    reason or for a scope that is national or unreadable.
    """
    if scope == NATIONAL:
        raise InvalidValue("national days come with their year; use an override for a single day")
    return _enter(session, actor, NamedDay(on, kind, name.strip(), scope), reason, now)


def withdraw_day(
    session: Session,
    actor: Actor,
    on: date,
    *,
    scope: str,
    is_override: bool,
    now: datetime,
) -> tuple[MovedDate, ...]:
    """Take back a local day, an order or the proposal of one; its row stays, superseded.

    Raises NotAllowed, and InvalidValue when there is none or when a second person would be
    needed: a day of a notice, or a national order that holds, is changed by another order.
    """
    require(actor, Act.PUBLISH_CALENDAR)
    if scope == NATIONAL and not is_override:
        raise InvalidValue("a day of the yearly notice is changed by an override")
    row = calendars.day_that_holds(
        session, on, scope, is_override=is_override, is_proposed=scope == NATIONAL
    )
    if row is None and scope == NATIONAL:
        raise InvalidValue(f"no such day waits for approval on {on}; order another to change one")
    if row is None:
        raise InvalidValue(f"no such day holds on {on} for {scope}")
    cause = f"{on} {row.name} ({scope}) was withdrawn"
    with moving(session, actor, cause, Reach((scope,), (on, on)), now=now) as moved:
        calendars.supersede(row, actor.name, now)
        calendars.renew_edition(session, now=now)
    return tuple(moved)


def read_receipts(
    session: Session, actor: Actor, setting: ReceiptOnRestDay, *, now: datetime
) -> tuple[MovedDate, ...]:
    """Set how a receipt on a rest day is read from now on, open counts included.

    Raises NotAllowed.
    """
    require(actor, Act.PUBLISH_CALENDAR)
    cause = f"a receipt on a rest day is read {setting.value.replace('_', ' ')}"
    with moving(session, actor, cause, Reach(), now=now) as moved:
        calendars.renew_edition(session, now=now).receipt_on_rest_day = setting
    return tuple(moved)


def _enter(
    session: Session, actor: Actor, day: NamedDay, reason: str, now: datetime
) -> tuple[MovedDate, ...]:
    _check(actor, day, reason)
    earlier = calendars.day_that_holds(session, day.on, day.scope, is_override=day.is_override)
    cause = f"{day.on} {day.kind.value}: {day.name} ({day.scope})"
    with moving(session, actor, cause, Reach((day.scope,), (day.on, day.on)), now=now) as moved:
        _replace(session, actor, earlier, now)
        session.add(calendars.row_of(day, actor.name, now, reason.strip()))
        calendars.renew_edition(session, now=now)
    return tuple(moved)


def _check(actor: Actor, day: NamedDay, reason: str) -> None:
    require(actor, Act.PUBLISH_CALENDAR)
    require_reason(reason)
    check_scope(day.scope)
    if not day.name:
        raise InvalidValue("the day needs a name that can be printed as its reason")


def _proposal(session: Session, on: date) -> CalendarDay | None:
    return calendars.day_that_holds(session, on, NATIONAL, is_override=True, is_proposed=True)


def _replace(session: Session, actor: Actor, earlier: CalendarDay | None, now: datetime) -> None:
    if earlier is not None:
        calendars.supersede(earlier, actor.name, now)
        session.flush()  # The new row may hold only after the old one does not.
