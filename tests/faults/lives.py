"""Lives: cases whose office is silent through three deadlines and answers after the fourth letter.

Here are the people around them: a clerk who opens, records and reviews, a manager who releases.
They work on the same database as the workers, at the same time, and try again when it is locked.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session

from cases.operations import replies, supervision
from cases.store import offices
from cases.store.cases import locked_by_reference
from cases.store.tables.case import Case
from cases.vocabulary.errors import StoreUnavailable
from cases.vocabulary.status import Channel, LetterKind, Outcome, Verdict
from tests.world import World

Given = TypeVar("Given")

LAST_RUNG = 4  #: The rung that runs once three deadlines have passed.
TRIES = 20  #: Of a clerk before a database that is locked.


@dataclass(slots=True)
class Life:
    """One case, how it must end, and what a person did to its run meanwhile."""

    reference: str
    applicant: str  #: Address of the closing notice.
    home: str  #: Address of the office that is asked.
    verdict: Verdict
    cancelled_in: str = ""  #: The phase in which its run was cancelled; empty: never.
    cancelled_run: UUID | None = None
    deleted_cancels: int = 0  #: That went with Prefect's database; some may have been heard.
    is_reviewed: bool = False
    holds: int = 0  #: Times it was found held.
    held_since: int | None = None  #: Steps that the clock had taken when it was found held.

    @property
    def outcome(self) -> Outcome:
        """How it must end."""
        return Outcome.REFUSED if self.verdict is Verdict.REFUSAL else Outcome.ANSWERED

    @property
    def letters(self) -> list[tuple[LetterKind, str]]:
        """Every copy that must leave, once: its kind and its recipient."""
        superior = "yx@office.example"
        return [
            (LetterKind.REQUEST, self.home),
            (LetterKind.REMINDER, self.home),
            (LetterKind.SECOND_REMINDER, self.home),
            (LetterKind.SECOND_REMINDER, superior),
            (LetterKind.ESCALATION, superior),
            (LetterKind.CLOSING_NOTICE, self.applicant),
        ]


class People:
    """A clerk and a manager of the sample world, who do not give up."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._clerk, self._manager = world.actor("zhou"), world.actor("wu")

    def open(self, number: int) -> Life:
        """Open a case; one in five is refused in the end, the others are answered."""
        office = "BZ" if number % 2 else "YZ"
        applicant = f"applicant-{number}@person.example"
        reference = _patiently(
            lambda: self._world.open(home_office=office, applicant_email=applicant)
        )
        verdict = Verdict.REFUSAL if number % 5 == 4 else Verdict.COMPLETE
        return Life(reference, applicant, f"{office.lower()}@office.example", verdict)

    def record_reply(self, life: Life) -> None:
        """Record a reply that came by mail today."""

        def record(session: Session, case: Case, now: datetime) -> None:
            replies.record(
                session,
                self._clerk,
                case,
                channel=Channel.EMAIL,
                received_on=offices.local_day(session, case.office_id, now),
                now=now,
                summary="synthetic answer",
            )

        self._act("reply", life, record)

    def review(self, life: Life) -> None:
        """Look at the reply."""

        def look(session: Session, case: Case, now: datetime) -> None:
            reply = replies.newest_unreviewed(session, case)
            replies.review(session, self._clerk, case, reply, life.verdict, now=now)

        self._act("review", life, look)

    def release(self, life: Life) -> None:
        """Let a held case go on."""
        self._act(
            "release",
            life,
            lambda session, case, now: supervision.release(
                session, self._manager, case, "the cancel was a test", now=now
            ),
        )

    def _act(self, what: str, life: Life, act: Callable[[Session, Case, datetime], None]) -> None:
        def do() -> None:
            with self._world.house.database.transaction(what) as session:
                case = locked_by_reference(session, life.reference)
                act(session, case, self._world.clock.now())

        _patiently(do)


def _patiently(act: Callable[[], Given]) -> Given:
    for _ in range(TRIES):
        try:
            return act()
        except StoreUnavailable:
            time.sleep(0.1)
    return act()
