"""Mail leaves, fails, is given up and sent again; letters are posted; a doubt is counted."""

from datetime import timedelta

import pytest

from cases.operations import directory, dispatch
from cases.rules.backoff import MAIL_TRIES
from cases.store import outbox
from cases.store.outbox import Outgoing
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, NotAllowed, NothingToRetry
from cases.vocabulary.status import LetterKind, LetterStatus, OutboxStatus, Verdict
from integrations.mail.addresses import message_id
from tests.story import Story

HOME, ABOVE = "yz@office.example", "yx@office.example"


def claimed(story: Story, *, holder: str = "sender", claim_ms: int = 60_000) -> list[Outgoing]:
    with story.house.database.transaction("claim-mail") as session:
        return outbox.claim(
            session, now=story.clock.now(), holder=holder, claim_ms=claim_ms, limit=8
        )


def retry(story: Story, message: OutboxMessage, login: str = "zhou") -> None:
    who = story.actor(login)
    with story.house.database.transaction("retry") as session:
        dispatch.retry(session, who, outbox.get(session, message.id), now=story.clock.now())


def record_posted(story: Story, message: OutboxMessage, login: str = "mail") -> None:
    who = story.actor(login)
    with story.house.database.transaction("posted") as session:
        dispatch.record_posted(session, who, outbox.get(session, message.id), now=story.clock.now())


class TestFailing:
    def test_a_server_that_is_down_is_tried_again_with_pauses_and_the_case_says_when(
        self, story: Story
    ) -> None:
        case = story.open()
        story.mail.is_down = True
        story.rest()
        [message] = story.outbox(case)
        assert (message.status, message.failures) == (OutboxStatus.PENDING, 1)
        assert message.not_before == story.clock.now() + timedelta(minutes=1)
        assert story.case(case).next_action_at == message.not_before
        story.mail.is_down = False
        story.live_until("Mon 2026-03-02 09:01")
        assert story.outbox(case)[0].sends == 2
        assert len(story.mail.to(HOME)) == 1

    def test_after_the_last_try_a_clerk_must_act(self, story: Story) -> None:
        case = story.open()
        story.mail.is_down = True
        story.live_until("Thu 2026-03-05 10:00")
        [message] = story.outbox(case)
        assert (message.status, message.failures) == (OutboxStatus.GIVEN_UP, MAIL_TRIES)
        assert message.last_error == "421 closing for the night"
        assert story.case(case).next_action.value == "repair_dispatch"
        assert story.case(case).owner == "zhou"
        assert story.life(case)[-1].endswith("dispatch_failed")

    def test_a_recipient_refused_for_good_is_given_up_at_once(self, story: Story) -> None:
        case = story.open()
        story.mail.refused = {HOME}
        story.rest()
        assert story.outbox(case)[0].failures == 1
        assert story.stands(case) == "repair_dispatch by zhou on Thu 2026-03-05"

    def test_sent_again_by_a_clerk_it_leaves_with_the_same_bytes_and_the_days_begin(
        self, story: Story
    ) -> None:
        case = story.open()
        story.mail.refused = {HOME}
        story.rest()
        [message] = story.outbox(case)
        story.live_until("Wed 2026-03-04 10:00")
        story.mail.refused = set()
        retry(story, message)
        assert story.stands(case) == "send by engine on Wed 2026-03-04"
        story.rest()
        [sent] = story.mail.to(HOME)
        assert sent.message_id == message.message_id
        assert sent.content == story.house.documents.get(message.content, case_id=message.case_id)
        # Fifteen working days from Wed 2026-03-04.
        assert story.stands(case) == "climb by engine on Thu 2026-03-26"

    def test_no_rung_fires_while_the_first_letter_has_not_left(self, story: Story) -> None:
        case = story.open()
        story.mail.refused = {HOME}
        story.live_until("Fri 2026-05-29 10:00")
        assert [letter.kind for letter in story.letters(case)] == [LetterKind.REQUEST]
        assert story.stands(case).startswith("repair_dispatch by zhou")

    def test_only_what_was_given_up_is_sent_again_and_not_by_an_auditor(self, story: Story) -> None:
        case = story.open()
        story.turn()
        [message] = story.outbox(case)
        with pytest.raises(NothingToRetry, match="pending, not given up"):
            retry(story, message)
        with pytest.raises(NotAllowed, match="clerk, mail_room, manager"):
            retry(story, message, login="audit")

    def test_a_copy_that_fails_does_not_hold_the_case(self, story: Story) -> None:
        case = story.open()
        story.mail.refused = {ABOVE}
        story.live_until("Wed 2026-04-01 17:00")
        copy = next(message for message in story.outbox(case) if message.is_copy)
        assert copy.status is OutboxStatus.GIVEN_UP
        assert story.letters(case)[-1].status is LetterStatus.LEFT
        assert story.stands(case) == "climb by engine on Fri 2026-04-10"

    def test_a_letter_has_not_left_because_its_copy_has(self, story: Story) -> None:
        case = story.open()
        story.live_until("Wed 2026-04-01 08:00")
        story.mail.refused = {HOME}
        story.live_until("Wed 2026-04-01 17:00")
        assert len(story.mail.to(ABOVE)) == 1
        assert story.letters(case)[-1].status is LetterStatus.ISSUED
        assert story.stands(case).startswith("repair_dispatch by zhou")

    def test_a_reminder_that_fails_while_a_reply_waits_is_held(self, story: Story) -> None:
        case = story.open()
        story.live_until("Tue 2026-03-24 08:00")
        story.clock.at += timedelta(hours=6)
        [outgoing] = claimed(story)
        story.reply(case)
        story.settle_failure(outgoing.id, is_final=False)
        assert story.outbox(case)[-1].status is OutboxStatus.HELD
        story.review(case, Verdict.PARTIAL)
        story.live_until("Wed 2026-03-25 17:00")
        assert len(story.mail.to(HOME)) == 2

    def test_a_reminder_that_was_given_up_is_not_sent_again_past_a_waiting_reply(
        self, story: Story
    ) -> None:
        case = story.open()
        story.live_until("Tue 2026-03-24 08:00")
        story.mail.refused = {HOME}
        story.live_until("Tue 2026-03-24 17:00")
        story.reply(case)
        retry(story, story.outbox(case)[-1])
        assert story.outbox(case)[-1].status is OutboxStatus.HELD


