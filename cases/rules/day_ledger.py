"""The day ledger: every day of a case charged to exactly one account.

It is read from what happened and from the calendars, never from allowances or due dates. So it
survives a change of rule, and after a change of calendar its sum is still the case's age.

A day is charged by how the case stood when the day began: the day of opening and the day of
receipt count for nobody yet (as in Civil Code Art. 201), the day on which an office answers is
still the office's. A clock stop alone holds from its first day, as in `ClockStop`. So an office
that answers on its last day in time has been charged exactly the working days allowed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from cases.rules.calendar import WorkCalendar

ONE_DAY = timedelta(days=1)
HAS_IT, HAS_ACCEPTED = "the asked office has it", "the asked office has accepted it"


class Account(StrEnum):
    """Whom a day is charged to."""

    OUR_OFFICE = "our_office"  #: 本机关: we have it, or a reply waits for our look.
    THEIR_OFFICE = "their_office"  #: 对方机关: the asked office has it.
    POST = "post"  #: 寄递途中
    APPLICANT = "applicant"  #: 申请人: papers or an answer are wanted from the applicant.
    REST_DAY = "rest_day"  #: 休息日 of the office that has the case.
    STOP = "stop"  #: 中止计时


class FactKind(StrEnum):
    """What happened to a case on a day."""

    OPENED = "opened"
    LEFT = "left"  #: A letter about the request left our house.
    RECEIVED = "received"  #: The office is deemed to have the request.
    ACCEPTED = "accepted"  #: The office said that it has it and is competent (签收).
    ENDED = "ended"  #: The office no longer has it: answered, referred or withdrawn.
    REPLY_ARRIVED = "reply_arrived"  #: A reply waits for a look.
    REPLY_LOOKED_AT = "reply_looked_at"
    STOPPED = "stopped"
    RESTARTED = "restarted"  #: The first day that counts again.
    APPLICANT_ASKED = "applicant_asked"
    APPLICANT_ANSWERED = "applicant_answered"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Fact:
    """One dated fact of a case."""

    on: date
    kind: FactKind
    about: str = ""  #: Which request, reply or stop; what begins and ends carries one name.
    office: str = ""  #: Code of the asked office, on LEFT and RECEIVED.


class LedgerDay(NamedTuple):
    """One day and its one account."""

    on: date
    account: Account
    office: str  #: Code of the office that has the case or that the post goes to; else empty.
    reason: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row on which nothing changed: from `since` to before `until`."""

    since: date
    until: date
    account: Account
    office: str
    reason: str

    @property
    def length(self) -> int:
        """Number of days."""
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class DayLedger:
    """The stretches of a case, and the calendars that find the rest days in them."""

    stretches: tuple[Stretch, ...]
    calendar: WorkCalendar
    office_calendars: Mapping[str, WorkCalendar]

    @property
    def age(self) -> int:
        """Days that the case was open."""
        return sum(stretch.length for stretch in self.stretches)

    def totals(self) -> dict[Account, int]:
        """Return the days of every account; they add up to the age."""
        totals = dict.fromkeys(Account, 0)
        for stretch in self.stretches:
            rest = self._rest_days(stretch)
            totals[stretch.account] += stretch.length - rest
            totals[Account.REST_DAY] += rest
        return totals

    def days_of_offices(self) -> dict[str, int]:
        """Return how many working days each asked office has had the case."""
        offices: dict[str, int] = {}
        for stretch in self.stretches:
            if stretch.account is Account.THEIR_OFFICE:
                worked = stretch.length - self._rest_days(stretch)
                offices[stretch.office] = offices.get(stretch.office, 0) + worked
        return offices

    def days_before_acceptance(self) -> int:
        """Return the working days that asked offices had the case and had not accepted it."""
        return sum(
            stretch.length - self._rest_days(stretch)
            for stretch in self.stretches
            if stretch.account is Account.THEIR_OFFICE and stretch.reason == HAS_IT
        )

    def days(self) -> Iterator[LedgerDay]:
        """Go through the case day by day."""
        for stretch in self.stretches:
            resting = self._resting_calendar(stretch)
            for ordinal in range(stretch.since.toordinal(), stretch.until.toordinal()):
                day = date.fromordinal(ordinal)
                if resting is None or resting.is_working(day):
                    yield LedgerDay(day, stretch.account, stretch.office, stretch.reason)
                else:
                    reason = resting.reason(day)
                    yield LedgerDay(day, Account.REST_DAY, stretch.office, reason)

    def _rest_days(self, stretch: Stretch) -> int:
        resting = self._resting_calendar(stretch)
        if resting is None:
            return 0
        return stretch.length - resting.count(stretch.since, stretch.until)

    def _resting_calendar(self, stretch: Stretch) -> WorkCalendar | None:
        """Return whose rest days matter. Post, applicant and a stop know no rest days."""
        if stretch.account is Account.OUR_OFFICE:
            return self.calendar
        if stretch.account is Account.THEIR_OFFICE:
            return self.office_calendars.get(stretch.office, self.calendar)
        return None


