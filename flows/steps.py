"""How a step of a flow is done: once, in one transaction, with its journal entry, under a lease."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlmodel import Session

from cases.operations import follow, letters, seals
from cases.rules.ladder import decide
from cases.store import journal, leases
from cases.store.case_types import pinned
from cases.store.leases import Claim
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.status import (
    CaseStatus,
    LetterKind,
    LetterStatus,
)
from cases.vocabulary.values import ENGINE, Parked
from flows.replay import Replay, Step
from integrations.production import print_for_seal, produce
from integrations.wiring import House

#: Signed by a manager; stamped and scanned back by a clerk.
NEEDS_A_PERSON = (LetterStatus.DRAFTED, LetterStatus.AWAITING_SEAL)


class Waiting(BaseException):
    """The case is parked; the turn ends here."""

    def __init__(self, parked: Parked, serial: int) -> None:
        super().__init__(parked.awaiting.value)
        self.parked, self.serial = parked, serial


class Overtaken(BaseException):
    """Somebody closed, held, referred or reopened the case meanwhile; the turn ends here."""


class Steps:
    """One case for one turn: its finished steps, and how the next ones are done."""

    def __init__(self, house: House, claim: Claim) -> None:
        self._house, self._claim = house, claim
        with house.database.reading() as session:
            case = session.get_one(Case, claim.case_id)
            #: As the turn found them; `writing` looks again under the lock.
            self.status, self.outcome = case.status, case.outcome
            self._round = case.round
            self._type: CaseType = pinned(session, case.type_code, case.type_version)
            self._replay = Replay(journal.steps_of_round(session, case.id, case.round))
            self.home_office: UUID = case.home_office_id

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

    def _decide(
        self,
        step: Step,
        request_id: UUID,
        work: Callable[[Session, Case], Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        """Do the step if the ladder lets the case move on now; else park the case."""
        with self.writing(step.kind.value) as (session, case):
            now = self._house.clock.now()
            row = session.get_one(Request, request_id)
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
        if self._is_ready(letter_id, when_closed=when_closed):
            production = produce(self._house, self._claim.case_id, letter_id, enclosing)
        with self.writing(step.kind.value, when_closed=when_closed) as (session, case):
            letter = session.get_one(Letter, letter_id)
            copies = 0
            # Void: it was answered meanwhile.
            if production is not None and letter.status in letters.MAY_BE_ISSUED:
                copies = letters.issue(
                    session, case, letter, production, now=self._house.clock.now()
                )
            self._journal(session, case, step, {"letter": str(letter_id), "copies": copies})

    def _is_ready(self, letter_id: UUID, *, when_closed: bool) -> bool:
        """Whether the letter is to leave; parks the case while it lacks signature or seal."""
        while True:
            with self._house.database.reading() as session:
                letter = session.get_one(Letter, letter_id)
                case = session.get_one(Case, letter.case_id)
                is_to_be_stamped = seals.needs_wet_seal(session, case, self._type, letter)
            if is_to_be_stamped:
                self._print_for_seal(letter_id, when_closed=when_closed)
            elif letter.status in NEEDS_A_PERSON:
                self._wait_for_person(letter_id, when_closed=when_closed)
            else:
                return letter.status in letters.MAY_BE_ISSUED

    def _print_for_seal(self, letter_id: UUID, *, when_closed: bool) -> None:
        """Set the letter outside any transaction; what it is printed from is kept."""
        printed = print_for_seal(self._house, self._claim.case_id, letter_id)
        with self.writing("printed-for-seal", when_closed=when_closed) as (session, case):
            letter = session.get_one(Letter, letter_id)
            if letter.status is LetterStatus.SIGNED:  # Void: it was answered meanwhile.
                seals.await_seal(session, case, letter, printed, now=self._house.clock.now())

    def _wait_for_person(self, letter_id: UUID, *, when_closed: bool) -> None:
        """Park the case for a signature or a seal, unless it came this moment. Raises Waiting."""
        with self.writing("signature", when_closed=when_closed) as (session, case):
            letter = session.get_one(Letter, letter_id)
            if letter.status not in NEEDS_A_PERSON:
                return
            now = self._house.clock.now()
            parked = follow.for_person(session, case, letter, now)
            serial = follow.park(session, case, parked, now=now)
        raise Waiting(parked, serial)
