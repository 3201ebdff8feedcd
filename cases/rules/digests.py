"""When somebody is told what waits for them, and what of a case they are told."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cases.rules.calendar import WorkCalendar
from cases.rules.office_hours import CLOSES
from cases.vocabulary.status import NextAction
from cases.vocabulary.telling import DigestTopic, Rhythm

SOON = 3  #: Working days ahead in which a due date is told.

TOPICS = {
    NextAction.RELEASE: DigestTopic.RELEASE,
    NextAction.DECIDE: DigestTopic.DECIDE,
    NextAction.SIGN: DigestTopic.SIGN,
    NextAction.SEAL: DigestTopic.SEAL,
    NextAction.LOOK: DigestTopic.LOOK,
    NextAction.REPAIR_DISPATCH: DigestTopic.REPAIR,
    NextAction.RESTART_CLOCK: DigestTopic.RESTART,
    NextAction.PUBLISH_CALENDAR: DigestTopic.CALENDAR,
}


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """What a digest needs to know of a case; nothing of it is about the applicant."""

    reference: str
    office: str  #: Name of the asked office.
    next_action: NextAction
    next_action_on: date | None
    owner: str
    due_on: date | None  #: The first day in time of the request that runs; None: none runs.
    is_provisional: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One case in a digest."""

    topic: DigestTopic
    reference: str
    office: str
    on: date | None  #: By when it should be done, or when the answer was due.
    overdue_days: int = 0  #: Working days since the answer was due.
    is_provisional: bool = False
    on_behalf_of: str = ""  #: Name of whom the reader stands in for.

    @property
    def key(self) -> str:
        """What tells this line from one about something that happens to the case later."""
        return f"{self.topic.value}/{self.reference}/{self.on}"


def line_of(
    case: CaseStanding, owners: Collection[str], today: date, calendar: WorkCalendar
) -> DigestLine | None:
    """Return what a person with these owners' names is told of a case, or None.

    What waits for them comes first, then an answer that is overdue, by working days of the
    asked office's calendar, then one that is due within the next three.
    """
    topic = TOPICS.get(case.next_action) if case.owner in owners else None
    days = 0
    if case.is_overdue and case.due_on is not None:
        days = calendar.count(case.due_on + timedelta(days=1), today + timedelta(days=1))
    if topic is not None:
        return DigestLine(topic, case.reference, case.office, case.next_action_on, days)
    if case.is_overdue:
        return DigestLine(DigestTopic.OVERDUE, case.reference, case.office, case.due_on, days)
    if case.due_on is None or case.due_on < today:
        return None
    ahead = calendar.count(today + timedelta(days=1), case.due_on + timedelta(days=1))
    if ahead > SOON:
        return None
    return DigestLine(
        DigestTopic.DUE, case.reference, case.office, case.due_on, 0, case.is_provisional
    )


def in_order(lines: Iterable[DigestLine]) -> list[DigestLine]:
    """Return the lines by topic, the oldest date first in each."""
    topics = list(DigestTopic)
    return sorted(
        lines, key=lambda line: (topics.index(line.topic), line.on or date.max, line.reference)
    )


def period_of(
    rhythm: Rhythm, now: datetime, calendar: WorkCalendar, at: time, served: str = ""
) -> str | None:
    """Return the period whose digest is due now, or None; `served` is the last one served.

    Only on working days, from `at` until the office closes, in the office's zone: a digest that
    was missed in the evening waits for the next working day. A week is served on the first of
    its working days on which somebody looks. Periods: "daily/2026-03-02", "weekly/2026-W10",
    "at-once/12", the number of those before and one.
    """
    local = now.astimezone(calendar.zone)
    if rhythm is Rhythm.NONE or not calendar.is_working(local.date()):
        return None
    if not at <= local.time() < max(CLOSES, at):
        return None
    if rhythm is Rhythm.AT_ONCE:
        name, _, serial = served.partition("/")
        return f"at-once/{int(serial) + 1 if name == 'at-once' else 1}"
    year, week, _ = local.isocalendar()
    is_daily = rhythm is Rhythm.DAILY
    period = f"daily/{local.date()}" if is_daily else f"weekly/{year}-W{week:02}"
    return None if period == served else period
