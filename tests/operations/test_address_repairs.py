"""A letter comes back, or mail is refused for good: nothing leaves until it is settled."""

import pytest

from cases.operations import address_repairs, dispatch
from cases.store import address_repairs as on_file
from cases.store import offices, outbox
from cases.store.tables.address_repair import AddressRepair
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, NotAllowed
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.status import NextAction, OutboxStatus
from integrations import address_desk
from integrations.cases_desk import send_again
from tests.story import Story

HOME, MENDED = "yz@office.example", "yi.town@office.example"


def open_repair(
    story: Story, login: str = "mail", returned: OutboxMessage | None = None
) -> AddressRepair:
    who = story.actor(login)
    with story.house.database.transaction("doubt") as session:
        office = offices.by_code(session, "YZ")
        copy = outbox.get(session, returned.id) if returned else None
        return address_repairs.open_repair(
            session, who, office, "查无此单位", now=story.clock.now(), returned=copy
        )


def posted(story: Story, case: str) -> OutboxMessage:
    """Return the case's request after the mail room has posted it."""
    [message] = story.outbox(case)
    who = story.actor("mail")
    with story.house.database.transaction("posted") as session:
        row = outbox.get(session, message.id)
        dispatch.record_posted(session, who, row, now=story.clock.now())
        return row


class TestHolding:
    def test_no_mail_leaves_for_an_office_in_doubt_and_all_of_it_once_confirmed(
        self, story: Story
    ) -> None:
        open_repair(story)
        cases = [story.open() for _ in range(3)]
        story.rest()
        assert story.mail.to(HOME) == []
        left = address_desk.settle(story.house, story.actor("zhou"), "YZ", RepairOutcome.CONFIRMED)
        story.rest()
        assert len(left) == len(cases) == len(story.mail.to(HOME))

    def test_other_offices_have_their_mail(self, story: Story) -> None:
        open_repair(story)
        story.open(home_office="BZ")
        story.rest()
        assert len(story.mail.to("bz@office.example")) == 1

    def test_two_returns_on_one_morning_make_one_repair(self, story: Story) -> None:
        assert open_repair(story).id == open_repair(story, "zhou").id

    def test_an_auditor_may_not_hold_letters(self, story: Story) -> None:
        with pytest.raises(NotAllowed):
            open_repair(story, "audit")

    def test_a_letter_to_be_posted_waits_too(self, story: Story) -> None:
        case = story.open(case_type=story.publish("by-post", channels=["post"]))
        story.rest()
        open_repair(story)
        with pytest.raises(InvalidValue, match="in doubt"):
            posted(story, case)


class TestMailRefusedForGood:
    def test_it_opens_a_repair_and_the_mended_address_gets_every_letter(self, story: Story) -> None:
        first = story.open()
        story.mail.refused.add(HOME)
        story.rest()
        with story.house.database.reading() as session:
            office = offices.by_code(session, "YZ")
            repair = on_file.open_of(session, office.id)
        assert repair is not None
        assert repair.opened_by == "engine"
        second = story.open()
        story.rest()
        assert [row.status for row in story.outbox(second)] == [OutboxStatus.PENDING]
        address_desk.mend(story.house, story.actor("zhou"), "YZ", {"email": MENDED})
        story.rest()
        assert len(story.mail.to(MENDED)) == 2
        assert [story.case(each).next_action for each in (first, second)] == [
            NextAction.CLIMB,
            NextAction.CLIMB,
        ]

    def test_an_address_mended_back_gets_the_message_that_it_had(self, story: Story) -> None:
        case = story.open()
        story.mail.refused.add(HOME)
        story.rest()
        clerk = story.actor("zhou")
        story.mail.refused.add(MENDED)
        address_desk.mend(story.house, clerk, "YZ", {"email": MENDED})
        story.rest()
        story.mail.refused.clear()
        address_desk.mend(story.house, clerk, "YZ", {"email": HOME})
        story.rest()
        assert len(story.mail.to(HOME)) == 1
        assert sorted(row.status.value for row in story.outbox(case)) == ["cancelled", "sent"]

    def test_sending_again_says_that_the_address_is_right(self, story: Story) -> None:
        case = story.open()
        story.mail.refused.add(HOME)
        story.rest()
        story.mail.refused.clear()
        [message] = story.outbox(case)
        send_again(story.house, story.actor("zhou"), message.id)
        story.rest()
        assert len(story.mail.to(HOME)) == 1


class TestReturnedLetters:
    def test_its_presumed_receipt_is_gone_and_it_is_posted_again(self, story: Story) -> None:
        case = story.open(case_type=story.publish("by-post", channels=["post"]))
        story.rest()
        message = posted(story, case)
        assert story.request(case).due_on is not None
        open_repair(story, returned=message)
        [letter] = story.letters(case)
        assert (letter.left_at, letter.received_on) == (None, None)
        assert story.request(case).due_on is None
        assert story.case(case).next_action is NextAction.REPAIR_DISPATCH
        address = {"address": "样本省样本县乙镇政府路8号", "postcode": "200000"}
        address_desk.mend(story.house, story.actor("zhou"), "YZ", address)
        waiting = [row for row in story.outbox(case) if row.status is OutboxStatus.PENDING]
        assert [row.recipient for row in waiting] == ["样本省样本县乙镇政府路8号"]
        kinds = [line.rpartition(" ")[2] for line in story.life(case)]
        assert kinds[-2:] == ["returned", "dispatch_retried"]

    def test_what_never_left_cannot_come_back(self, story: Story) -> None:
        case = story.open(case_type=story.publish("by-post", channels=["post"]))
        story.rest()
        [message] = story.outbox(case)
        with pytest.raises(InvalidValue, match="only one that left"):
            open_repair(story, returned=message)

    def test_an_office_without_a_repair_has_nothing_to_settle(self, story: Story) -> None:
        with pytest.raises(InvalidValue, match="no address repair"):
            address_desk.settle(story.house, story.actor("zhou"), "YZ", RepairOutcome.CONFIRMED)

    def test_a_clerk_mends_addresses_and_nothing_else_of_an_office(self, story: Story) -> None:
        open_repair(story)
        with pytest.raises(InvalidValue, match="name_zh"):
            address_desk.mend(story.house, story.actor("zhou"), "YZ", {"name_zh": "别的机关"})
