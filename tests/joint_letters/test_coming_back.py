"""Letters on paper that come back: joined anew, each case once, none before what it reminds of."""

from cases.operations import returns
from cases.store import outbox
from tests.joint_letters.paper_days import PaperDays

NAMES = ("林小禾", "陈安", "黄一鸣")


def test_a_joint_letter_that_came_back_counts_for_all_its_cases_and_they_are_joined_anew(
    days: PaperDays,
) -> None:
    cases = days.asked(*NAMES)
    days.story.live_until("Fri 2026-03-27 09:00")
    first = days.day()
    assert first is not None
    days.come_back(cases[1])
    for case in cases:
        assert days.story.life(case)[-1].endswith("returned")
        assert days.story.stands(case).startswith("repair_dispatch by zhou")
        assert days.reminders(case)[0].received_on is None
    days.story.answer(cases[0])
    days.mend("YZ", "示例省示例市示例路2号")
    days.story.live_until("Mon 2026-03-30 10:00")
    days.day()
    assert [days.seen_in(case) for case in cases] == [
        ["XQ函〔2026〕4号"],
        ["XQ函〔2026〕4号", "XQ函〔2026〕5号"],
        ["XQ函〔2026〕4号", "XQ函〔2026〕5号"],
    ]
    assert [number for number in days.numbers() if number[1]] == []  # Each was on paper.
    assert cases[0] in "".join(days.printed(first))  # Printed again, it is what it was.


def test_a_letter_that_came_back_from_the_right_address_goes_again(days: PaperDays) -> None:
    case = days.open()
    days.story.rest()
    days.day()
    days.come_back(case)
    days.confirm("YZ")
    days.story.live_until("Tue 2026-03-03 10:00")
    code = days.gather()
    assert days.print(code).lines[0].references == (case,)
    days.posted(code)
    assert days.story.stands(case).startswith("climb by engine")


def test_a_reminder_waits_until_the_letter_that_it_reminds_of_has_gone_again(
    days: PaperDays,
) -> None:
    case, other = days.asked("林小禾", "陈安")
    days.story.live_until("Fri 2026-03-27 09:00")
    request = days.messages(case)[0]
    with days.story.house.database.transaction("returned") as session:
        row = outbox.get(session, request.id)
        returns.record_returned(session, days.mail, row, "退件", now=days.story.clock.now())
    [line] = days.print(days.gather()).lines
    assert line.references == (other,)
