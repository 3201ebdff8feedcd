"""Inquiries that reach us, told as our clerk would; each date can be checked with a wall calendar.

2026: off Sat 4 to Mon 6 April. Our own days: 7 and the clerk is reminded, 9 and the manager is
told, 10 and the manager has it; each counted from the day of receipt.
"""

import pytest

from cases.operations import clock, closing
from cases.operations.counting import due_dates
from cases.operations.follow import due_of
from cases.store import correspondence, open_counts
from cases.store.cases import locked_by_reference
from cases.store.open_counts import Reach
from cases.vocabulary.errors import (
    LetterIsSigned,
)
from cases.vocabulary.status import Outcome, Verdict
from tests.operations.intake import WORDS, answer, register, registered
from tests.rules.wall_calendar import day
from tests.story import Story


def test_the_clerk_answers_in_time(story: Story) -> None:
    case = registered(story)
    assert story.stands(case) == "answer by zhou on Thu 2026-03-12"
    assert story.request(case).due_on == day("Mon 2026-03-16"), "ten working days"
    story.live_until("Thu 2026-03-05 10:00")
    answer(story, case)
    story.rest()
    assert story.stands(case) == "sign by manager:XQ on Sun 2026-03-08"
    story.sign(case)
    story.rest()
    assert story.life(case) == [
        "Mon 2026-03-02 opened",
        "Mon 2026-03-02 taken_on",
        "Mon 2026-03-02 acknowledged",
        "Mon 2026-03-02 left",
        "Thu 2026-03-05 answer_written",
        "Thu 2026-03-05 signed",
        "Thu 2026-03-05 answered",
        "Thu 2026-03-05 left",
        "Thu 2026-03-05 closed",
    ]
    assert story.stands(case) == "closed answered"
    assert [letter.number for letter in story.letters(case)] == ["", "XQ函〔2026〕1号"]
    assert len(story.mail.to("yz@office.example")) == 2


def test_the_clerk_is_reminded_then_the_manager_told_then_the_manager_has_it(story: Story) -> None:
    case = registered(story)
    story.live_until("Thu 2026-03-12 10:00")
    assert story.stands(case) == "answer by zhou on Sat 2026-03-14"
    story.live_until("Sun 2026-03-15 10:00")
    assert story.stands(case) == "answer by manager:XQ on Tue 2026-03-17"
    story.live_until("Tue 2026-03-17 10:00")
    assert story.stands(case) == "answer by manager:XQ on Fri 2026-03-20"
    assert story.life(case)[4:] == [
        "Thu 2026-03-12 clerk_reminded",
        "Sat 2026-03-14 manager_told",
        "Tue 2026-03-17 handed_to_manager",
    ]
    answer(story, case, login="wu")
    story.rest()
    story.sign(case)
    story.rest()
    assert story.stands(case) == "closed answered"
    assert len(story.mail.to("yz@office.example")) == 2, "nothing of our urging went out"


def test_an_answer_that_the_manager_sends_back_is_written_again(story: Story) -> None:
    case = registered(story)
    answer(story, case, "写错了的答复")
    story.rest()
    answer(story, case)
    reply = story.sign(case)
    assert story.content_of(reply).outcome_reason == WORDS
    with pytest.raises(LetterIsSigned):
        answer(story, case, "太晚了")
    story.rest()
    assert story.stands(case) == "closed answered"


def test_a_refusal_closes_the_case_as_refused(story: Story) -> None:
    case = registered(story)
    answer(story, case, "该事项由丙镇办理，请向该镇函询", Outcome.REFUSED)
    story.rest()
    story.sign(case)
    story.rest()
    assert story.stands(case) == "closed refused"


def test_the_case_closes_when_the_reply_has_left_and_not_before(story: Story) -> None:
    case = registered(story)
    story.mail.is_down = True
    answer(story, case)
    story.rest()
    story.sign(case)
    story.rest()
    assert story.stands(case).startswith("send by engine")
    story.mail.is_down = False
    story.live_until("Tue 2026-03-03 10:00")
    assert story.stands(case) == "closed answered"


