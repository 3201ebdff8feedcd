"""Referral and reopening begin a new round of the same flow: another office, or the same again."""

import pytest
from sqlmodel import select

from cases.operations import closing
from cases.store import offices, runs
from cases.store.tables.outbox import RunLink
from cases.vocabulary.errors import (
    CaseIsClosed,
    CaseIsOpen,
    InvalidValue,
    MissingAddress,
    MissingSuperior,
    NoOpenRequest,
    NotAllowed,
    RequestIsAnswered,
)
from cases.vocabulary.status import LetterStatus, RequestStatus, Verdict
from tests.story import Story
from tests.world import office

HOME, OTHER = "yz@office.example", "bz@office.example"


def refer(story: Story, case: str, code: str, reason: str = "he moved away in 2019") -> None:
    with story.house.database.reading() as session:
        to = offices.by_code(session, code)
    story.act("zhou", closing.refer, case, to, reason)


class TestReferral:
    def test_the_other_office_is_asked_anew_with_its_own_days(self, story: Story) -> None:
        case = story.open()
        story.live_until("Wed 2026-03-11 10:00")
        refer(story, case, "BZ")
        story.rest()
        assert len(story.mail.to(HOME)) == 1
        assert len(story.mail.to(OTHER)) == 1
        # Fifteen working days from Wed 2026-03-11.
        assert story.stands(case) == "climb by engine on Thu 2026-04-02"
        story.answer(case)
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_the_first_request_ends_as_referred_and_its_reminder_is_cancelled(
        self, story: Story
    ) -> None:
        case = story.open()
        story.live_until("Tue 2026-03-24 08:00")
        first = story.request(case)
        refer(story, case, "BZ")
        story.live_until("Wed 2026-03-25 17:00")
        assert story.row(type(first), first.id).status is RequestStatus.REFERRED
        assert [letter.status for letter in story.letters(case)] == [
            LetterStatus.LEFT,
            LetterStatus.VOID,
            LetterStatus.LEFT,
        ]
        assert len(story.mail.to(HOME)) == 1

    def test_the_ladder_begins_at_its_first_rung_and_reminds_the_other_office(
        self, story: Story
    ) -> None:
        case = story.open()
        story.live_until("Wed 2026-04-01 17:00")
        refer(story, case, "BZ")
        story.live_until("Fri 2026-04-24 17:00")
        assert [letter.kind.value for letter in story.letters(case)] == [
            "request",
            "reminder",
            "second_reminder",
            "request",
            "reminder",
        ]
        assert len(story.mail.to(OTHER)) == 2

    def test_a_late_reply_of_the_first_office_can_still_answer_the_case(self, story: Story) -> None:
        case = story.open()
        story.rest()
        refer(story, case, "BZ")
        story.rest()
        story.answer(case)
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_a_reply_nobody_had_looked_at_answers_the_case_after_the_referral(
        self, story: Story
    ) -> None:
        case = story.open()
        story.rest()
        story.reply(case)
        refer(story, case, "BZ")
        story.rest()
        assert story.stands(case).startswith("look by zhou")
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_the_letters_of_the_new_round_name_only_letters_to_the_same_office(
        self, story: Story
    ) -> None:
        case = story.open()
        story.rest()
        refer(story, case, "BZ")
        story.live_until("Tue 2026-03-24 17:00")
        reminder = story.letters(case)[-1]
        assert [each.number for each in story.content_of(reminder).earlier] == ["XQ函〔2026〕2号"]

    def test_not_once_the_answer_is_on_file(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        with pytest.raises(RequestIsAnswered, match=case):
            refer(story, case, "BZ")
        story.rest()
        assert story.stands(case) == "closed answered"

    @pytest.mark.parametrize("code", ["YZ", "XQ"])
    def test_neither_to_the_office_that_has_it_nor_to_ourselves(
        self, story: Story, code: str
    ) -> None:
        case = story.open()
        story.rest()
        with pytest.raises(InvalidValue, match="party to this request"):
            refer(story, case, code)

    def test_an_office_without_a_superior_is_refused_at_once(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.enter(office("LD", "孤立示例镇", "Alone (sample)"))
        with pytest.raises(MissingSuperior, match="孤立示例镇"):
            refer(story, case, "LD")

    def test_an_office_without_an_address_is_refused_at_once(self, story: Story) -> None:
        case = story.open()
        story.rest()
        nowhere = office("WZ", "无址示例镇", "Nowhere (sample)", email="", address="")
        story.enter(nowhere, "YX")
        with pytest.raises(MissingAddress, match="无址示例镇"):
            refer(story, case, "WZ")

    def test_it_needs_a_reason_a_request_and_an_open_case(self, story: Story) -> None:
        case = story.open()
        with pytest.raises(NoOpenRequest):
            refer(story, case, "BZ")
        story.rest()
        with pytest.raises(InvalidValue, match="reason"):
            refer(story, case, "BZ", "")
        story.act("zhou", closing.withdraw, case, "no longer needed")
        with pytest.raises(CaseIsClosed):
            refer(story, case, "BZ")


class TestReopening:
    def test_a_closed_case_asks_again_under_a_run_of_its_own(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        story.rest()
        story.live_until("Mon 2026-03-09 10:00")
        story.act("wu", closing.reopen, case, "the certificate names another person")
        assert story.stands(case) == "engine_turn by engine on Mon 2026-03-09"
        story.rest()
        assert story.stands(case) == "climb by engine on Tue 2026-03-31"
        assert len(story.mail.to(HOME)) == 2
        [link] = story.rows(select(RunLink).where(RunLink.case_id == story.case(case).id))
        assert (link.generation, link.run_id) == (2, None)

    def test_the_second_answer_closes_it_and_the_applicant_is_told_again(
        self, story: Story
    ) -> None:
        case = story.open()
        for _ in range(2):
            story.rest()
            story.answer(case)
            story.rest()
            assert story.stands(case) == "closed answered"
            if story.case(case).round == 1:
                story.act("wu", closing.reopen, case, "it was incomplete after all")
        assert len(story.mail.to("applicant@person.example")) == 2

    def test_a_withdrawn_case_can_be_taken_up_again(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.act("zhou", closing.withdraw, case, "no longer needed")
        story.act("wu", closing.reopen, case, "needed after all")
        story.rest()
        assert story.stands(case) == "climb by engine on Tue 2026-03-24"
        assert story.mail.to("applicant@person.example") == [], "nobody was told it had ended"

    def test_a_notice_of_closure_that_has_not_left_is_cancelled(self, story: Story) -> None:
        case = story.open()
        story.rest()
        story.answer(case)
        story.turn()
        assert story.letters(case)[-1].status is LetterStatus.ISSUED
        story.act("wu", closing.reopen, case, "it was incomplete after all")
        story.rest()
        assert story.mail.to("applicant@person.example") == []

    def test_an_answer_that_came_after_closing_answers_the_new_round(self, story: Story) -> None:
        case = story.open()
        story.live_until("Thu 2026-04-30 10:00")
        story.act("wu", closing.close, case, "the office is out of reach")
        story.rest()
        story.reply(case)
        story.act("wu", closing.reopen, case, "they answered after all")
        story.rest()
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_it_needs_a_manager_a_reason_and_a_closed_case(self, story: Story) -> None:
        case = story.open()
        with pytest.raises(CaseIsOpen, match="open, not closed"):
            story.act("wu", closing.reopen, case, "it is open")
        story.act("zhou", closing.withdraw, case, "no longer needed")
        with pytest.raises(InvalidValue, match="reason"):
            story.act("wu", closing.reopen, case, "")
        with pytest.raises(NotAllowed, match="manager"):
            story.act("zhou", closing.reopen, case, "needed after all")

    def test_a_reopened_case_has_no_outcome_any_more(self, story: Story) -> None:
        case = story.open()
        story.act("zhou", closing.withdraw, case, "no longer needed")
        story.act("wu", closing.reopen, case, "needed after all")
        row = story.case(case)
        assert (row.outcome, row.outcome_reason, row.closed_at) == (None, "", None)
        with story.house.database.reading() as session:
            assert runs.find_link(session, row.id) is not None
