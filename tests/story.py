"""A stepping story: turns and mail until all is quiet, then on to the next due instant.

Tests written with it read as a clerk would tell them: opened on a Monday, reminded on the
Tuesday after it was due, answered after the second reminder.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from cases.operations import directory, dispatch, letters, replies, supervision
from cases.store import case_types, correspondence, outbox
from cases.store.case_types import pinned
from cases.store.cases import by_reference, locked_by_reference
from cases.store.leases import Claim
from cases.store.tables.case import Case, CaseTypeVersion
from cases.store.tables.correspondence import Letter, Reply
from cases.store.tables.office import Office
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.status import Channel, Verdict
from cases.vocabulary.values import Actor
from flows import all_flows
from flows.case_flow import released
from flows.executor import DirectExecutor, claim_due
from flows.sender import Sender
from flows.turn import CaseBody, take_turn
from tests.on_record import CHINA, OnRecord
from tests.outside_world import KeptMail, Power, PowerCut
from tests.world import World

FLOWS = all_flows.CASE_FLOW_MODULES  #: Importing them released them.
TOO_MANY_TURNS = 200  #: A story that is not quiet by then goes round in a circle.


def instant(text: str) -> datetime:
    """Read "Mon 2026-03-02 09:00" in China; a weekday that does not fit is a mistake."""
    parsed = datetime.strptime(text[4:], "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    assert f"{parsed:%a}" == text[:3], f"{text} is a {parsed:%A}"
    return parsed


class Story(OnRecord):
    """One world, its clock, and the mail that left it."""

    def __init__(self, world: World, power: Power) -> None:
        super().__init__(world)
        self.mail, self.power = KeptMail(), power
        self.open, self.actor = world.open, world.actor

    def publish(self, code: str, **changes: Any) -> str:
        """Publish a case type that differs from the shipped one, and return its code."""
        plain = next(each for each in case_types.shipped() if each.code == "certificate-issuance")
        definition = {**plain.model_dump(mode="json"), "code": code, **changes}
        checked = CaseType.model_validate(definition)
        row = CaseTypeVersion(
            code=code,
            version=checked.version,
            definition=checked.model_dump(mode="json"),
            published_at=self.clock.now(),
        )
        with self.house.database.transaction("publish") as session:
            session.add(row)
        return code

    def enter(self, office: Office, superior: str = "") -> None:
        """Enter an office in the directory."""
        with self.house.database.transaction("enter") as session:
            now = self.clock.now()
            directory.add_office(session, directory.FOUNDER, office, superior, now=now)

    def document(self, file: Path) -> tuple[UUID, str]:
        """Put a file on file for a case to be; return the case's id and its address."""
        case_id = uuid4()
        return case_id, self.house.documents.put(file.read_bytes(), case_id=case_id)

    # -- what people do -------------------------------------------------------------------

    def act(
        self, login: str, operation: Callable[..., Any], case: str, *given: Any, **more: Any
    ) -> Any:
        """Do one operation on a case as somebody, in a transaction of its own."""
        who = self.actor(login)
        with self.house.database.transaction("act") as session:
            row = locked_by_reference(session, case)
            return operation(session, who, row, *given, **more, now=self.clock.now())

    def sign(self, case: str, login: str = "wu") -> Letter:
        """Sign the letter that waits."""
        who = self.actor(login)
        with self.house.database.transaction("sign") as session:
            row = locked_by_reference(session, case)
            case_type = pinned(session, row.type_code, row.type_version)
            return letters.sign(session, who, row, case_type, self.clock.now())

    def reply(self, case: str, login: str = "zhou", **more: Any) -> Reply:
        """Record a reply that came by mail today, without looking at it."""
        today = self.clock.now().astimezone(CHINA).date()
        given = {"channel": Channel.EMAIL, "received_on": today, **more}
        reply: Reply = self.act(login, replies.record, case, **given)
        return reply

    def review(self, case: str, verdict: Verdict, login: str = "zhou", note: str = "") -> None:
        """Look at the oldest reply that nobody has looked at."""
        with self.house.database.reading() as session:
            reply_id = replies.newest_unreviewed(session, by_reference(session, case)).id

        def look(session: Session, who: Actor, row: Case, *, now: datetime) -> None:
            reply = correspondence.get_reply(session, row, reply_id)
            replies.review(session, who, row, reply, verdict, now=now, note=note)

        self.act(login, look, case)

    def answer(self, case: str, verdict: Verdict = Verdict.COMPLETE, **more: Any) -> None:
        """Record a reply and look at it at once."""
        self.reply(case, **more)
        self.review(case, verdict)

    def hold(self, case: str) -> None:
        """Hold the case, as when somebody cancels its run in Prefect."""
        with self.house.database.transaction("hold") as session:
            row = locked_by_reference(session, case)
            supervision.hold(session, row, "the run was cancelled", now=self.clock.now())

    def quarantine(self, case: str) -> None:
        """Quarantine the case, as after five bad turns."""
        with self.house.database.transaction("quarantine") as session:
            row = locked_by_reference(session, case)
            supervision.quarantine(session, row, "it fails", now=self.clock.now())

    # -- what the engine and the sender do ------------------------------------------------

    def claim(self, *, holder: str = "story", limit: int = 50) -> list[Claim]:
        """Claim what is due, as a worker does."""
        return claim_due(self.house, holder=holder, limit=limit)

    def turn(self) -> int:
        """Give each due case one turn; return how many had one."""
        claims = self.claim()
        for claim in claims:
            self.advance(claim)
        return len(claims)

    def advance(self, claim: Claim) -> None:
        """Give a claimed case its turn."""
        asyncio.run(DirectExecutor(self.house).advance(claim))

    def die_at(self, point: str) -> None:
        """Let the worker die at a point of its next turn; its lease has run out afterwards.

        Points are named as for HANCHA_CRASH_AT: "waited:after-commit".
        """
        claims = self.claim(holder="doomed")
        assert len(claims) == 1, "one case at a time dies"
        self.power.cut_at = point
        self.die(claims[0])
        self.expire_leases()

    def die(self, claim: Claim) -> None:
        """Begin a turn in which the power is cut."""
        with pytest.raises(PowerCut):
            take_turn(self.house, claim, self.body(claim))

    def body(self, claim: Claim) -> CaseBody:
        """Return the flow that a claimed case runs."""
        return released()[claim.flow, claim.flow_version].body

    def expire_leases(self) -> None:
        """Let every lease run out, as time would."""
        with self.house.database.transaction("expire") as session:
            session.execute(update(Case).values(lease_until_ms=0))

    def send(self) -> int:
        """Send a batch of what may leave; return how much was taken up."""
        return asyncio.run(Sender(self.house, holder="sender").send_some(self.mail))

    def settle_sent(self, message_id: UUID, *, holder: str = "sender") -> bool:
        """Settle a claimed message as accepted by the server."""
        now = self.clock.now()
        with self.house.database.transaction("sent") as session:
            return dispatch.record_sent(session, message_id, holder=holder, words="250", now=now)

    def settle_failure(
        self, message_id: UUID, *, is_final: bool, holder: str = "sender", words: str = "450 later"
    ) -> None:
        """Settle a claimed message as refused."""
        now = self.clock.now()
        with self.house.database.transaction("send-failed") as session:
            dispatch.record_failure(
                session, message_id, holder=holder, words=words, is_final=is_final, now=now
            )

    def rest(self) -> None:
        """Go on, without a step of the clock, until nothing is left to do."""
        for _ in range(TOO_MANY_TURNS):
            if self.turn() + self.send() == 0:
                return
        raise AssertionError("the story goes round in a circle")

    def on_point(self, point: str, act: Callable[[], object]) -> None:
        """Do something once, when the database reaches a point."""
        self.power.acts[point] = act

    # -- time -----------------------------------------------------------------------------

    def next_instant(self) -> datetime | None:
        """Return when the engine or the sender next has something to do."""
        with self.house.database.reading() as session:
            wakes = session.exec(select(Case.wake_at).where(col(Case.wake_at).is_not(None))).all()
            departure = outbox.next_departure(session)
        now = self.clock.now()
        # What is due now and was not taken up has failed, and rests by the machine's own time.
        return min((at for at in (*wakes, departure) if at is not None and at > now), default=None)

    def live_until(self, text: str) -> None:
        """Step from one due instant to the next, up to "Mon 2026-03-23 12:00"."""
        end = instant(text)
        self.rest()
        while (coming := self.next_instant()) is not None and coming <= end:
            self.clock.at = coming
            self.rest()
        self.clock.at = max(self.clock.at, end)
        self.rest()
