"""Replies: late, second, surplus; a question, a part, a refusal; and the mail they hold back."""

import pytest

from cases.operations import clock, closing, replies
from cases.store.tables.correspondence import Reply
from cases.vocabulary.errors import CaseIsClosed, InvalidValue, NotAllowed, ReplyIsReviewed
from cases.vocabulary.status import (
    Channel,
    LetterKind,
    LetterStatus,
    OutboxStatus,
    RequestStatus,
    Verdict,
)
from tests.rules.wall_calendar import day
from tests.story import Story

HOME = "yz@office.example"


def outbox_of(story: Story, case: str, kind: LetterKind) -> list[OutboxStatus]:
    letters = {letter.id for letter in story.letters(case) if letter.kind is kind}
    return [message.status for message in story.outbox(case) if message.letter_id in letters]


def reminded_not_sent(story: Story) -> str:
    """Open a case and live on until its reminder waits in the outbox for office hours."""
    case = story.open()
    story.live_until("Tue 2026-03-24 00:00")
    story.clock.at = story.clock.at.replace(second=30)
    story.rest()
    assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.PENDING]
    return case


class TestAsTheyCome:
    def test_a_reply_in_time_is_neither_late_nor_surplus(self, story: Story) -> None:
        case = story.open()
        story.live_until("Mon 2026-03-23 17:00")
        reply = story.reply(case)
        assert (reply.is_late, reply.is_surplus) == (False, False)
        assert story.stands(case) == "look by zhou on Thu 2026-03-26"

    def test_a_reply_after_the_due_date_is_filed_as_late(self, story: Story) -> None:
        case = story.open()
        story.live_until("Wed 2026-03-25 10:00")
        assert story.reply(case).is_late

    def test_a_reply_that_came_in_time_is_not_late_for_being_recorded_after_the_reminder(
        self, story: Story
    ) -> None:
        case = story.open()
        story.live_until("Wed 2026-03-25 10:00")
        assert not story.reply(case, received_on=day("Mon 2026-03-23")).is_late

    def test_days_granted_on_the_first_rung_keep_a_reply_in_time(self, story: Story) -> None:
        case = story.open()
        story.live_until("Tue 2026-03-10 10:00")
        story.act("wu", clock.extend, case, 3, "their registrar is away")
        story.live_until("Thu 2026-03-26 10:00")
        assert not story.reply(case).is_late

    def test_a_reply_before_the_letter_left_is_filed(self, story: Story) -> None:
        case = story.open()
        reply = story.reply(case, channel=Channel.TELEPHONE, summary="they called us first")
        assert (reply.is_late, reply.is_surplus) == (False, False)
        story.rest()
        assert story.stands(case) == "look by zhou on Thu 2026-03-05"

    def test_a_second_reply_is_filed_and_looked_at_in_its_turn(self, story: Story) -> None:
        case = story.open()
        story.rest()
        first, second = story.reply(case), story.reply(case, summary="an enclosure was missing")
        story.review(case, Verdict.PARTIAL)
        assert story.stands(case).startswith("look by zhou")
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.stands(case) == "closed answered"
        assert not first.is_surplus
        assert not second.is_surplus

    def test_a_reply_to_an_answered_request_is_surplus_before_the_engine_closed_the_case(
        self, story: Story
    ) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        assert story.reply(case).is_surplus
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_a_reply_after_withdrawal_is_filed_as_surplus_and_can_be_looked_at(
        self, story: Story
    ) -> None:
        case = story.open()
        story.rest()
        story.act("zhou", closing.withdraw, case, "no longer needed")
        story.rest()
        assert story.reply(case).is_surplus
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.stands(case) == "closed withdrawn"
        assert story.request(case).status is RequestStatus.WITHDRAWN

    def test_a_reply_cannot_have_come_tomorrow(self, story: Story) -> None:
        case = story.open()
        with pytest.raises(InvalidValue, match="2026-03-03"):
            story.reply(case, received_on=day("Tue 2026-03-03"))


