"""Live the sample: clerks open cases day by day, home offices answer or do not, clerks look."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

from sqlmodel import Session, select

from cases.operations import clock, closing, dispatch, register, replies
from cases.operations.register import Opening
from cases.store import correspondence, leases, offices
from cases.store.calendars import load_calendar
from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import CaseError
from cases.vocabulary.status import Channel, OutboxStatus, Verdict
from cases.vocabulary.values import Actor
from flows.sample.engine import Engine, SteppingClock
from flows.sample.people import Fate, Subject, subject
from integrations.wiring import House

CLERKS = ("zhou", "zheng", "feng")
MAIL_ROOMS = {"新桥街办": "sun", "清河街办": "chen"}
HOMES = ("乙镇政府", "丙镇政府", "丁乡政府", "样本县民政")
LOOKS_AFTER = timedelta(hours=30)  #: So some replies still wait when the sample ends.
RESTARTS_AFTER = timedelta(days=6)
MORNING = time(9, 20)
ANSWERS = {
    Fate.ANSWERS: ("所需证明已出具，随函寄送。", Verdict.COMPLETE),
    Fate.ANSWERS_LATE: ("因人员外出迟复，证明随函寄送。", Verdict.COMPLETE),
    Fate.IN_PARTS: ("先寄送部分材料，其余另寄。", Verdict.PARTIAL),
    Fate.ASKS_BACK: ("请补充申请人现住址。", Verdict.QUESTION),
    Fate.REFUSES: ("该证明依规定不再出具，请由申请人书面承诺。", Verdict.REFUSAL),
}


@dataclass
class Lived:
    """One case of the sample and what is still to come of it."""

    reference: str
    office: str
    clerk: str
    subject: Subject
    opened_at: datetime
    answered: int = 0


@dataclass
class Life:
    """The whole of it, from the first morning to the present."""

    house: House  #: Its clock is `clock`.
    clock: SteppingClock
    application: bytes
    chance: random.Random
    say: Callable[[str], None]
    cases: list[Lived] = field(default_factory=list)

    def live(self, until: datetime, how_many: int) -> None:
        """Open so many cases, spread over the working days, and live on to the end."""
        engine = Engine(self.house)
        mornings = list(self._mornings(until))
        for number, morning in enumerate(mornings, start=1):
            self._step_to(engine, morning)
            share = round(how_many * number / len(mornings)) - len(self.cases)
            for _ in range(share):
                self._open()
            engine.settle()
            self._day()
            engine.settle()
            if number % 10 == 0:
                self.say(f"sample: {morning:%Y-%m-%d}, {len(self.cases)} cases")
        self._step_to(engine, until)

    def _mornings(self, until: datetime) -> Iterator[datetime]:
        with self.house.database.reading() as session:
            calendar = load_calendar(session)
        day = self.clock.now().astimezone(calendar.zone).date()
        while (at := datetime.combine(day, MORNING, calendar.zone)) < until:
            if calendar.is_working(day):
                yield at.astimezone(UTC)
            day += timedelta(days=1)

    def _step_to(self, engine: Engine, end: datetime) -> None:
        engine.settle()
        while (coming := engine.next_instant()) is not None and coming <= end:
            self.clock.at = coming
            engine.settle()
        self.clock.at = max(self.clock.at, end)
        engine.settle()

    def _open(self) -> None:
        about, login = subject(self.chance), self.chance.choice(CLERKS)
        case_id, now = uuid4(), self.clock.now()
        document = self.house.documents.put(self.application, case_id=case_id)
        opening = Opening(
            case_type="certificate-issuance",
            home_office=self.chance.choices(HOMES, weights=(4, 3, 2, 2))[0],
            applicant_name=about.name,
            person_number=about.person_number,
            fields={"certificate": about.certificate, "purpose": about.purpose},
            applicant_email="applicant@person.example",
            consent_on=now.date(),
            enclosures={"application": document},
            case_id=case_id,
        )
        with self.house.database.reading() as session:
            clerk = offices.actor_by_login(session, login)
            prepared = register.prepare(
                session, clerk, opening, self.house.printer, self.house.safe, now=now
            )
        with self.house.database.transaction("open") as session:
            case = register.open_case(session, clerk, prepared, now=now)
        self.cases.append(Lived(case.reference, prepared.ours.code, login, about, now))

    def _day(self) -> None:
        """Do what people do on one day."""
        for each in self.cases:
            try:
                with self.house.database.transaction("day") as session:
                    self._live(session, each)
            except CaseError as refusal:  # As any clerk may be refused.
                self.say(f"sample: {each.reference}: {refusal}")
        self._post()

    def _live(self, session: Session, each: Lived) -> None:
        now = self.clock.now()
        case = session.exec(select(Case).where(Case.reference == each.reference)).one()
        if case.is_finished:
            return
        case = leases.lock(session, case.id)
        clerk = offices.actor_by_login(session, each.clerk)
        reply = correspondence.reply_to_look_at(session, case.id)
        if reply is not None:
            if now >= reply.recorded_at + LOOKS_AFTER:
                replies.review(session, clerk, case, reply, self._verdict(each), now=now)
            return
        request = correspondence.request_of_round(session, case)
        stop = correspondence.running_stop(session, request.id) if request else None
        if stop is not None:
            if now.date() >= stop.since + RESTARTS_AFTER:
                clock.restart_clock(session, clerk, case, now=now)
            return
        self._hear(session, clerk, case, each, now)

    def _hear(self, session: Session, clerk: Actor, case: Case, each: Lived, now: datetime) -> None:
        """Let the home office, or the applicant, be heard of when the time has come."""
        about = each.subject
        wait = about.after * (each.answered + 1)
        request = correspondence.request_of_round(session, case)
        letter = correspondence.first_letter(session, request) if request else None
        if letter is None or letter.left_at is None or now < letter.left_at + wait:
            return
        if about.fate is Fate.WITHDRAWN:
            closing.withdraw(session, clerk, case, "申请人已自行取得证明", now=now)
            return
        words, _ = ANSWERS[about.fate if each.answered == 0 else Fate.ANSWERS]
        replies.record(
            session,
            clerk,
            case,
            channel=self.chance.choice((Channel.EMAIL, Channel.POST, Channel.POST)),
            received_on=offices.local_day(session, case.office_id, now),
            now=now,
            summary=words,
        )
        each.answered += 1

    def _verdict(self, each: Lived) -> Verdict:
        return ANSWERS[each.subject.fate][1] if each.answered == 1 else Verdict.COMPLETE

    def _post(self) -> None:
        """Let the mail rooms post what has waited since yesterday."""
        now = self.clock.now()
        with self.house.database.transaction("post") as session:
            waiting = session.exec(
                select(OutboxMessage).where(
                    OutboxMessage.channel == Channel.POST,
                    OutboxMessage.status == OutboxStatus.PENDING,
                    OutboxMessage.created_at < now - timedelta(hours=20),
                )
            ).all()
            for message in waiting:
                code = offices.get(session, session.get_one(Case, message.case_id).office_id).code
                who = offices.actor_by_login(session, MAIL_ROOMS[code])
                dispatch.record_posted(session, who, message, now=now)
