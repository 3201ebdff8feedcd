"""When letters that the engine writes by itself may leave: in office hours, spread."""

from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b

from cases.rules.calendar import WorkCalendar
from cases.vocabulary.errors import InvalidValue

OPENS = time(9)
CLOSES = time(17)
SPREAD = timedelta(hours=4)


def next_office_instant(
    now: datetime, calendar: WorkCalendar, opens: time = OPENS, closes: time = CLOSES
) -> datetime:
    """Return `now` if the office is open, else the instant at which it next opens, in UTC.

    Raises InvalidValue when the office would close before it opens.
    """
    if opens >= closes:
        raise InvalidValue(f"an office cannot open at {opens} and close at {closes}")
    local = now.astimezone(calendar.zone)
    today = local.date()
    if calendar.is_working(today) and local.time() < closes:
        opening = datetime.combine(today, opens, calendar.zone)
        return max(local, opening).astimezone(UTC)
    tomorrow = calendar.next_working_day(today + timedelta(days=1))
    return datetime.combine(tomorrow, opens, calendar.zone).astimezone(UTC)


def spread_in_office_hours(
    since: datetime,
    key: str,
    calendar: WorkCalendar,
    opens: time = OPENS,
    closes: time = CLOSES,
    over: timedelta = SPREAD,
) -> datetime:
    """Return an instant within `over` hours of office time from `since` on, in UTC.

    The same key gives the same instant, different keys are spread evenly, so that letters due
    on one morning do not leave in one second. Pass the instant from which the letter may leave
    (the due instant), not the present: then asking again gives the same answer.
    """
    instant = next_office_instant(since, calendar, opens, closes)
    wait = over * _fraction(key)
    while True:
        local = instant.astimezone(calendar.zone)
        closing = datetime.combine(local.date(), closes, calendar.zone).astimezone(UTC)
        if instant + wait < closing:
            return instant + wait
        wait -= closing - instant
        instant = next_office_instant(closing, calendar, opens, closes)


def _fraction(key: str) -> float:
    """Return a number from 0 to below 1 that is the key's own and evenly spread over keys."""
    digest = blake2b(key.encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48
