"""Withdraw and close: before, while and after a letter leaves."""

import pytest
from sqlmodel import select

from cases.operations import closing
from cases.store import outbox
from cases.store.tables.correspondence import LetterNumber
from cases.vocabulary.errors import CaseIsClosed, InvalidValue, NotAllowed
from cases.vocabulary.status import CaseStatus, LetterStatus, OutboxStatus, Outcome, RequestStatus
from tests.story import Story

HOME = "yz@office.example"
APPLICANT = "applicant@person.example"


def statuses(story: Story, case: str) -> list[str]:
    return [f"{letter.kind.value} {letter.status.value}" for letter in story.letters(case)]


def test_withdrawn_before_the_engine_came_the_office_is_never_asked(story: Story) -> None:
    case = story.open()
    story.act("zhou", closing.withdraw, case, "the applicant has it already")
    story.rest()
    assert story.stands(case) == "closed withdrawn"
    assert statuses(story, case) == ["closing_notice left"]
    assert story.mail.to(HOME) == []
    assert len(story.mail.to(APPLICANT)) == 1


def test_withdrawn_before_the_mail_left_the_letter_is_void_and_its_number_kept(
    story: Story,
) -> None:
    case = story.open()
    story.turn()
    story.act("zhou", closing.withdraw, case, "the applicant has it already")
    story.rest()
    assert statuses(story, case) == ["request void", "closing_notice left"]
    assert story.mail.to(HOME) == []
    assert story.request(case).status is RequestStatus.WITHDRAWN
    assert story.outbox(case)[0].status is OutboxStatus.CANCELLED
    [number] = story.rows(select(LetterNumber).where(LetterNumber.void_reason != ""))
    assert number.void_reason.startswith("发出前协查请求已撤回")


def test_withdrawn_after_dispatch_the_letter_stays_as_it_left(story: Story) -> None:
    case = story.open()
    story.live_until("Tue 2026-03-24 12:00")
    story.act("zhou", closing.withdraw, case, "the applicant has it already")
    story.live_until("Fri 2026-06-12 12:00")
    assert story.stands(case) == "closed withdrawn"
    assert statuses(story, case)[0] == "request left"
    assert len(story.mail.to(APPLICANT)) == 1
    assert story.life(case)[-3:] == [
        "Tue 2026-03-24 withdrawn",
        "Tue 2026-03-24 notified",
        "Tue 2026-03-24 left",
    ]


def test_withdrawn_while_the_mail_is_being_sent_it_may_arrive_and_is_recorded(
    story: Story,
) -> None:
    case = story.open()
    story.turn()
    with story.house.database.transaction("claim-mail") as session:
        [outgoing] = outbox.claim(
            session, now=story.clock.now(), holder="sender", claim_ms=60_000, limit=8
        )
    story.act("zhou", closing.withdraw, case, "the applicant has it already")
    story.settle_sent(outgoing.id)
    story.rest()
    assert statuses(story, case) == ["request left", "closing_notice left"]


def test_withdrawn_while_the_mail_is_being_sent_it_is_not_tried_again_after_a_failure(
    story: Story,
) -> None:
    case = story.open()
    story.turn()
    with story.house.database.transaction("claim-mail") as session:
        [outgoing] = outbox.claim(
            session, now=story.clock.now(), holder="sender", claim_ms=60_000, limit=8
        )
    story.act("zhou", closing.withdraw, case, "the applicant has it already")
    story.settle_failure(outgoing.id, is_final=False)
    story.live_until("Tue 2026-03-03 12:00")
    assert story.mail.to(HOME) == []
    assert statuses(story, case) == ["request void", "closing_notice left"]


def test_a_case_closed_by_hand_without_an_answer_tells_the_applicant(story: Story) -> None:
    case = story.open()
    story.live_until("Tue 2026-05-05 12:00")
    story.act("wu", closing.close, case, "the office is out of reach")
    story.rest()
    assert story.stands(case) == "closed unanswered"
    assert story.life(case)[-2:] == ["Tue 2026-05-05 notified", "Tue 2026-05-05 left"]


@pytest.mark.parametrize("operation", [closing.withdraw, closing.close])
def test_ending_a_case_needs_a_reason_and_an_open_case(story: Story, operation: object) -> None:
    assert callable(operation)
    case = story.open()
    with pytest.raises(InvalidValue, match="reason"):
        story.act("wu", operation, case, "  ")
    story.act("wu", operation, case, "no longer needed")
    with pytest.raises(CaseIsClosed, match=case):
        story.act("wu", operation, case, "no longer needed")


def test_only_a_manager_closes_without_an_answer(story: Story) -> None:
    case = story.open()
    with pytest.raises(NotAllowed, match="manager"):
        story.act("zhou", closing.close, case, "I have waited long enough")
    assert story.case(case).status is CaseStatus.OPEN


def test_a_held_case_can_be_withdrawn(story: Story) -> None:
    case = story.open()
    story.rest()
    story.hold(case)
    story.act("zhou", closing.withdraw, case, "the applicant has it already")
    story.rest()
    assert story.case(case).outcome is Outcome.WITHDRAWN


def test_the_outcome_of_a_closed_case_in_quarantine_cannot_be_changed(story: Story) -> None:
    case = story.open()
    story.rest()
    story.answer(case)
    story.rest()
    story.quarantine(case)
    with pytest.raises(CaseIsClosed, match=case):
        story.act("zhou", closing.withdraw, case, "the applicant has it already")
    assert story.case(case).outcome is Outcome.ANSWERED
    assert LetterStatus.VOID not in [letter.status for letter in story.letters(case)]
