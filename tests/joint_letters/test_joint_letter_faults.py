"""The mail room's computer dies at every point of printing a batch; then it is done again."""

import pytest

from tests.joint_letters.paper_days import PaperDays
from tests.outside_world import PowerCut

POINTS = [
    "number-joint-letters:before-commit",
    "number-joint-letters:after-commit",
    "joint-letter:written",
    "close-batch:before-commit",
]
NAMES = ("林小禾", "陈安", "黄一鸣")


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_it_prints_there_is_one_letter_one_number_and_one_entry_for_each_case(
    days: PaperDays, point: str
) -> None:
    cases = days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    code = days.gather()
    days.story.power.cut_at = point
    with pytest.raises(PowerCut):
        days.print(code)
    assert [days.seen_in(case) for case in cases] == [[], [], []]
    assert days.print(code).letters == 1
    assert [days.seen_in(case) for case in cases] == [["XQ函〔2026〕4号"]] * 3
    assert days.numbers() == [(1, ""), (2, ""), (3, ""), (4, "")]
    assert len(days.joint()) == 1


def test_killed_after_it_was_closed_the_same_paper_is_printed(days: PaperDays) -> None:
    cases = days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    code = days.gather()
    days.story.power.cut_at = "close-batch:after-commit"
    with pytest.raises(PowerCut):
        days.print(code)
    assert days.papers(code).lines[0].references == tuple(sorted(cases))
    days.posted(code)
    assert [days.seen_in(case) for case in cases] == [["XQ函〔2026〕4号"]] * 3


def test_an_answer_between_writing_and_closing_is_not_listed_and_the_number_is_kept(
    days: PaperDays,
) -> None:
    first, answered, last = days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    code = days.gather()
    days.story.on_point("joint-letter:written", lambda: days.story.answer(answered))
    [line] = days.print(code).lines
    assert (line.numbers, line.references) == (("XQ函〔2026〕4号",), (first, last))
    assert answered not in "".join(days.printed(code))
    assert days.numbers() == [(1, ""), (2, ""), (3, ""), (4, "")]


def test_killed_after_the_number_it_lists_what_is_overdue_when_it_is_done_again(
    days: PaperDays,
) -> None:
    first, answered, last = days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    code = days.gather()
    days.story.power.cut_at = "joint-letter:written"
    with pytest.raises(PowerCut):
        days.print(code)
    days.story.answer(answered)
    assert days.print(code).lines[0].references == (first, last)
    assert days.numbers() == [(1, ""), (2, ""), (3, ""), (4, "")]


def test_a_worker_killed_while_it_collects_a_reminder_collects_it_once(days: PaperDays) -> None:
    [case] = days.asked("林小禾")
    days.story.clock.at = days.story.next_instant() or days.story.clock.at
    days.story.die_at("reminded:before-commit")
    days.story.live_until("Fri 2026-03-27 09:00")
    assert len(days.reminders(case)) == 1
    assert days.day() is not None
    assert days.seen_in(case) == ["XQ函〔2026〕2号"]