def test_a_reply_that_nobody_takes_waits_for_the_clerk_to_mend_the_address(story: Story) -> None:
    case = registered(story)
    story.mail.refused.add("yz@office.example")
    answer(story, case)
    story.rest()
    story.sign(case)
    story.rest()
    assert story.stands(case) == "repair_dispatch by zhou on Thu 2026-03-05"


def test_days_in_a_clock_stop_and_an_extension_are_given_to_us(story: Story) -> None:
    case = registered(story)
    story.live_until("Wed 2026-03-04 10:00")
    story.act("zhou", clock.stop_clock, case, "请申请人补正材料")
    assert story.stands(case) == "restart_clock by zhou on Sat 2026-03-07"
    story.live_until("Fri 2026-03-06 10:00")
    story.act("zhou", clock.restart_clock, case)
    assert story.request(case).due_on == day("Wed 2026-03-18"), "two working days given back"
    story.act("wu", clock.extend, case, 5, "档案在外地")
    assert story.request(case).due_on == day("Wed 2026-03-25")
    assert story.stands(case) == "answer by zhou on Sat 2026-03-21"


def test_a_further_letter_of_the_asking_office_goes_to_the_clerk_and_answers_nothing(
    story: Story,
) -> None:
    case = registered(story)
    story.reply(case)
    assert story.stands(case).startswith("look by zhou")
    story.review(case, Verdict.COMPLETE)
    assert story.stands(case) == "answer by zhou on Thu 2026-03-12"


def test_the_asking_office_withdraws_and_nothing_more_is_sent(story: Story) -> None:
    case = registered(story)
    story.act("zhou", closing.withdraw, case, "来函机关来电撤回")
    story.rest()
    assert story.stands(case) == "closed withdrawn"
    assert len(story.mail.accepted) == 1, "the acknowledgement alone"


def test_a_case_begun_again_counts_from_that_day_and_is_answered_anew(story: Story) -> None:
    case = registered(story)
    answer(story, case)
    story.rest()
    story.sign(case)
    story.rest()
    story.live_until("Mon 2026-03-09 10:00")
    story.act("wu", closing.reopen, case, "答复有误")
    story.rest()
    assert story.request(case).reached_us_on == day("Mon 2026-03-09")
    answer(story, case, "更正：户籍地址为示例村5号")
    story.rest()
    assert story.content_of(story.sign(case)).outcome_reason == "更正：户籍地址为示例村5号"
    story.rest()
    assert story.stands(case) == "closed answered"


def test_a_day_off_that_is_ordered_later_moves_our_own_days(story: Story) -> None:
    case = registered(story)
    with story.house.database.transaction("order") as session:
        row = locked_by_reference(session, case)
        ours = open_counts.within(session, Reach())
        assert [(each.case_id, each.is_ours) for each in ours] == [(row.id, True)]
        assert due_dates(session, ours)[ours[0].request_id] == due_of(
            session, row, correspondence.open_request(session, row), None
        )


@pytest.mark.parametrize(
    "point",
    [
        *("taken_on:before-commit", "taken_on:after-commit", "drafted:after-commit"),
        *("acknowledged:before-commit", "acknowledged:after-commit"),
    ],
)
def test_a_worker_that_dies_while_acknowledging_leaves_one_acknowledgement(
    story: Story, point: str
) -> None:
    case = register(story)
    story.die_at(point)
    story.rest()
    assert story.stands(case) == "answer by zhou on Thu 2026-03-12"
    assert len(story.mail.accepted) == 1


@pytest.mark.parametrize(
    "point", ["waited:after-commit", "answered:before-commit", "answered:after-commit"]
)
def test_a_worker_that_dies_while_replying_leaves_one_reply(story: Story, point: str) -> None:
    case = registered(story)
    answer(story, case)
    story.rest()
    story.sign(case)
    if point == "waited:after-commit":
        story.turn()
        story.send()
    story.die_at(point)
    story.rest()
    assert story.stands(case) == "closed answered"
    assert len(story.mail.accepted) == 2