class TestALook:
    def test_a_complete_answer_closes_the_case(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        story.rest()
        assert story.stands(case) == "closed answered"
        assert story.request(case).status is RequestStatus.ANSWERED

    def test_an_accepted_refusal_closes_the_case_as_refused(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case, Verdict.REFUSAL)
        story.rest()
        assert story.stands(case) == "closed refused"

    @pytest.mark.parametrize("verdict", [Verdict.PARTIAL, Verdict.CONTESTED, Verdict.NO_ANSWER])
    def test_the_waiting_goes_on_with_its_date_and_climbs(
        self, story: Story, verdict: Verdict
    ) -> None:
        case = story.open()
        story.live_until("Mon 2026-03-16 10:00")
        story.answer(case, verdict)
        story.rest()
        assert story.stands(case) == "climb by engine on Tue 2026-03-24"
        story.live_until("Tue 2026-03-24 17:00")
        assert len(story.mail.to(HOME)) == 2

    def test_a_question_stops_the_clock_and_gives_the_days_back(self, story: Story) -> None:
        case = story.open()
        story.live_until("Mon 2026-03-16 10:00")
        story.answer(case, Verdict.QUESTION)
        story.rest()
        assert story.stands(case) == "restart_clock by zhou on Thu 2026-03-19"
        story.live_until("Wed 2026-03-18 10:00")
        story.act("zhou", clock.restart_clock, case)
        # Mon and Tue did not count: due Wed 2026-03-25 instead of Mon 2026-03-23.
        assert story.stands(case) == "climb by engine on Thu 2026-03-26"

    def test_the_days_before_we_looked_at_a_question_are_given_back_too(self, story: Story) -> None:
        case = story.open()
        story.live_until("Fri 2026-03-20 10:00")
        story.reply(case)
        story.live_until("Wed 2026-03-25 10:00")
        story.review(case, Verdict.QUESTION)
        story.act("zhou", clock.restart_clock, case)
        # Fri, Mon and Tue did not count: two days were left of the fifteen.
        assert story.stands(case) == "climb by engine on Fri 2026-03-27"

    def test_a_question_on_a_stopped_clock_stops_nothing_twice(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.act("zhou", clock.stop_clock, case, "the applicant sends a paper")
        story.answer(case, Verdict.QUESTION)
        story.act("zhou", clock.restart_clock, case)
        assert story.stands(case) == "climb by engine on Tue 2026-03-24"

    def test_a_look_is_taken_once(self, story: Story) -> None:
        case = story.open()
        story.rest()
        reply = story.reply(case)
        story.review(case, Verdict.PARTIAL)
        with pytest.raises(ReplyIsReviewed, match="zhou found this reply partial already"):
            story.act("zhou", replies.review, case, story.row(Reply, reply.id), Verdict.COMPLETE)

    def test_nothing_waits_for_a_look(self, story: Story) -> None:
        case = story.open()
        with pytest.raises(ReplyIsReviewed, match="no reply that waits"):
            story.review(case, Verdict.COMPLETE)
        story.act("zhou", closing.withdraw, case, "no longer needed")
        with pytest.raises(CaseIsClosed, match=case):
            story.review(case, Verdict.COMPLETE)

    def test_the_mail_room_records_a_reply_but_does_not_judge_it(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.reply(case, login="mail", channel=Channel.POST)
        with pytest.raises(NotAllowed, match="clerk, manager"):
            story.review(case, Verdict.COMPLETE, login="mail")


class TestHeldMail:
    def test_a_reply_holds_the_reminder_that_has_not_left(self, story: Story) -> None:
        case = reminded_not_sent(story)
        story.reply(case)
        assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.HELD]
        story.live_until("Wed 2026-03-25 12:00")
        assert len(story.mail.to(HOME)) == 1
        assert story.stands(case).startswith("look by zhou")

    def test_a_complete_answer_cancels_the_held_reminder_and_keeps_its_number_void(
        self, story: Story
    ) -> None:
        case = reminded_not_sent(story)
        story.answer(case)
        story.live_until("Wed 2026-03-25 12:00")
        assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.CANCELLED]
        assert [letter.status for letter in story.letters(case)] == [
            LetterStatus.LEFT,
            LetterStatus.VOID,
            LetterStatus.LEFT,
        ]
        assert story.stands(case) == "closed answered"

    @pytest.mark.parametrize(
        "verdict", [Verdict.PARTIAL, Verdict.CONTESTED, Verdict.NO_ANSWER, Verdict.QUESTION]
    )
    def test_any_other_verdict_lets_it_go(self, story: Story, verdict: Verdict) -> None:
        case = reminded_not_sent(story)
        story.answer(case, verdict)
        story.live_until("Tue 2026-03-24 17:00")
        assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.SENT]

    def test_it_stays_held_while_another_reply_waits(self, story: Story) -> None:
        case = reminded_not_sent(story)
        story.reply(case)
        story.reply(case)
        story.review(case, Verdict.PARTIAL)
        assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.HELD]
        story.review(case, Verdict.PARTIAL)
        assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.PENDING]

    def test_a_held_reminder_that_is_let_go_in_the_evening_leaves_in_office_hours(
        self, story: Story
    ) -> None:
        case = reminded_not_sent(story)
        story.reply(case)
        story.live_until("Tue 2026-03-24 20:00")
        story.review(case, Verdict.PARTIAL)
        story.rest()
        assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.PENDING]
        story.live_until("Wed 2026-03-25 17:00")
        assert outbox_of(story, case, LetterKind.REMINDER) == [OutboxStatus.SENT]

    def test_a_reply_before_the_request_left_does_not_hold_the_request(self, story: Story) -> None:
        case = story.open()
        story.turn()
        story.reply(case, channel=Channel.TELEPHONE)
        story.rest()
        assert outbox_of(story, case, LetterKind.REQUEST) == [OutboxStatus.SENT]

    def test_a_complete_answer_before_the_request_left_cancels_it(self, story: Story) -> None:
        case = story.open()
        story.turn()
        story.answer(case, channel=Channel.TELEPHONE)
        story.rest()
        assert outbox_of(story, case, LetterKind.REQUEST) == [OutboxStatus.CANCELLED]
        assert story.stands(case) == "closed answered"
