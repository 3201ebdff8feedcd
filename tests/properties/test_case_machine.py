"""Whatever people do in whatever order: each open case has one next action, date and owner.

A machine does acts at random on a few cases, steps the clock, lets the mail server fail, and
looks after each step whether what the case says of itself is true.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import col, select

from cases.operations import clock, closing, dispatch, supervision
from cases.operations.follow import facts_of
from cases.rules.ladder import Move, decide
from cases.store import cases, correspondence, journal_proof, offices, outbox
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, LetterNumber, Request
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import CaseError
from cases.vocabulary.status import (
    Awaiting,
    CaseStatus,
    LetterKind,
    LetterStatus,
    NextAction,
    OutboxStatus,
    Verdict,
)
from tests.settled_worlds import SettledWorlds
from tests.story import Story

UNSENT = (OutboxStatus.PENDING, OutboxStatus.HELD, OutboxStatus.GIVEN_UP)
EACH_REMINDER = {
    "request": "standing",
    "reminder": "each",
    "second_reminder": "standing",
    "escalation": "each",
    "closing_notice": "none",
}
REASONED = {
    "stop the clock": ("zhou", clock.stop_clock),
    "withdraw": ("zhou", closing.withdraw),
    "close": ("wu", closing.close),
    "reopen": ("wu", closing.reopen),
    "release": ("wu", supervision.release),
}


class CaseMachine(RuleBasedStateMachine):
    """A few cases in one world, and everything that can be done to them."""

    opened = Bundle("opened")
    worlds: SettledWorlds

    def __init__(self) -> None:
        super().__init__()
        self._rooms = ExitStack()
        self.more = 2  #: Cases that may still be opened.
        self.in_hand: list[UUID] = []  #: Mail that a slow sender is sending.
        self.story: Story = self._rooms.enter_context(self.worlds.story())

    def teardown(self) -> None:
        """Leave the world."""
        self._rooms.close()

    # -- what can happen --------------------------------------------------------------------

    @initialize(target=opened, days=st.integers(0, 45))
    def begin(self, days: int) -> Any:
        """Two cases have been asked about, one of a type whose reminders are signed."""
        self.story.publish("signed", sign_off=EACH_REMINDER)
        both = multiple(self.story.open(), self.story.open(case_type="signed"))
        self.live(days)
        return both

    @precondition(lambda self: self.more > 0)
    @rule(target=opened, kind=st.sampled_from(["certificate-issuance", "signed"]))
    def open(self, kind: str) -> str:
        """A clerk opens a case."""
        self.more -= 1
        return self.story.open(case_type=kind)

    @rule(case=opened, verdict=st.sampled_from(Verdict))
    def answer(self, case: str, verdict: Verdict) -> None:
        """A reply comes in and is looked at at once, unless an older one waits."""
        self.story.reply(case)
        self.review(case, verdict)

    @rule(case=opened)
    def reply(self, case: str) -> None:
        """A reply comes in."""
        self.story.reply(case)

    @rule(case=opened, verdict=st.sampled_from(Verdict))
    def review(self, case: str, verdict: Verdict) -> None:
        """A clerk looks at the oldest reply."""
        self.attempt(lambda: self.story.review(case, verdict))

    @rule(case=opened, act=st.sampled_from(sorted(REASONED)))
    def act_with_a_reason(self, case: str, act: str) -> None:
        """A person does something that needs a reason."""
        login, operation = REASONED[act]
        self.attempt(lambda: self.story.act(login, operation, case, "as it must be"))

    @rule(case=opened)
    def restart(self, case: str) -> None:
        """A clerk restarts the clock."""
        self.attempt(lambda: self.story.act("zhou", clock.restart_clock, case))

    @rule(case=opened, days=st.integers(1, 5))
    def extend(self, case: str, days: int) -> None:
        """A manager grants more days."""
        self.attempt(lambda: self.story.act("wu", clock.extend, case, days, "they asked"))

    @rule(case=opened, code=st.sampled_from(["YZ", "BZ"]))
    def refer(self, case: str, code: str) -> None:
        """A clerk passes the request on."""
        with self.story.house.database.reading() as session:
            to = offices.by_code(session, code)
        self.attempt(lambda: self.story.act("zhou", closing.refer, case, to, "not competent"))

    @rule(case=opened, days=st.integers(0, 3))
    def deliver(self, case: str, days: int) -> None:
        """The mail room records a delivery."""
        today = (self.story.clock.now() + timedelta(hours=8)).date()
        received = today - timedelta(days=days)
        self.attempt(lambda: self.story.act("mail", clock.record_delivery, case, received))

    @rule(case=opened)
    def sign(self, case: str) -> None:
        """A manager signs what waits."""
        self.attempt(lambda: self.story.sign(case))

    @rule(case=opened, is_released=st.booleans())
    def hold(self, case: str, is_released: bool) -> None:
        """Somebody cancels the run in Prefect, and a manager may let it go on."""
        self.story.hold(case)
        if is_released:
            self.act_with_a_reason(case, "release")

    @rule(case=opened)
    def retry(self, case: str) -> None:
        """A clerk sends again what was given up."""
        who = self.story.actor("zhou")
        given_up = [m for m in self.story.outbox(case) if m.status is OutboxStatus.GIVEN_UP]
        for message in given_up[:1]:
            with self.story.house.database.transaction("retry") as session:
                row = outbox.get(session, message.id)
                dispatch.retry(session, who, row, now=self.story.clock.now())

    @rule(is_down=st.booleans(), refuses=st.booleans())
    def weather(self, is_down: bool, refuses: bool) -> None:
        """The mail server goes down or up, or refuses the home office."""
        self.story.mail.is_down = is_down
        self.story.mail.refused = {"yz@office.example"} if refuses else set()

    @rule()
    def turn(self) -> None:
        """The engine gives each due case one turn."""
        self.story.turn()

    @rule()
    def send(self) -> None:
        """The sender sends a batch."""
        self.story.send()

    @rule()
    def take_mail(self) -> None:
        """A sender takes mail in hand."""
        with self.story.house.database.transaction("claim-mail") as session:
            now = self.story.clock.now()
            taken = outbox.claim(session, now=now, holder="slow", claim_ms=10**9, limit=8)
        self.in_hand += [outgoing.id for outgoing in taken]

    @rule(is_sent=st.booleans(), is_final=st.booleans())
    def settle_mail(self, is_sent: bool, is_final: bool) -> None:
        """The sender says what became of the mail that it had in hand."""
        for message_id in self.in_hand:
            if is_sent:
                self.story.settle_sent(message_id, holder="slow")
            else:
                self.story.settle_failure(message_id, holder="slow", is_final=is_final)
        self.in_hand = []

    @rule()
    def step(self) -> None:
        """The clock steps to the next due instant, and all comes to rest."""
        self.story.rest()
        coming = self.story.next_instant()
        if coming is not None:
            self.story.clock.at = coming
        self.story.rest()
        self.at_rest()

    @rule(days=st.integers(1, 30))
    def live(self, days: int) -> None:
        """Days pass in which the engine and the sender do what is due."""
        end = self.story.clock.now() + timedelta(days=days)
        self.story.live_until(f"{end:%a %Y-%m-%d} 12:00")
        self.at_rest()

    @rule(days=st.integers(1, 9))
    def sleep(self, days: int) -> None:
        """Days pass in which nobody does anything, not even the engine."""
        self.story.clock.at += timedelta(days=days)

    def attempt(self, act: Callable[[], Any]) -> None:
        """Do what a person may be refused."""
        with suppress(CaseError):
            act()

    # -- what always holds ------------------------------------------------------------------

    @invariant()
    def each_open_case_has_one_next_action_date_and_owner(self) -> None:
        """And a finished one has none, unless a notice waits for its signature."""
        for case in self.story.rows(select(Case)):
            if case.status is not CaseStatus.CLOSED:
                assert case.next_action_at is not None, case
                assert case.owner, case
            if case.status in (CaseStatus.HELD, CaseStatus.QUARANTINED):
                assert case.next_action is NextAction.RELEASE
                assert (case.owner, case.wake_at) == ("manager:XQ", None)

    @invariant()
    def what_a_case_says_of_itself_is_what_the_ladder_says(self) -> None:
        """Unless the engine has its turn, which is due now."""
        now = self.story.clock.now()
        for case in self.story.rows(select(Case).where(col(Case.status) == CaseStatus.OPEN)):
            if case.next_action is NextAction.ENGINE_TURN:
                assert case.owner == "engine"
                assert case.wake_at is not None
                assert case.wake_at <= now
                continue
            with self.story.house.database.reading() as session:
                row = session.get_one(Case, case.id)
                request = correspondence.open_request(session, row)
                with session.no_autoflush:
                    decision = decide(facts_of(session, row, request, now))
                session.rollback()
            if isinstance(decision, Move) or decision.awaiting is not case.awaiting:
                # Time has passed, or the mailbox of the engine has not been looked into yet.
                assert case.wake_at is not None, (case.reference, case.awaiting, decision)
                assert case.wake_at <= now
            else:
                assert (decision.next_action, decision.owner) == (case.next_action, case.owner)
                assert decision.wake_at == case.wake_at

    @invariant()
    def what_waits_for_the_sender_is_in_the_outbox(self) -> None:
        """A case that waits for its letter to leave has a letter that can."""
        waiting = select(Case).where(
            col(Case.status) == CaseStatus.OPEN, col(Case.awaiting) == Awaiting.DISPATCH
        )
        for case in self.story.rows(waiting):
            if case.next_action is NextAction.ENGINE_TURN:
                continue
            statuses = {m.status for m in self.story.outbox(case.reference) if not m.is_copy}
            failed = case.next_action is NextAction.REPAIR_DISPATCH
            can = (
                {OutboxStatus.GIVEN_UP} if failed else {OutboxStatus.PENDING, OutboxStatus.SENDING}
            )
            assert can & statuses

    @invariant()
    def nothing_leaves_for_a_request_that_ended_or_past_a_waiting_reply(self) -> None:
        """Letters of ended requests are cancelled; ladder letters are held behind a reply."""
        requests = {row.id: row for row in self.story.rows(select(Request))}
        letters = {row.id: row for row in self.story.rows(select(Letter))}
        waits: dict[Any, bool] = {}
        with self.story.house.database.reading() as session:
            for case in session.exec(select(Case)).all():
                waits[case.id] = correspondence.reply_to_look_at(session, case.id) is not None
        for message in self.story.rows(select(OutboxMessage)):
            letter = letters[message.letter_id]
            if message.status in UNSENT and letter.request_id is not None:
                assert not requests[letter.request_id].status.has_ended
            if message.status is OutboxStatus.HELD:
                assert waits[message.case_id]
            if message.status is OutboxStatus.PENDING and message.is_ladder:
                assert not waits[message.case_id]

    @invariant()
    def no_letter_is_written_twice_for_one_step_and_none_is_doubled_in_the_outbox(self) -> None:
        """Each step has one letter, each letter one message for each recipient."""
        letters = self.story.rows(select(Letter))
        steps = Counter((row.case_id, row.step_id) for row in letters)
        assert max(steps.values(), default=1) == 1
        kinds = Counter((r.request_id, r.kind) for r in letters if r.request_id is not None)
        assert max(kinds.values(), default=1) == 1
        messages = self.story.rows(select(OutboxMessage))
        copies = Counter((row.letter_id, row.recipient) for row in messages)
        assert max(copies.values(), default=1) == 1
        mailed = Counter(mail.message_id for mail in self.story.mail.accepted)
        sends = {row.message_id: row.sends for row in messages}
        assert all(many <= sends[message_id] for message_id, many in mailed.items())

    @invariant()
    def numbers_are_gapless_and_the_journal_proves(self) -> None:
        """Whatever was refused or rolled back on the way."""
        serials = sorted(row.serial for row in self.story.rows(select(LetterNumber)))
        assert serials == list(range(1, len(serials) + 1))
        with self.story.house.database.reading() as session:
            assert list(journal_proof.verify(session)) == []

    def at_rest(self) -> None:
        """After all is quiet no case is left to the engine, and none is silent."""
        with self.story.house.database.reading() as session:
            silent = cases.silent(session, self.story.clock.now())
        # A sender that has had a letter in hand for days is what `silent` is there to find.
        assert self.in_hand or [case.reference for case in silent] == []
        for case in self.story.rows(select(Case)):
            assert case.attempts == 0, "no turn of the engine failed"
            if case.status is CaseStatus.OPEN:
                assert case.next_action is not NextAction.ENGINE_TURN
            if case.status is CaseStatus.CLOSED:
                assert case.wake_at is None
                self.nothing_is_left_open(case)

    def nothing_is_left_open(self, case: Case) -> None:
        """A closed case has no draft and no unsent letter but its notice."""
        for letter in self.story.letters(case.reference):
            if letter.kind is not LetterKind.CLOSING_NOTICE:
                assert letter.status not in (LetterStatus.DRAFTED, LetterStatus.SIGNED)


MACHINES = {"sqlite": 6, "postgresql": 3}  #: The file is the quicker one.


def test_any_sequence_of_acts_leaves_each_case_with_one_next_step(
    worlds: SettledWorlds, database_kind: str
) -> None:
    machine = type("Machine", (CaseMachine,), {"worlds": worlds})
    seeded = settings(
        derandomize=True,
        max_examples=MACHINES[database_kind],
        stateful_step_count=25,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=seeded)
