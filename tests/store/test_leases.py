"""Leases: one worker has a case at a time, and whoever lost it writes nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session

from cases.store import journal, leases
from cases.store.leases import Claim
from cases.store.tables.case import Case
from cases.vocabulary.errors import LeaseLost
from cases.vocabulary.status import EntryKind, Priority
from cases.vocabulary.values import ENGINE
from flows.turn import take_turn
from tests.story import Story

ONE_MINUTE = 60_000
FLOW = ("certificate-issuance", 1)


def claim(story: Story, *, holder: str = "a", limit: int = 10, **more: object) -> list[Claim]:
    given = {"lease_ms": ONE_MINUTE, "versions": [FLOW], **more}
    now = story.clock.now()
    with story.house.database.transaction("claim") as session:
        return [
            each
            for queue in leases.due_queues(session, now)
            for each in leases.claim(
                session,
                queue,
                now=now,
                holder=holder,
                limit=limit,
                **given,  # type: ignore[arg-type]
            )
        ]


def write(story: Story, held: Claim) -> None:
    """Write something as the holder of a claim."""
    with story.house.database.transaction("write") as session:
        case = leases.prove(session, held, lease_ms=ONE_MINUTE)
        journal.append(session, case, EntryKind.HELD, actor=ENGINE, at=story.clock.now())


class TestClaim:
    def test_a_due_case_is_claimed_once(self, story: Story) -> None:
        case = story.open()
        [first] = claim(story)
        assert (first.reference, first.holder, first.fence, first.attempts) == (case, "a", 1, 1)
        assert claim(story, holder="b") == []

    def test_two_workers_never_hold_the_same_case(self, story: Story) -> None:
        cases = {story.open() for _ in range(12)}

        def work(holder: str) -> list[Claim]:
            return [each for _ in range(8) for each in claim(story, holder=holder, limit=1)]

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(work, ["a", "b"])
        held = [each.reference for each in (*first, *second)]
        assert sorted(held) == sorted(cases)

    def test_what_is_not_due_yet_is_left_alone(self, story: Story) -> None:
        case = story.open()
        story.rest()
        assert claim(story) == []
        story.clock.at = story.case(case).wake_at  # type: ignore[assignment]
        assert [each.reference for each in claim(story)] == [case]

    def test_the_one_that_waits_longest_is_taken_first(self, story: Story) -> None:
        cases = []
        for _ in range(3):
            cases.append(story.open())
            story.clock.at += timedelta(minutes=1)
        assert [claim(story, limit=1)[0].reference for _ in range(3)] == cases

    def test_a_version_that_the_worker_does_not_have_is_left_for_another(
        self, story: Story
    ) -> None:
        story.open()
        assert claim(story, versions=[("certificate-issuance", 2), ("other", 1)]) == []
        assert len(claim(story, versions=[("other", 1), FLOW])) == 1

    def test_a_version_one_lacks_does_not_hide_those_behind_it(self, story: Story) -> None:
        newer = story.open()
        story.clock.at += timedelta(minutes=1)
        older = story.open()
        with story.house.database.transaction("pin") as session:
            story.locked(session, newer).flow_version = 2
        assert [each.reference for each in claim(story, limit=1)] == [older]

    def test_each_claim_raises_the_fence_and_counts_an_attempt(self, story: Story) -> None:
        story.open()
        for number in (1, 2, 3):
            [held] = claim(story)
            assert (held.fence, held.attempts) == (number, number)
            story.expire_leases()

    def test_one_case_can_be_held_still_without_counting_an_attempt(self, story: Story) -> None:
        case = story.case(story.open())
        with story.house.database.transaction("look") as session:
            look = leases.claim_one(
                session, case.id, holder="look", lease_ms=ONE_MINUTE, is_turn=False
            )
        assert look is not None
        assert look.attempts == 0
        assert claim(story) == []

    def test_a_case_that_somebody_holds_is_neither_looked_at_nor_begun(self, story: Story) -> None:
        case = story.case(story.open())
        claim(story)
        for is_turn in (True, False):
            with story.house.database.transaction("look") as session:
                assert (
                    leases.claim_one(
                        session, case.id, holder="b", lease_ms=ONE_MINUTE, is_turn=is_turn
                    )
                    is None
                )
        assert story.case(story.reference(case.id)).fence == 1


class TestTime:
    def test_a_lease_lives_by_the_databases_time_not_by_the_cases_clock(self, story: Story) -> None:
        story.open()
        assert len(claim(story)) == 1
        story.clock.at += timedelta(days=4_000)
        assert claim(story, holder="b") == []

    def test_it_ends_about_now_and_a_minute_in_real_time(self, story: Story) -> None:
        case = story.open()
        before = time.time_ns() // 1_000_000
        claim(story)
        after = time.time_ns() // 1_000_000
        until = story.case(case).lease_until_ms
        assert before + ONE_MINUTE - 5 <= until <= after + ONE_MINUTE + 5

    def test_it_runs_out_by_itself(self, story: Story) -> None:
        story.open()
        claim(story, lease_ms=1)
        time.sleep(0.02)
        assert [each.holder for each in claim(story, holder="b")] == ["b"]

    def test_each_write_renews_it(self, story: Story) -> None:
        case = story.open()
        [held] = claim(story, lease_ms=1)
        write(story, held)
        assert claim(story, holder="b") == []
        assert story.case(case).lease_until_ms > time.time_ns() // 1_000_000 + ONE_MINUTE // 2


class TestFence:
    def test_a_loser_writes_nothing(self, story: Story) -> None:
        case = story.open()
        [loser] = claim(story, holder="slow")
        story.expire_leases()
        [winner] = claim(story, holder="quick")
        before = story.case(case).journal_seq
        with pytest.raises(LeaseLost, match="fence 1 was followed by 2"):
            write(story, loser)
        assert story.case(case).journal_seq == before
        write(story, winner)

    def test_a_loser_that_begins_its_turn_late_leaves_no_trace(self, story: Story) -> None:
        case = story.open()
        [loser] = claim(story, holder="slow")
        story.expire_leases()
        [winner] = claim(story, holder="quick")
        with pytest.raises(LeaseLost):
            take_turn(story.house, loser, story.body(loser))
        assert story.letters(case) == []
        take_turn(story.house, winner, story.body(winner))
        assert len(story.letters(case)) == 1
        assert len(story.outbox(case)) == 1

    def test_a_loser_that_is_overtaken_in_the_middle_stops_at_its_next_write(
        self, story: Story
    ) -> None:
        case = story.open()
        [loser] = claim(story, holder="slow")
        story.on_point("drafted:after-commit", lambda: self._overtake(story))
        with pytest.raises(LeaseLost):
            take_turn(story.house, loser, story.body(loser))
        assert len(story.letters(case)) == 1
        assert len(story.outbox(case)) == 1
        assert story.stands(case).startswith("send by engine")

    def _overtake(self, story: Story) -> None:
        story.expire_leases()
        [winner] = claim(story, holder="quick")
        take_turn(story.house, winner, story.body(winner))

    def test_a_loser_gives_nothing_back(self, story: Story) -> None:
        case = story.open()
        [loser] = claim(story, holder="slow")
        story.expire_leases()
        claim(story, holder="quick")
        with story.house.database.transaction("give-back") as session:
            assert not leases.release(session, loser, ended_well=True)
        row = story.case(case)
        assert (row.lease_holder, row.attempts) == ("quick", 2)


class TestRelease:
    def test_after_a_good_turn_the_attempts_are_forgotten(self, story: Story) -> None:
        case = story.open()
        [held] = claim(story)
        with story.house.database.transaction("give-back") as session:
            assert leases.release(session, held, ended_well=True)
        row = story.case(case)
        assert (row.lease_holder, row.lease_until_ms, row.attempts) == (None, 0, 0)

    def test_after_a_bad_turn_the_case_rests(self, story: Story) -> None:
        case = story.open()
        [held] = claim(story)
        with story.house.database.transaction("give-back") as session:
            leases.release(session, held, ended_well=False, pause_ms=ONE_MINUTE)
        assert story.case(case).attempts == 1
        assert claim(story, holder="b") == []

    def test_a_turn_that_did_not_begin_is_no_attempt(self, story: Story) -> None:
        case = story.open()
        [held] = claim(story)
        with story.house.database.transaction("not-begun") as session:
            leases.forget_attempt(session, held)
            leases.release(session, held, ended_well=False)
        assert story.case(case).attempts == 0

    def test_the_cases_in_hand_are_counted(self, story: Story) -> None:
        for _ in range(3):
            story.open()
        claim(story, holder="a")
        assert held_by(story, "a") == 3
        assert held_by(story, "b") == 0
        story.expire_leases()
        assert held_by(story, "a") == 0


def held_by(story: Story, holder: str) -> int:
    with story.house.database.reading() as session:
        return leases.held_by(session, holder)


class TestWake:
    def test_a_waiting_turn_is_only_ever_brought_forward(self, story: Story) -> None:
        case, now = story.case(story.open()), story.clock.now()
        case.wake_at, case.priority = now + timedelta(days=3), Priority.DUE
        leases.wake(case, now=now, priority=Priority.BULK)
        assert (case.wake_at, case.priority) == (now, Priority.BULK)
        leases.wake(case, now=now + timedelta(hours=1), priority=Priority.REPLY)
        assert (case.wake_at, case.priority) == (now, Priority.REPLY)
        leases.wake(case, now=now + timedelta(hours=2), priority=Priority.BULK)
        assert (case.wake_at, case.priority) == (now, Priority.REPLY)


def test_the_row_is_locked_until_the_transaction_ends(story: Story) -> None:
    """Two acts on one case at the same time: the second sees what the first has written."""
    case = story.open()
    seen: list[int] = []

    def act(_: int) -> None:
        with story.house.database.transaction("act") as session:
            row = story.locked(session, case)
            seen.append(row.journal_seq)
            _append(session, row, story)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(8)))
    assert sorted(seen) == list(range(1, 9))


def _append(session: Session, row: Case, story: Story) -> None:
    journal.append(session, row, EntryKind.HELD, actor=ENGINE, at=story.clock.now())
