"""Play the cases: a clerk opens them, the home office answers, and the clock steps between."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlmodel import col, select

from cases.operations import register, replies
from cases.operations.register import Opening
from cases.store import leases, offices, outbox, owed
from cases.store.calendars import load_calendar
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Reply
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import SystemFault
from cases.vocabulary.status import CaseStatus, Channel, OutboxStatus, Verdict
from flows.demo.script import APPLICATION, PlayedCase
from integrations.clock import FileClock
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.wiring import House

PATIENCE = 120.0  #: Real seconds without any progress after which the play is given up.


@dataclass
class Played:
    """A case of the script in the hands of the play."""

    script: PlayedCase
    case_id: UUID
    reference: str
    answers_at: datetime | None = None
    has_answered: bool = False
    was_reviewed: bool = False


class Play:
    """Steps the shared clock to the next thing that happens, once everything is quiet."""

    def __init__(self, house: House, clock: FileClock, look: Callable[[], None]) -> None:
        self._house, self._clock, self._look = house, clock, look
        with house.database.reading() as session:
            self._clerk = offices.actor_by_login(session, "zhou")

    def open(self, script: PlayedCase) -> Played:
        """Open a case as the clerk does."""
        now = self._clock.now()
        case_id = uuid4()
        document = self._house.documents.put(
            PdfEnclosureReader().read(APPLICATION), case_id=case_id
        )
        opening = Opening(
            case_type="certificate-issuance",
            home_office="乙镇政府",
            applicant_name=script.applicant,
            person_number=script.person_number,
            fields={"certificate": script.certificate, "purpose": script.purpose},
            applicant_email=script.email,
            consent_on=now.date(),
            enclosures={"application": document},
            case_id=case_id,
        )
        with self._house.database.reading() as session:
            prepared = register.prepare(
                session, self._clerk, opening, self._house.printer, self._house.safe, now=now
            )
        with self._house.database.transaction("open") as session:
            case = register.open_case(session, self._clerk, prepared, now=now)
            return Played(script, case.id, case.reference)

    def run(self, played: Sequence[Played]) -> None:
        """Live until every case is closed and all is quiet. Raises SystemFault when stuck."""
        moved_at = time.monotonic()
        while True:
            if self._is_quiet():
                self._look()
                if all(each.was_reviewed for each in played) and self._all_closed(played):
                    return
                if self._act(played) or self._step(played):
                    moved_at = time.monotonic()
            if time.monotonic() - moved_at > PATIENCE:
                raise SystemFault(f"nothing moves any more at {self._clock.now()}")
            time.sleep(0.05)

    def _is_quiet(self) -> bool:
        now = self._clock.now()
        with self._house.database.reading() as session:
            if leases.due_queues(session, now) or owed.count(session):
                return False
            if session.exec(select(Case.id).where(col(Case.lease_holder).is_not(None))).first():
                return False
            if outbox.has_ready(session, now):
                return False
            sending = OutboxMessage.status == OutboxStatus.SENDING
            return session.exec(select(OutboxMessage.id).where(sending)).first() is None

    def _act(self, played: Sequence[Played]) -> bool:
        """Let the home office answer and the clerk look, where it is time; say if any did."""
        acted = [self._answer(each) or self._review(each) for each in played]
        return any(acted)

    def _answer(self, each: Played) -> bool:
        now = self._clock.now()
        if each.has_answered or not self._is_time_to_answer(each, now):
            return False
        with self._house.database.transaction("reply") as session:
            replies.record(
                session,
                self._clerk,
                leases.lock(session, each.case_id),
                channel=Channel.POST,
                received_on=offices.local_day(session, self._office_id, now),
                now=now,
                summary=each.script.answer,
            )
        each.has_answered = True
        return True

    def _review(self, each: Played) -> bool:
        if not each.has_answered or each.was_reviewed:
            return False
        with self._house.database.transaction("review") as session:
            case = leases.lock(session, each.case_id)
            reply = session.exec(select(Reply).where(Reply.case_id == case.id)).one()
            replies.review(
                session,
                self._clerk,
                case,
                reply,
                Verdict.COMPLETE,
                now=self._clock.now(),
                note=each.script.note,
            )
        each.was_reviewed = True
        return True

    def _is_time_to_answer(self, each: Played, now: datetime) -> bool:
        if each.answers_at is None:
            each.answers_at = self._answer_day(each)
        return each.answers_at is not None and each.answers_at <= now

    def _answer_day(self, each: Played) -> datetime | None:
        """Return when the answer comes: so many days after its letter, on a working day."""
        with self._house.database.reading() as session:
            letter = session.exec(
                select(Letter).where(
                    Letter.case_id == each.case_id, Letter.kind == each.script.answers_after
                )
            ).one_or_none()
            if letter is None or letter.left_at is None:
                return None
            later = letter.left_at + timedelta(days=each.script.days_later)
            calendar = load_calendar(session)
            day = calendar.next_working_day(later.astimezone(calendar.zone).date())
            return datetime(day.year, day.month, day.day, 10, 30, tzinfo=calendar.zone)

    def _step(self, played: Sequence[Played]) -> bool:
        """Set the clock to the next instant at which something happens."""
        with self._house.database.reading() as session:
            woken = session.exec(select(Case.wake_at).where(Case.status == CaseStatus.OPEN)).all()
            departure = outbox.next_departure(session)
        answers = [each.answers_at for each in played if not each.has_answered]
        now = self._clock.now()
        ahead = [at for at in (*woken, departure, *answers) if at is not None and at > now]
        if not ahead:
            return False
        self._clock.set(min(ahead))
        return True

    def _all_closed(self, played: Sequence[Played]) -> bool:
        ids = [each.case_id for each in played]
        with self._house.database.reading() as session:
            open_ = session.exec(
                select(Case.id).where(
                    col(Case.id).in_(ids),
                    (col(Case.status) != CaseStatus.CLOSED) | col(Case.wake_at).is_not(None),
                )
            ).first()
            return open_ is None and outbox.next_departure(session) is None

    @property
    def _office_id(self) -> UUID:
        assert self._clerk.office_id is not None
        return self._clerk.office_id