def day_ledger(
    facts: Iterable[Fact],
    as_of: date,
    calendar: WorkCalendar,
    office_calendars: Mapping[str, WorkCalendar] | None = None,
) -> DayLedger:
    """Charge each day of a case up to and including `as_of`.

    `calendar` is our office's; an asked office without an entry in `office_calendars` rests on
    the same days. Facts of one day happen in the order given. Facts that contradict each other
    (a second opening, an end without a beginning) change nothing.
    """
    state = _State()
    stretches: list[Stretch] = []
    begun = date.min
    known = sorted((fact for fact in facts if fact.on <= as_of), key=lambda fact: fact.on)
    for on, group in groupby(known, key=lambda fact: fact.on):
        today = list(group)
        _charge(stretches, state, begun, on)
        for fact in today:
            state.stop(fact)
        begun = min(on, date.max - ONE_DAY) + ONE_DAY
        _charge(stretches, state, on, begun)
        for fact in today:
            state.take(fact)
    _charge(stretches, state, begun, min(as_of, date.max - ONE_DAY) + ONE_DAY)
    return DayLedger(tuple(stretches), calendar, office_calendars or {})


@dataclass(slots=True)
class _State:
    """How a case stands between two facts."""

    is_open: bool = False
    in_post: dict[str, str] = field(default_factory=dict)  #: Request to office.
    with_office: dict[str, str] = field(default_factory=dict)  #: Request to office.
    accepted: set[str] = field(default_factory=set)  #: Requests.
    waiting_for_look: set[str] = field(default_factory=set)
    wanted_from_applicant: set[str] = field(default_factory=set)
    stops: set[str] = field(default_factory=set)

    def stop(self, fact: Fact) -> None:
        """Take in what holds from the beginning of its day."""
        if fact.kind is FactKind.STOPPED:
            self.stops.add(fact.about)
        elif fact.kind is FactKind.RESTARTED:
            self.stops.discard(fact.about)

    def take(self, fact: Fact) -> None:
        """Take in what holds from the end of its day."""
        match fact.kind:
            case FactKind.OPENED | FactKind.REOPENED:
                self.is_open = True
            case FactKind.LEFT:
                self.in_post[fact.about] = fact.office
            case FactKind.RECEIVED:
                self.in_post.pop(fact.about, None)
                self.with_office[fact.about] = fact.office
            case FactKind.ACCEPTED:
                self.accepted.add(fact.about)
            case FactKind.ENDED:
                self.in_post.pop(fact.about, None)
                self.with_office.pop(fact.about, None)
            case FactKind.REPLY_ARRIVED | FactKind.REPLY_LOOKED_AT:
                is_here = fact.kind is FactKind.REPLY_ARRIVED
                _mark(self.waiting_for_look, fact.about, is_here)
            case FactKind.APPLICANT_ASKED | FactKind.APPLICANT_ANSWERED:
                is_wanted = fact.kind is FactKind.APPLICANT_ASKED
                _mark(self.wanted_from_applicant, fact.about, is_wanted)
            case FactKind.CLOSED:
                self._close()

    def account(self) -> tuple[Account, str, str]:
        """Return the account, the office and the reason; the first that applies holds.

        What waits for us comes before what waits for the other office: while a reply waits for
        our look, no day is counted as theirs.
        """
        if self.wanted_from_applicant:
            return Account.APPLICANT, "", "an answer of the applicant is wanted"
        if self.stops:
            return Account.STOP, "", "the clock is stopped"
        if self.waiting_for_look:
            return Account.OUR_OFFICE, "", "a reply waits for a look"
        if self.with_office:
            about, office = next(iter(self.with_office.items()))
            return Account.THEIR_OFFICE, office, HAS_ACCEPTED if about in self.accepted else HAS_IT
        if self.in_post:
            return Account.POST, next(iter(self.in_post.values())), "the letter is on its way"
        return Account.OUR_OFFICE, "", "our office has it"

    def _close(self) -> None:
        self.is_open = False
        for waiting in (self.in_post, self.with_office):
            waiting.clear()
        for names in (self.waiting_for_look, self.wanted_from_applicant, self.stops):
            names.clear()


def _mark(names: set[str], name: str, is_in: bool) -> None:
    if is_in:
        names.add(name)
    else:
        names.discard(name)


def _charge(stretches: list[Stretch], state: _State, since: date, until: date) -> None:
    """Add the days from `since` to before `until`, to the stretch before when it is the same."""
    if not state.is_open or since >= until:
        return
    account, office, reason = state.account()
    if stretches:
        last = stretches[-1]
        if (last.until, last.account, last.office, last.reason) == (
            *(since, account, office, reason),
        ):
            stretches[-1] = Stretch(last.since, until, account, office, reason)
            return
    stretches.append(Stretch(since, until, account, office, reason))
