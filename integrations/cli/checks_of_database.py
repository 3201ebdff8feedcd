"""What the database says about the health of an installation."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from cases.rules.calendar import CHINA
from cases.rules.calendar_days import YearStatus
from cases.store import (
    calendars,
    cases,
    correspondence,
    departures,
    health,
    outbox,
    outbox_holds,
    schema,
)
from cases.store.tables.telling import ApplicantNotice, Digest
from cases.vocabulary.errors import SystemFault
from cases.vocabulary.status import CaseStatus, OutboxStatus
from integrations.cli.checks import Finding, Level, by_age, in_words
from integrations.cli.premises import Premises, faults_named, require_there

#: Notices come out in October or November; from then on a missing next year needs a person.
NOTICE_MONTH = 11
NAMED = 5  #: References that a line names; the rest is counted.

Check = Callable[[Session, datetime], Finding]


def check_database(premises: Premises) -> Iterator[Finding]:
    """Yield every finding; a database that does not answer ends them."""
    try:
        require_there(premises.settings)
        with faults_named():
            held = schema.held_revision(premises.database)
        if held != schema.NEWEST:
            needs = f"schema {held or 'none'}, this version needs {schema.NEWEST}: hancha migrate"
            yield Finding("database", "数据库", Level.BAD, needs, held or None)
            return
        where = premises.database.engine.url.render_as_string(hide_password=True)
        yield Finding("database", "数据库", Level.OK, f"schema {held}, {where}", held)
        now = premises.clock.now()
        with premises.reading() as session:
            for check in CHECKS:
                yield check(session, now)
    except SystemFault as fault:
        yield Finding("database", "数据库", Level.BAD, str(fault))


def _wake_lag(session: Session, now: datetime) -> Finding:
    oldest = health.oldest_due_turn(session, now)
    age = now - oldest if oldest else timedelta()
    level = by_age(age, warn=timedelta(minutes=5), bad=timedelta(hours=1))
    detail = f"a case has been due for {in_words(age)}" if oldest else "no case is due"
    return Finding("wake_lag", "唤醒延迟", level, detail, age.total_seconds())


def _outbox_age(session: Session, now: datetime) -> Finding:
    oldest = health.oldest_ready_mail(session, now)
    age = now - oldest if oldest else timedelta()
    level = by_age(age, warn=timedelta(minutes=15), bad=timedelta(hours=4))
    detail = f"mail has been ready for {in_words(age)}" if oldest else "no mail is late"
    return Finding("outbox_age", "待发延迟", level, detail, age.total_seconds())


def _given_up(session: Session, _now: datetime) -> Finding:
    count = outbox.counts(session).get(OutboxStatus.GIVEN_UP, 0)
    detail = f"{count} to mend and retry: hancha outbox list" if count else "none"
    level = Level.WARN if count else Level.OK
    return Finding("mail_given_up", "发送失败", level, detail, count)


def _digests(session: Session, now: datetime) -> Finding:
    given_up, again = departures.failing(session, Digest, now - timedelta(days=7))
    detail = "none failed"
    if given_up or again:
        detail = f"{given_up} given up in a week, {again} to be tried again: hancha digest list"
    level = Level.WARN if given_up or again else Level.OK
    return Finding("digests", "待办提醒", level, detail, given_up + again)


def _notices(session: Session, now: datetime) -> Finding:
    given_up, again = departures.failing(session, ApplicantNotice, now - timedelta(days=30))
    detail = "none failed"
    if given_up or again:
        detail = f"{given_up} given up, {again} to be tried again: hancha notice list"
    level = Level.WARN if given_up or again else Level.OK
    return Finding("applicant_notices", "告知申请人", level, detail, given_up + again)


def _held_outboxes(session: Session, _now: datetime) -> Finding:
    count = len(outbox_holds.open_holds(session))
    detail = f"{count} since a restore: hancha outbox look" if count else "none"
    level = Level.WARN if count else Level.OK
    return Finding("held_outboxes", "恢复后暂停发件", level, detail, count)


def _to_post(session: Session, now: datetime) -> Finding:
    count, oldest = health.letters_to_post(session)
    age = now - oldest if oldest else timedelta()
    level = by_age(age, warn=timedelta(days=3))
    detail = f"{count}, the oldest for {in_words(age)}" if count else "none"
    return Finding("letters_to_post", "待邮寄", level, detail, count)


def _to_seal(session: Session, now: datetime) -> Finding:
    count, oldest = health.letters_to_seal(session)
    age = now - oldest if oldest else timedelta()
    level = by_age(age, warn=timedelta(days=3))
    detail = f"{count}, the oldest for {in_words(age)}: hancha letter waiting" if count else "none"
    return Finding("letters_to_seal", "待用印", level, detail, count)


def _stopped(session: Session, _now: datetime) -> Finding:
    counts = cases.count_by_status(session)
    quarantined = counts.get(CaseStatus.QUARANTINED, 0)
    held = counts.get(CaseStatus.HELD, 0)
    detail = "none"
    if quarantined or held:
        detail = f"{quarantined} quarantined, {held} held: hancha quarantine list"
    level = Level.BAD if quarantined else Level.WARN if held else Level.OK
    return Finding("stopped_cases", "隔离搁置", level, detail, quarantined + held)


def _owed(session: Session, now: datetime) -> Finding:
    count, oldest = health.owed_since(session)
    age = now - oldest if oldest else timedelta()
    level = by_age(age, warn=timedelta(minutes=10), bad=timedelta(days=1))
    detail = f"{count} run states, the oldest for {in_words(age)}" if count else "none"
    return Finding("owed_states", "待告知状态", level, detail, count)


def _silent(session: Session, now: datetime) -> Finding:
    found = [case.reference for case in cases.silent(session, now)]
    if not found:
        detail = "every open case has one next action, date and owner, none overslept"
        return Finding("silent_cases", "无人跟进", Level.OK, detail, 0)
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    detail = ", ".join(found[:NAMED]) + more
    return Finding("silent_cases", "无人跟进", Level.BAD, detail, len(found))


def _intake(session: Session, now: datetime) -> Finding:
    has_intake, read_at = correspondence.intake_state(session)
    if not has_intake:
        return Finding("intake_age", "收件", Level.OK, "no mailbox is set up")
    if read_at is None:
        return Finding("intake_age", "收件", Level.BAD, "a mailbox has never been read to its end")
    age = now - read_at
    level = by_age(age, warn=timedelta(hours=1), bad=timedelta(days=1))
    detail = f"read to its end {in_words(age)} ago"
    return Finding("intake_age", "收件", level, detail, age.total_seconds())


def _calendar(session: Session, now: datetime) -> Finding:
    """This year must be published, the next one once its notice is out or a date rests on it."""
    today = now.astimezone(CHINA).date()
    published = {
        each.year for each in calendars.years(session) if each.status is YearStatus.PUBLISHED
    }
    if today.year not in published:
        detail = f"{today.year} is not published: hancha calendar import, then publish"
        return Finding("calendar", "工作日历", Level.BAD, detail, today.year)
    following = today.year + 1
    if following in published:
        return Finding("calendar", "工作日历", Level.OK, f"{following} is published", following)
    resting = health.provisional_dates(session)
    detail = f"{following} is not published"
    if resting:
        detail += f", and {resting} open due dates rest on it"
    is_time = today.month >= NOTICE_MONTH or resting
    level = Level.WARN if is_time else Level.OK
    return Finding("calendar", "工作日历", level, detail, following)


CHECKS: tuple[Check, ...] = (
    _wake_lag,
    _outbox_age,
    _given_up,
    _digests,
    _notices,
    _held_outboxes,
    _to_post,
    _to_seal,
    _stopped,
    _owed,
    _silent,
    _intake,
    _calendar,
)
