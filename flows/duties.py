"""What a case flow can say where our own office is to answer: take on, wait for us, urge, reply.

General primitives: a deadline of our own, and waiting for an act of our own people. A duty is a
request whose asked office is ours; its days count from the day on which it reached us.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from cases.operations import closing, follow
from cases.rules.ladder import Move
from cases.store import inquiries, offices
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.vocabulary.status import EntryKind, LetterKind, Outcome, RequestStatus, RungAction
from cases.vocabulary.values import Rung
from flows.replay import Step
from flows.steps import Steps, Waiting

URGES = {
    RungAction.REMIND_CLERK: EntryKind.CLERK_REMINDED,
    RungAction.TELL_MANAGER: EntryKind.MANAGER_TOLD,
    RungAction.HAND_TO_MANAGER: EntryKind.HANDED_TO_MANAGER,
}


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that our office is to answer."""

    id: UUID  #: Of its request.


class Duties(Steps):
    """A case that another office opened with us, in the hands of its flow, for one turn."""

    def take_on(self) -> Duty:
        """Let our own days run: from the day it reached us, or that of a reopening."""

        def begin(session: Session, case: Case) -> Mapping[str, Any]:
            now = self._house.clock.now()
            reached_us_on = inquiries.of_case(session, case.id).received_on
            if self._round > 1:
                reached_us_on = offices.local_day(session, case.office_id, now)
            request = Request(
                case_id=case.id,
                round=self._round,
                office_id=case.office_id,
                status=RequestStatus.AWAITING_REPLY,
                asked_at=now,
                reached_us_on=reached_us_on,
            )
            session.add(request)
            session.flush()
            return {"request": str(request.id), "reached_us_on": reached_us_on.isoformat()}

        done = self._once(Step(f"{self._round}/take-on", EntryKind.TAKEN_ON, {}), begin)
        return Duty(UUID(done["request"]))

    def acknowledge(self, letter: str) -> None:
        """Tell the asking office that we have its inquiry, and until when we answer (签收)."""
        self._write_back(LetterKind(letter), "acknowledge", EntryKind.ACKNOWLEDGED)

    def our_answer(self, duty: Duty, rung: Rung) -> bool:
        """Wait for our clerk; whether the answer was written before the rung's day had passed."""
        return self._is_written(duty, f"{self._round}/wait/{rung.ordinal}")

    def answer_of_manager(self, duty: Duty) -> None:
        """Wait until our office has answered after all; its manager has the case."""
        written = self._is_written(duty, f"{self._round}/wait/manager")
        assert written  # The ladder gives no other move once it is climbed.

    def urge(self, rung: Rung, duty: Duty) -> None:
        """Do inside our office what the rung says, unless the answer was written meanwhile."""

        def climb(session: Session, _case: Case) -> Mapping[str, Any]:
            row = session.get_one(Request, duty.id)
            if row.answered_by_id is not None:
                return {"overtaken": True}
            row.rung = rung.ordinal + 1
            return {"rung": rung.ordinal}

        arguments = {"rung": rung.ordinal, "action": rung.action.value}
        step = Step(f"{self._round}/climb/{rung.ordinal}", URGES[rung.action], arguments)
        if self._replay.result_of(step) is None:
            self._decide(step, duty.id, climb)

    def reply(self, duty: Duty, letter: str) -> Outcome:
        """Send our answer as a letter of reply, wait until it has left, and close the case."""
        sent = self._write_back(LetterKind(letter), "reply", EntryKind.ANSWERED, enclosing="answer")
        self._until_left(sent)

        def finish(session: Session, case: Case) -> Mapping[str, Any]:
            answer = inquiries.answer_of(session, session.get_one(Request, duty.id))
            assert answer is not None  # Its letter has left.
            closing.finish(session, case, answer.outcome, answer.words, now=self._house.clock.now())
            return {"outcome": answer.outcome.value}

        closed = self._once(Step(f"{self._round}/close", EntryKind.CLOSED, {}), finish)
        return Outcome(closed["outcome"])

    def _is_written(self, duty: Duty, step_id: str) -> bool:
        step = Step(step_id, EntryKind.WAITED, {"request": str(duty.id)})

        def look(session: Session, _case: Case) -> Mapping[str, Any]:
            row = session.get_one(Request, duty.id)
            move = Move.CLIMB if row.answered_by_id is None else Move.ANSWERED
            return {"outcome": move.value}

        result = self._replay.result_of(step) or self._decide(step, duty.id, look)
        return bool(result["outcome"] == Move.ANSWERED.value)

    def _write_back(
        self, kind: LetterKind, name: str, done: EntryKind, *, enclosing: str = ""
    ) -> UUID:
        """Draft and issue a letter to the office that asks us; return its id."""
        step_id, arguments = f"{self._round}/{name}", {"letter": kind.value}
        drafted = self._once(
            Step(f"{step_id}/draft", EntryKind.DRAFTED, arguments),
            lambda session, case: self._draft(
                session, case, kind, f"{step_id}/draft", office=self.home_office
            ),
        )
        self._issue(Step(step_id, done, arguments), drafted, [enclosing] if enclosing else ())
        return UUID(drafted["letter"])

    def _until_left(self, letter_id: UUID) -> None:
        """Wait until a letter has left the house."""
        step = Step(f"{self._round}/wait/left", EntryKind.WAITED, {})
        if self._replay.result_of(step) is not None:
            return
        with self.writing("waited") as (session, case):
            now = self._house.clock.now()
            parked = follow.until_left(session, case, session.get_one(Letter, letter_id), now)
            if parked is not None:
                serial = follow.park(session, case, parked, now=now)
            else:
                self._journal(session, case, step, {"letter": str(letter_id)})
        if parked is not None:
            raise Waiting(parked, serial)