class TestInDoubt:
    def test_the_message_id_is_made_of_the_letter_and_its_recipient_alone(
        self, story: Story
    ) -> None:
        """So a letter that is produced again, after a death before its commit, bears the same."""
        case = story.open()
        story.die_at("asked:before-commit")
        assert story.outbox(case) == []
        story.turn()
        [message], [letter] = story.outbox(case), story.letters(case)
        assert message.message_id == message_id(f"{letter.id}/{HOME}", story.house.mail_domain)

    def test_what_a_dead_sender_had_in_hand_goes_again_under_the_same_id_and_is_counted(
        self, story: Story
    ) -> None:
        case = story.open()
        story.turn()
        [first] = claimed(story, holder="dead", claim_ms=-1)
        story.rest()
        [message] = story.outbox(case)
        assert (message.status, message.sends) == (OutboxStatus.SENT, 2)
        assert [mail.message_id for mail in story.mail.to(HOME)] == [first.message_id]
        left = next(entry for entry in story.entries(case) if entry.kind.value == "left")
        assert left.result["sends"] == 2

    def test_while_the_claim_holds_nobody_else_sends_it(self, story: Story) -> None:
        story.open()
        story.turn()
        assert len(claimed(story, holder="one")) == 1
        assert claimed(story, holder="two") == []

    def test_the_sender_that_lost_its_claim_settles_nothing(self, story: Story) -> None:
        case = story.open()
        story.turn()
        [outgoing] = claimed(story, holder="slow", claim_ms=-1)
        claimed(story, holder="quick")
        assert not story.settle_sent(outgoing.id, holder="slow")
        story.settle_failure(outgoing.id, is_final=True, holder="slow")
        assert story.outbox(case)[0].status is OutboxStatus.SENDING
        assert story.settle_sent(outgoing.id, holder="quick")
        assert not story.settle_sent(outgoing.id, holder="quick"), "settled once"


class TestPost:
    @pytest.fixture
    def posted(self, story: Story) -> str:
        """Open a case whose letters go by post, three days on the way."""
        case = story.open(case_type=story.publish("by-post", channels=["post"]))
        story.rest()
        return case

    def test_the_mail_room_is_to_act_and_nothing_goes_by_mail(
        self, story: Story, posted: str
    ) -> None:
        assert story.stands(posted) == "send by mail_room:XQ on Thu 2026-03-05"
        assert story.mail.accepted == []

    def test_posted_it_is_presumed_to_arrive_after_the_days_on_the_way(
        self, story: Story, posted: str
    ) -> None:
        story.live_until("Tue 2026-03-03 15:00")
        record_posted(story, story.outbox(posted)[0])
        # Received Fri 2026-03-06; fifteen working days end on Fri 2026-03-27.
        assert story.stands(posted) == "climb by engine on Sat 2026-03-28"
        assert story.letters(posted)[0].status is LetterStatus.LEFT

    def test_it_is_posted_once_and_not_by_an_auditor(self, story: Story, posted: str) -> None:
        [message] = story.outbox(posted)
        with pytest.raises(NotAllowed, match="mail_room"):
            record_posted(story, message, login="audit")
        record_posted(story, message)
        with pytest.raises(InvalidValue, match="sent by post"):
            record_posted(story, message)

    def test_mail_is_not_posted(self, story: Story) -> None:
        case = story.open()
        story.turn()
        with pytest.raises(InvalidValue, match="pending by email"):
            record_posted(story, story.outbox(case)[0])


def test_a_letter_and_its_copy_to_one_mailbox_are_one_message(story: Story) -> None:
    with story.house.database.transaction("move") as session:
        above = directory.offices.by_code(session, "YX")
        above.email = HOME
    case = story.open()
    story.live_until("Wed 2026-04-01 17:00")
    assert story.stands(case) == "climb by engine on Fri 2026-04-10"
    assert len(story.mail.to(HOME)) == 3
