"""Named queries: what is silent, what is owed, which run carries which case, what may leave."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from cases.operations import closing
from cases.store import case_types, cases, correspondence, offices, outbox, owed, runs
from cases.vocabulary.errors import (
    NoOpenRequest,
    UnknownCase,
    UnknownCaseType,
    UnknownLetter,
    UnknownOffice,
    UnknownPerson,
    UnknownReply,
)
from cases.vocabulary.status import CaseStatus, OutboxStatus
from tests.story import Story


class TestSilentCases:
    def silent(self, story: Story) -> list[str]:
        with story.house.database.reading() as session:
            return [case.reference for case in cases.silent(session, story.clock.now())]

    def test_a_case_that_waits_for_somebody_in_time_is_not_silent(self, story: Story) -> None:
        story.open()
        assert self.silent(story) == []
        story.rest()
        assert self.silent(story) == []

    def test_a_turn_overslept_by_more_than_an_hour_is(self, story: Story) -> None:
        case = story.open()
        story.clock.at += timedelta(hours=1)
        assert self.silent(story) == []
        story.clock.at += timedelta(seconds=1)
        assert self.silent(story) == [case]

    def test_what_a_person_delays_is_theirs(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.reply(case)
        story.clock.at += timedelta(days=30)
        assert self.silent(story) == []

    def test_a_reminder_that_waits_for_monday_is_not_silent(self, story: Story) -> None:
        """Due on a Friday, it climbs at midnight and leaves in Monday's office hours."""
        case = story.open(case_type=story.publish("short", ladder=SHORT))
        story.live_until("Sun 2026-03-08 20:00")
        assert story.stands(case) == "send by engine on Mon 2026-03-09"
        assert self.silent(story) == []

    @pytest.mark.parametrize("lost", [{"owner": ""}, {"next_action_at": None}])
    def test_without_an_owner_or_a_date_it_is(self, story: Story, lost: dict[str, object]) -> None:
        case = story.open()
        story.rest()
        with story.house.database.transaction("lose") as session:
            for name, value in lost.items():
                setattr(story.locked(session, case), name, value)
        assert self.silent(story) == [case]

    def test_a_closed_case_never_is(self, story: Story) -> None:
        case = story.open()
        story.act("zhou", closing.withdraw, case, "no longer needed")
        story.rest()
        story.clock.at += timedelta(days=400)
        assert self.silent(story) == []


SHORT = [{"days": 4, "then": "remind"}, {"days": 5, "then": "hand_to_manager"}]


class TestOwedStates:
    def test_the_latest_wins_and_only_what_was_reported_is_settled(self, story: Story) -> None:
        case, now = story.case(story.open()), story.clock.now()
        with story.house.database.transaction("owe") as session:
            first = owed.owe(session, case.id, "AwaitingReply", now, now=now)
            second = owed.owe(session, case.id, "AwaitingLook", None, now=now)
        assert (first, second) == (1, 2)
        with story.house.database.transaction("settle") as session:
            owed.settle(session, case.id, first)
            assert owed.count(session) == 1
            owed.settle(session, case.id, second)
            assert owed.count(session) == 0

    def test_a_parked_case_owes_its_state_in_the_same_transaction(self, story: Story) -> None:
        case = story.open()
        story.rest()
        with story.house.database.reading() as session:
            debt = owed.of_case(session, story.case(case).id)
        assert debt is not None
        assert debt.name == "AwaitingReply"
        assert debt.at == story.case(case).wake_at

    def test_the_longest_owed_come_first_and_none_that_somebody_holds(self, story: Story) -> None:
        first, second, held = (story.case(story.open()).id for _ in range(3))
        now = story.clock.now()
        with story.house.database.transaction("owe") as session:
            for minutes, case_id in ((2, second), (1, first), (0, held)):
                since = now + timedelta(minutes=minutes)
                owed.owe(session, case_id, "AwaitingReply", None, now=since)
            story.locked(session, story.reference(held)).lease_until_ms = 2**60
        with story.house.database.reading() as session:
            assert owed.oldest(session, limit=5) == [first, second]
            assert owed.oldest(session, limit=1) == [first]


