"""What a case flow can say: ask, wait for an answer, climb a rung, close.

Each primitive is one or two steps. A step does its work and writes its journal entry in one
transaction that first proves the lease; done once, it is replayed from the journal ever after.
A `CaseRun` needs no Prefect.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from cases.operations import closing, follow, letters
from cases.rules.ladder import Move, decide
from cases.store import correspondence, journal, leases, offices
from cases.store.case_types import pinned
from cases.store.leases import Claim
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Reply, Request
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import MissingSuperior
from cases.vocabulary.status import (
    CaseStatus,
    EntryKind,
    LetterKind,
    LetterStatus,
    Outcome,
    RequestStatus,
    RungAction,
    Verdict,
)
from cases.vocabulary.values import ENGINE, Parked, Rung
from flows.production import produce
from flows.replay import Replay, Step
from integrations.wiring import House


class Waiting(BaseException):
    """The case is parked; the turn ends here."""

    def __init__(self, parked: Parked, serial: int) -> None:
        super().__init__(parked.awaiting.value)
        self.parked, self.serial = parked, serial


class Overtaken(BaseException):
    """Somebody closed, held, referred or reopened the case meanwhile; the turn ends here."""


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A request that was sent to an office."""

    id: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that a clerk has found complete, or a refusal that was accepted."""

    reply_id: UUID
    outcome: Outcome


class CaseRun:
    """One case in the hands of its flow, for one turn."""

    def __init__(self, house: House, claim: Claim) -> None:
        self._house, self._claim = house, claim
        with house.database.reading() as session:
            case = session.get_one(Case, claim.case_id)
            self._round = case.round
            self._type: CaseType = pinned(session, case.type_code, case.type_version)
            self._replay = Replay(journal.steps_of_round(session, case.id, case.round))
            self.home_office: UUID = case.home_office_id

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
            self._once(
                Step(step_id, EntryKind.HANDED_TO_MANAGER, arguments),
                lambda session, _case: _hand_over(session, request, rung),
            )
            return
        drafting = Step(f"{step_id}/draft", EntryKind.DRAFTED, arguments)
        drafted = self._replay.result_of(drafting) or self._decide(
            drafting,
            request,
            lambda session, case: self._draft_rung(session, case, request, rung),
        )
        escalates = rung.action is RungAction.ESCALATE
        kind = EntryKind.ESCALATED if escalates else EntryKind.REMINDED
        self._issue(Step(step_id, kind, arguments), drafted)

    def close_with(self, answer: Answer) -> Outcome:
        """Close the case as it was answered and tell the applicant."""

        def finish(session: Session, case: Case) -> Mapping[str, Any]:
            reply = session.get_one(Reply, answer.reply_id)
            note = reply.review_note or reply.summary
            closing.finish(session, case, answer.outcome, note, now=self._house.clock.now())
            return {"outcome": answer.outcome.value, "reply": str(answer.reply_id)}

        arguments = {"reply": str(answer.reply_id)}
        self._once(Step(f"{self._round}/close", EntryKind.CLOSED, arguments), finish)
        self.take_leave()
        return answer.outcome

    def take_leave(self) -> None:
        """Tell the applicant how the case ended; the last thing that is done on it."""
        kind = LetterKind.CLOSING_NOTICE
        step_id = f"{self._round}/notice"
        self._replay.skip_to(step_id)
        drafted = self._once(
            Step(f"{step_id}/draft", EntryKind.DRAFTED, {"letter": kind.value}),
            lambda session, case: self._draft(session, case, kind, f"{step_id}/draft"),
            when_closed=True,
        )
        step = Step(step_id, EntryKind.NOTIFIED, {"letter": kind.value})
        self._issue(step, drafted, when_closed=True)

    # -- how the primitives are made ------------------------------------------------------

    @contextmanager
    def writing(self, what: str, *, when_closed: bool = False) -> Iterator[tuple[Session, Case]]:
        """Give a transaction on the case, its lease proved. Raises LeaseLost, Overtaken."""
        with self._house.database.transaction(what) as session:
            case = leases.prove(session, self._claim, lease_ms=self._house.lease_ms)
            expected = CaseStatus.CLOSED if when_closed else CaseStatus.OPEN
            if case.round != self._round or case.status is not expected:
                raise Overtaken
            yield session, case

    def _once(
        self,
        step: Step,
        work: Callable[[Session, Case], Mapping[str, Any]],
        *,
        when_closed: bool = False,
    ) -> Mapping[str, Any]:
        done = self._replay.result_of(step)
        if done is not None:
            return done
        with self.writing(step.kind.value, when_closed=when_closed) as (session, case):
            result = work(session, case)
            self._journal(session, case, step, result)
        return result

    def _journal(self, session: Session, case: Case, step: Step, result: Mapping[str, Any]) -> None:
        journal.append(
            session,
            case,
            step.kind,
            actor=ENGINE,
            at=self._house.clock.now(),
            step_id=step.id,
            arguments=step.arguments,
            result=result,
        )

    def _wait(self, request: AskedRequest, step_id: str) -> Answer | None:
        step = Step(step_id, EntryKind.WAITED, {"request": str(request.id)})
        result = self._replay.result_of(step)
        if result is None:
            result = self._decide(step, request, lambda session, _case: _outcome(session, request))
        if result["outcome"] != Move.ANSWERED.value:
            return None
        return Answer(UUID(result["reply"]), Outcome(result["as"]))

    def _decide(
        self,
        step: Step,
        request: AskedRequest,
        work: Callable[[Session, Case], Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        """Do the step if the ladder lets the case move on now; else park the case."""
        with self.writing(step.kind.value) as (session, case):
            now = self._house.clock.now()
            row = session.get_one(Request, request.id)
            decision = decide(follow.facts_of(session, case, row, now))
            if isinstance(decision, Parked):
                serial = follow.park(session, case, decision, now=now)
            else:
                result = work(session, case)
                self._journal(session, case, step, result)
        if isinstance(decision, Parked):
            raise Waiting(decision, serial)
        return result

    def _draft(
        self,
        session: Session,
        case: Case,
        kind: LetterKind,
        step_id: str,
        request: Request | None = None,
        office: UUID | None = None,
        rung: int = 0,
        copies: Sequence[UUID] = (),
    ) -> Mapping[str, Any]:
        letter = letters.draft(
            session,
            case,
            self._type,
            kind,
            step_id=step_id,
            now=self._house.clock.now(),
            request=request,
            rung=rung,
            office_id=office,
            copy_office_ids=copies,
        )
        return {"letter": str(letter.id), "number": letter.number}

    def _draft_rung(
        self, session: Session, case: Case, request: AskedRequest, rung: Rung
    ) -> Mapping[str, Any]:
        """Draft the rung's letter, unless a reply came since the rung was found to be due."""
        row = session.get_one(Request, request.id)
        if row.answered_by_id is not None:
            return {"overtaken": True}
        letter = correspondence.letter_of_rung(session, row)
        if letter is not None:
            letter.due_on = row.due_on
        asked = offices.get(session, row.office_id)
        above = offices.superior_of(session, asked)
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

    def _issue(
        self,
        step: Step,
        drafted: Mapping[str, Any],
        enclosing: Sequence[str] = (),
        *,
        when_closed: bool = False,
    ) -> None:
        """Produce a drafted letter outside any transaction, then put it in the outbox."""
        if drafted.get("overtaken") or self._replay.result_of(step) is not None:
            return
        letter_id = UUID(drafted["letter"])
        production = None
        if self._is_signed(letter_id, when_closed=when_closed):
            production = produce(self._house, self._claim.case_id, letter_id, enclosing)
        with self.writing(step.kind.value, when_closed=when_closed) as (session, case):
            letter = session.get_one(Letter, letter_id)
            copies = 0
            # Void: it was answered meanwhile.
            if production is not None and letter.status is LetterStatus.SIGNED:
                copies = letters.issue(
                    session, case, letter, production, now=self._house.clock.now()
                )
            self._journal(session, case, step, {"letter": str(letter_id), "copies": copies})

    def _is_signed(self, letter_id: UUID, *, when_closed: bool) -> bool:
        """Whether the letter is to leave; parks the case while it waits for its signature."""
        with self._house.database.reading() as session:
            status = session.get_one(Letter, letter_id).status
        if status is not LetterStatus.DRAFTED:
            return status is LetterStatus.SIGNED
        with self.writing("signature", when_closed=when_closed) as (session, case):
            status = session.get_one(Letter, letter_id).status
            if status is not LetterStatus.DRAFTED:
                return status is LetterStatus.SIGNED
            now = self._house.clock.now()
            parked = follow.for_signature(session, case, now)
            serial = follow.park(session, case, parked, now=now)
        raise Waiting(parked, serial)


def _hand_over(session: Session, request: AskedRequest, rung: Rung) -> Mapping[str, Any]:
    session.get_one(Request, request.id).rung = rung.ordinal + 1
    return {"rung": rung.ordinal}


def _outcome(session: Session, request: AskedRequest) -> Mapping[str, Any]:
    row = session.get_one(Request, request.id)
    if row.answered_by_id is None:
        return {"outcome": Move.CLIMB.value}
    reply = session.get_one(Reply, row.answered_by_id)
    refused = reply.verdict is Verdict.REFUSAL
    outcome = Outcome.REFUSED if refused else Outcome.ANSWERED
    return {"outcome": Move.ANSWERED.value, "reply": str(reply.id), "as": outcome.value}
