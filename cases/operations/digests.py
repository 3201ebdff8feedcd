"""Digests (待办提醒): who is told what waits for them, and when; never of an applicant."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from uuid import UUID

from sqlmodel import Session

from cases.operations.absences import stand_in_of, wards_of, work_of
from cases.operations.counting import calendar_in_force
from cases.rules.access import Act, require
from cases.rules.calendar import WorkCalendar
from cases.rules.digests import CaseStanding, DigestLine, in_order, line_of, period_of
from cases.rules.mail_address import check_address
from cases.store import digests, offices
from cases.store.backlog import BacklogRow, backlog, is_overdue
from cases.store.tables.office import Office, Person
from cases.store.tables.telling import Digest, DigestChoice
from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.status import CaseStatus, Language, RequestStatus, Role
from cases.vocabulary.telling import Rhythm
from cases.vocabulary.values import Actor

#: The most cases that one digest looks at; nobody reads more, and the list shows them all.
MOST = 1_000
NOT_ENDED = (CaseStatus.OPEN, CaseStatus.HELD, CaseStatus.QUARANTINED)


@dataclass(frozen=True, slots=True)
class DigestDue:
    """A digest that is to be written, or a period in which nothing is to tell."""

    person_id: UUID
    name: str
    office_id: UUID
    office: str
    zone: str
    period: str
    recipient: str
    language: Language
    lines: tuple[DigestLine, ...]  #: What the mail says.
    waiting: tuple[str, ...]  #: Keys of all that waits.


def choose(
    session: Session,
    actor: Actor,
    person: Person,
    *,
    rhythm: Rhythm | None = None,
    email: str | None = None,
    language: Language | None = None,
) -> DigestChoice:
    """Say how often and in which language somebody is told, and where; None leaves it as it is.

    Each chooses for themselves; the address is the administrator's, lest references go astray.
    Raises NotAllowed, and InvalidValue for an address that cannot be or is missing.
    """
    if actor.person_id is None:
        raise NotAllowed(f"{actor.name} is no person and reads no digests")
    if actor.person_id != person.id or email is not None:
        require(actor, Act.KEEP_DIRECTORY)
    if email:
        check_address(email)
    found = digests.choice_of(session, person.id) or DigestChoice(person_id=person.id)
    found.email = found.email if email is None else email
    found.language = language or found.language
    if rhythm is not None and rhythm is not found.rhythm:
        found.rhythm, found.told = rhythm, []
    if found.rhythm is not Rhythm.NONE and not found.email:
        raise InvalidValue(
            f"no mail address of {person.login} is known; an administrator enters it"
        )
    session.add(found)
    session.flush()
    return found


def due_now(session: Session, *, now: datetime, at: time) -> Iterator[DigestDue]:
    """Yield what is to be written now, person by person; `at` is the hour of each office's day."""
    calendar_of = _calendars(session)
    for choice, person, office in digests.wanted(session):
        period = period_of(choice.rhythm, now, calendar_of(office.id), at, choice.served)
        if period is None:
            continue
        reader = _reader(session, choice, person, offices.day_at(office, now))
        if reader is None:
            continue
        name, recipient = reader
        lines = waiting_for(session, person, office, now=now, calendar_of=calendar_of)
        if name != person.name:
            lines = [replace(line, on_behalf_of=person.name) for line in lines]
        news = [line for line in lines if line.key not in choice.told]
        if choice.rhythm is Rhythm.AT_ONCE and not news:
            continue
        yield DigestDue(
            person_id=person.id,
            name=name,
            office_id=office.id,
            office=_name(office, choice.language),
            zone=office.zone,
            period=period,
            recipient=recipient,
            language=choice.language,
            lines=tuple(news),
            waiting=tuple(line.key for line in lines),
        )