class TestRuns:
    def test_a_case_has_one_link_and_each_generation_forgets_the_run(self, story: Story) -> None:
        case = story.case(story.open())
        run, state = uuid4(), uuid4()
        with story.house.database.transaction("link") as session:
            assert runs.find_link(session, case.id) is None
            runs.link_of(session, case.id).run_id = run
            session.flush()
            runs.remember_state(session, case.id, state)
            found = runs.case_of_run(session, run)
            assert found is not None
            assert found[0].id == case.id
        with story.house.database.transaction("anew") as session:
            runs.begin_generation(session, case.id)
            link = runs.link_of(session, case.id)
            assert (link.generation, link.run_id, link.state_id) == (2, None, None)
            session.flush()
            assert runs.case_of_run(session, run) is None

    def test_the_sweep_sees_unfinished_cases_with_a_run_a_few_at_a_time(self, story: Story) -> None:
        opened = sorted((story.case(story.open()) for _ in range(3)), key=lambda case: case.id)
        with story.house.database.transaction("link") as session:
            for case in opened[:2]:
                runs.link_of(session, case.id).run_id = uuid4()
        with story.house.database.reading() as session:
            first = runs.links_after(session, None, limit=1)
            rest = runs.links_after(session, first[0].case_id, limit=5)
        assert [link.case_id for link in (*first, *rest)] == [case.id for case in opened[:2]]


class TestOutbox:
    def test_mail_leaves_from_its_instant_on_the_longest_waiting_first(self, story: Story) -> None:
        cases_ = [story.open() for _ in range(3)]
        story.turn()
        now = story.clock.now()
        with story.house.database.transaction("spread") as session:
            for minutes, case in zip((2, 1, 30), cases_, strict=True):
                [message] = outbox.of_letter(session, story.letters(case)[0].id)
                message.not_before = now + timedelta(minutes=minutes)
        with story.house.database.reading() as session:
            assert not outbox.has_ready(session, now)
            assert outbox.next_departure(session) == now + timedelta(minutes=1)
        later = now + timedelta(minutes=10)
        with story.house.database.transaction("claim") as session:
            taken = [
                outbox.claim(session, now=later, holder="s", claim_ms=60_000, limit=1)[0]
                for _ in range(2)
            ]
            assert outbox.claim(session, now=later, holder="s", claim_ms=60_000, limit=9) == []
        assert [story.reference(each.case_id) for each in taken] == [cases_[1], cases_[0]]

    def test_two_senders_never_have_the_same_mail_in_hand(self, story: Story) -> None:
        for _ in range(10):
            story.open()
        story.turn()

        def claim(holder: str) -> list[str]:
            taken = []
            for _ in range(6):
                with story.house.database.transaction("claim") as session:
                    now = story.clock.now()
                    batch = outbox.claim(session, now=now, holder=holder, claim_ms=60_000, limit=1)
                    taken += [each.message_id for each in batch]
            return taken

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(claim, ["a", "b"])
        assert len({*first, *second}) == len(first) + len(second) == 10

    def test_it_is_listed_by_office_and_status_and_counted(self, story: Story) -> None:
        case = story.open()
        story.turn()
        ours = story.case(case).office_id
        with story.house.database.reading() as session:
            assert len(outbox.listed(session, office_id=ours)) == 1
            assert outbox.listed(session, office_id=uuid4()) == []
            assert outbox.listed(session, statuses=[OutboxStatus.SENT]) == []
            assert outbox.counts(session) == {OutboxStatus.PENDING: 1}


class TestLists:
    def test_an_office_sees_its_own_cases_the_next_to_act_on_first(self, story: Story) -> None:
        waiting, urgent = story.open(), story.open()
        story.rest()
        story.reply(urgent)
        ours = story.case(waiting).office_id
        with story.house.database.reading() as session:
            listed = [case.reference for case in cases.listed(session, office_id=ours)]
            assert listed == [urgent, waiting]
            assert cases.listed(session, office_id=uuid4()) == []
            assert cases.listed(session, office_id=ours, status=CaseStatus.CLOSED) == []
            assert cases.count_by_status(session) == {CaseStatus.OPEN: 2}

    def test_what_is_not_there_is_named(self, story: Story) -> None:
        case = story.open()
        with story.house.database.reading() as session:
            row = cases.by_reference(session, case)
            with pytest.raises(UnknownCase, match="HC-2026-000009-2"):
                cases.by_reference(session, "HC-2026-000009-2")
            with pytest.raises(UnknownOffice):
                offices.get(session, uuid4())
            with pytest.raises(UnknownPerson):
                offices.login_of(session, uuid4())
            with pytest.raises(UnknownReply):
                correspondence.get_reply(session, row, uuid4())
            with pytest.raises(UnknownLetter):
                correspondence.draft_of(session, row)
            with pytest.raises(NoOpenRequest):
                correspondence.open_request(session, row)
            with pytest.raises(UnknownCaseType, match="no version 7"):
                case_types.pinned(session, "certificate-issuance", 7)

    def test_a_reply_of_another_case_is_not_this_cases(self, story: Story) -> None:
        mine, other = story.open(), story.open()
        reply = story.reply(other)
        with story.house.database.reading() as session:
            row = cases.by_reference(session, mine)
            with pytest.raises(UnknownReply, match=mine):
                correspondence.get_reply(session, row, reply.id)
