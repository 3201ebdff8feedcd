"""What a case flow can say: ask, wait for an answer, climb a rung, close.

Each primitive is one or two steps. A step does its work and writes its journal entry in one
transaction that first proves the lease; done once, it is replayed from the journal ever after.
A `CaseRun` needs no Prefect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from cases.operations import closing
from cases.rules.ladder import Move
from cases.store import correspondence, offices, superiors
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply, Request
from cases.store.tables.office import Office
from cases.vocabulary.errors import MissingSuperior
from cases.vocabulary.status import (
    EntryKind,
    LetterKind,
    Outcome,
    RequestStatus,
    RungAction,
    Verdict,
)
from cases.vocabulary.values import Rung
from flows.duties import Duties
from flows.replay import Step


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A request that was sent to an office."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that a clerk has found complete, or a refusal that was accepted."""

    reply_id: UUID
    outcome: Outcome
    request_id: UUID


class CaseRun(Duties):
    """One case in the hands of its flow, for one turn."""

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """The rungs of the case's type, first one first."""
        return self._type.rungs

    def ask(self, office: UUID, *, letter: str, enclosing: Sequence[str] = ()) -> AskedRequest:
        """Send the office a letter that asks; wait for the signature if it needs one."""
        kind = LetterKind(letter)
        arguments = {
            "office": str(office),
            "letter": kind.value,
            "enclosing": list(enclosing),
        }

        def draft(session: Session, case: Case) -> Mapping[str, Any]:
            request = Request(
                case_id=case.id,
                round=self._round,
                office_id=office,
                status=RequestStatus.DRAFTED,
                asked_at=self._house.clock.now(),
            )
            session.add(request)
            session.flush()
            drafted = self._draft(session, case, kind, f"{self._round}/ask/draft", request, office)
            return {**drafted, "request": str(request.id)}

        drafted = self._once(Step(f"{self._round}/ask/draft", EntryKind.DRAFTED, arguments), draft)
        self._issue(Step(f"{self._round}/ask", EntryKind.ASKED, arguments), drafted, enclosing)
        return AskedRequest(UUID(drafted["request"]))

    def wait_for_answer(self, request: AskedRequest, rung: Rung) -> Answer | None:
        """Return the answer, or None once the rung's days have passed without one."""
        return self._wait(request, f"{self._round}/wait/{rung.ordinal}")

    def wait_for_manager(self, request: AskedRequest) -> Answer:
        """Wait until the manager has decided, or an answer comes after all."""
        answer = self._wait(request, f"{self._round}/wait/manager")
        assert answer is not None  # The ladder gives no other move once it is climbed.
        return answer

    def climb(self, rung: Rung, request: AskedRequest) -> None:
        """Do what the rung says: remind, escalate, or hand the case to the manager.

        Nothing is sent when an answer was accepted in the meantime.
        """
        step_id = f"{self._round}/climb/{rung.ordinal}"
        arguments = {"rung": rung.ordinal, "action": rung.action.value}
        if rung.letter is None:
            handing = Step(step_id, EntryKind.HANDED_TO_MANAGER, arguments)
            if self._replay.result_of(handing) is None:
                self._decide(
                    handing, request.id, lambda session, _case: _hand_over(session, request, rung)
                )
            return
        drafting = Step(f"{step_id}/draft", EntryKind.DRAFTED, arguments)
        drafted = self._replay.result_of(drafting) or self._decide(
            drafting,
            request.id,
            lambda session, case: self._draft_rung(session, case, request, rung),
        )
        escalates = rung.action is RungAction.ESCALATE
        kind = EntryKind.ESCALATED if escalates else EntryKind.REMINDED
        self._issue(Step(step_id, kind, arguments), drafted)

    def close_with(self, answer: Answer) -> Outcome:
        """Close the case as it was answered and tell the applicant.

        While two answers do not agree it stays open; a person says which holds.
        """

        def finish(session: Session, case: Case) -> Mapping[str, Any]:
            as_it_stands = _outcome(session, answer.request_id)
            reply = session.get_one(Reply, UUID(as_it_stands["reply"]))
            outcome = Outcome(as_it_stands["as"])
            note = reply.review_note or reply.summary
            closing.finish(session, case, outcome, note, now=self._house.clock.now())
            return {"outcome": outcome.value, "reply": str(reply.id)}

        arguments = {"reply": str(answer.reply_id)}
        step = Step(f"{self._round}/close", EntryKind.CLOSED, arguments)
        done = self._replay.result_of(step) or self._decide(step, answer.request_id, finish)
        self.take_leave()
        return Outcome(done["outcome"])

    def take_leave(self) -> None:
        """Tell the applicant how the case ended, where the type does; the last thing done on it."""
        kind = LetterKind.CLOSING_NOTICE
        if kind not in self._type.letters:
            return
        step_id = f"{self._round}/notice"
        self._replay.skip_to(step_id)
        drafted = self._once(
            Step(f"{step_id}/draft", EntryKind.DRAFTED, {"letter": kind.value}),
            lambda session, case: self._draft(session, case, kind, f"{step_id}/draft"),
            when_closed=True,
        )
        step = Step(step_id, EntryKind.NOTIFIED, {"letter": kind.value})
        self._issue(step, drafted, when_closed=True)

    def _wait(self, request: AskedRequest, step_id: str) -> Answer | None:
        step = Step(step_id, EntryKind.WAITED, {"request": str(request.id)})
        result = self._replay.result_of(step)
        if result is None:
            result = self._decide(
                step, request.id, lambda session, _case: _outcome(session, request.id)
            )
        if result["outcome"] != Move.ANSWERED.value:
            return None
        return Answer(UUID(result["reply"]), Outcome(result["as"]), request.id)

    def _superior(self, session: Session, case: Case, asked: Office) -> Office | None:
        ours = offices.get(session, case.office_id)
        today = offices.day_at(ours, self._house.clock.now())
        found = superiors.between(session, ours, asked, today)
        return found.office if found else None

    def _draft_rung(
        self, session: Session, case: Case, request: AskedRequest, rung: Rung
    ) -> Mapping[str, Any]:
        """Draft the rung's letter, unless a reply came since the rung was found to be due."""
        row = session.get_one(Request, request.id)
        if row.answered_by_id is not None:
            return {"overtaken": True}
        _keep_due_date(session, row)
        asked = offices.get(session, row.office_id)
        above = self._superior(session, case, asked)
        if rung.action is not RungAction.REMIND and above is None:
            raise MissingSuperior(f"{asked.name_zh} has no superior left to turn to")
        to_superior = rung.action is RungAction.ESCALATE
        with_copy = rung.action is RungAction.REMIND_WITH_COPY
        assert rung.letter is not None
        row.rung = rung.ordinal + 1
        return self._draft(
            session,
            case,
            rung.letter,
            f"{self._round}/climb/{rung.ordinal}/draft",
            row,
            above.id if above and to_superior else row.office_id,
            rung.ordinal,
            [above.id] if above and with_copy else [],
        )


def _hand_over(session: Session, request: AskedRequest, rung: Rung) -> Mapping[str, Any]:
    """Hand the case to the manager, unless it was answered since the rung was found to be due."""
    row = session.get_one(Request, request.id)
    if row.answered_by_id is not None:
        return {"overtaken": True}
    _keep_due_date(session, row)
    row.rung = rung.ordinal + 1
    return {"rung": rung.ordinal}


def _keep_due_date(session: Session, row: Request) -> None:
    """Keep on the letter whose days are over the day by which it asked for the answer."""
    letter = correspondence.letter_of_rung(session, row)
    if letter is not None:
        letter.due_on = row.due_on


def _outcome(session: Session, request_id: UUID) -> Mapping[str, Any]:
    row = session.get_one(Request, request_id)
    if row.answered_by_id is None:
        return {"outcome": Move.CLIMB.value}
    reply = session.get_one(Reply, row.answered_by_id)
    refused = reply.verdict is Verdict.REFUSAL
    outcome = Outcome.REFUSED if refused else Outcome.ANSWERED
    return {"outcome": Move.ANSWERED.value, "reply": str(reply.id), "as": outcome.value}