def _reader(
    session: Session, choice: DigestChoice, person: Person, today: date
) -> tuple[str, str] | None:
    """Return name and address of whoever reads somebody's digest today.

    While they are away it is whoever stands in: None when that one's own digest says it.
    """
    heir = stand_in_of(session, person, today)
    theirs = session.get(DigestChoice, heir.id) if heir.id != person.id else None
    if theirs is None or not theirs.email:
        return person.name, choice.email
    return None if theirs.rhythm is not Rhythm.NONE else (heir.name, theirs.email)


def keep(
    session: Session, due: DigestDue, message_id: str, content: bytes, *, now: datetime
) -> bool:
    """Keep the frozen mail, if there is one, and that the period is served.

    False when somebody else served it, or the choice was changed meanwhile.
    """
    choice = digests.choice_of(session, due.person_id)
    if choice is None or choice.rhythm is Rhythm.NONE or choice.served == due.period:
        return False
    is_at_once = choice.rhythm is Rhythm.AT_ONCE
    if is_at_once != due.period.startswith("at-once/"):
        return False
    choice.served = due.period
    choice.told = list(due.waiting) if is_at_once else []
    session.add(choice)
    if content:
        session.add(
            Digest(
                person_id=due.person_id,
                office_id=due.office_id,
                period=due.period,
                recipient=due.recipient,
                message_id=message_id,
                content=content,
                created_at=now,
                not_before=now,
            )
        )
    return True


def waiting_for(
    session: Session,
    person: Person,
    office: Office,
    *,
    now: datetime,
    calendar_of: Callable[[UUID], WorkCalendar] | None = None,
) -> list[DigestLine]:
    """Return what waits for somebody, the most pressing first; managers see all that is overdue."""
    calendar_of = calendar_of or _calendars(session)
    today = offices.day_at(office, now)
    actor = offices.actor_by_login(session, person.login)
    whose = work_of(session, actor, office, now=now)
    names = {ward.login: ward.name for ward in wards_of(session, person, today)}
    rows = list(backlog(session, office_id=office.id, statuses=NOT_ENDED, whose=whose, limit=MOST))
    if actor.has(Role.MANAGER):
        rows += backlog(session, office_id=office.id, overdue_on=today, limit=MOST)
    lines = []
    for standing, row in _standings(session, {row.case.id: row for row in rows}.values(), now):
        line = line_of(standing, whose.owners, today, calendar_of(row.home_office.id))
        if line is not None:
            ward = names.get(row.case.owner) or names.get(row.clerk, "")
            lines.append(replace(line, on_behalf_of=ward))
    return in_order(lines)


def _name(office: Office, language: Language) -> str:
    return office.name_zh if language is Language.CHINESE else office.name_en or office.name_zh


def _standings(
    session: Session, rows: Collection[BacklogRow], now: datetime
) -> Iterator[tuple[CaseStanding, BacklogRow]]:
    """Yield where each case stands, with its row."""
    climbed = [row.request.id for row in rows if row.request and row.request.rung > 1]
    first_due: dict[UUID, date] = digests.first_due(session, climbed) if climbed else {}
    for row in rows:
        case, request, home = row.case, row.request, row.home_office
        ours = offices.get(session, case.office_id)
        due_on = None
        if request is not None and request.status is RequestStatus.AWAITING_REPLY:
            due_on = first_due.get(request.id, request.due_on)
        action_on = offices.day_at(ours, case.next_action_at) if case.next_action_at else None
        yield (
            CaseStanding(
                reference=case.reference,
                office=home.name_zh,
                next_action=case.next_action,
                next_action_on=action_on,
                owner=case.owner,
                due_on=due_on,
                is_provisional=bool(request and request.due_is_provisional),
                is_overdue=is_overdue(request, offices.day_at(home, now)),
            ),
            row,
        )


def _calendars(session: Session) -> Callable[[UUID], WorkCalendar]:
    """Return a look-up of offices' calendars that asks for each once."""

    @cache
    def calendar_of(office_id: UUID) -> WorkCalendar:
        return calendar_in_force(session, offices.get(session, office_id))

    return calendar_of
