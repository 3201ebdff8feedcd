"""Whole lives of a case, told day by day; every date can be checked with a wall calendar.

2026: off Sat 4 to Mon 6 April, Fri 1 to Tue 5 May; worked on Sat 9 May.
"""

from cases.operations import clock
from cases.store import offices
from cases.vocabulary.status import Verdict
from tests.rules.wall_calendar import day
from tests.story import Story, instant


def test_the_office_answers_after_the_first_letter(story: Story) -> None:
    case = story.open()
    story.live_until("Thu 2026-03-12 10:00")
    assert story.stands(case) == "climb by engine on Tue 2026-03-24"
    story.answer(case)
    story.rest()
    assert story.life(case) == [
        "Mon 2026-03-02 opened",
        "Mon 2026-03-02 asked",
        "Mon 2026-03-02 left",
        "Thu 2026-03-12 reply_recorded",
        "Thu 2026-03-12 reply_reviewed",
        "Thu 2026-03-12 closed",
        "Thu 2026-03-12 notified",
        "Thu 2026-03-12 left",
    ]
    assert story.stands(case) == "closed answered"
    assert len(story.mail.to("yz@office.example")) == 1
    assert len(story.mail.to("applicant@person.example")) == 1


def test_the_office_answers_after_the_second_reminder(story: Story) -> None:
    case = story.open()
    story.live_until("Wed 2026-04-01 10:00")
    story.live_until("Thu 2026-04-02 10:00")
    story.answer(case)
    story.rest()
    assert story.life(case) == [
        "Mon 2026-03-02 opened",
        "Mon 2026-03-02 asked",
        "Mon 2026-03-02 left",
        "Tue 2026-03-24 reminded",
        "Tue 2026-03-24 left",
        "Wed 2026-04-01 reminded",
        "Wed 2026-04-01 left",
        "Wed 2026-04-01 left",
        "Thu 2026-04-02 reply_recorded",
        "Thu 2026-04-02 reply_reviewed",
        "Thu 2026-04-02 closed",
        "Thu 2026-04-02 notified",
        "Thu 2026-04-02 left",
    ]
    assert len(story.mail.to("yx@office.example")) == 1, "the superior had one copy"


def test_nobody_ever_answers_and_the_manager_has_the_case(story: Story) -> None:
    case = story.open()
    story.live_until("Fri 2026-05-29 10:00")
    assert story.life(case)[7:] == [
        "Wed 2026-04-01 left",
        "Fri 2026-04-10 escalated",
        "Fri 2026-04-10 left",
        "Sat 2026-04-25 handed_to_manager",
    ]
    assert story.stands(case) == "decide by manager:XQ on Tue 2026-04-28"
    assert [message.recipient for message in story.mail.accepted] == [
        "yz@office.example",
        "yz@office.example",
        "yz@office.example",
        "yx@office.example",
        "yx@office.example",
    ]


def test_an_answer_that_comes_when_the_manager_has_the_case_still_closes_it(story: Story) -> None:
    case = story.open()
    story.live_until("Thu 2026-04-30 10:00")
    story.answer(case)
    story.rest()
    assert story.stands(case) == "closed answered"


def test_a_contested_refusal_climbs_on_to_the_superior(story: Story) -> None:
    case = story.open()
    story.live_until("Fri 2026-03-06 10:00")
    story.answer(case, Verdict.CONTESTED)
    story.live_until("Fri 2026-04-10 17:00")
    assert story.life(case)[-2:] == ["Fri 2026-04-10 escalated", "Fri 2026-04-10 left"]


def test_letters_name_the_letters_before_them_and_the_day_each_was_due(story: Story) -> None:
    case = story.open()
    story.live_until("Fri 2026-04-10 17:00")
    written = [(letter.kind.value, letter.number, letter.due_on) for letter in story.letters(case)]
    assert written == [
        ("request", "XQ函〔2026〕1号", day("Mon 2026-03-23")),
        ("reminder", "XQ函〔2026〕2号", day("Tue 2026-03-31")),
        ("second_reminder", "XQ函〔2026〕3号", day("Thu 2026-04-09")),
        ("escalation", "XQ函〔2026〕4号", None),
    ]


def test_a_reminder_due_at_midnight_leaves_in_our_office_hours(story: Story) -> None:
    case = story.open()
    story.live_until("Tue 2026-03-24 08:59")
    assert story.stands(case) == "send by engine on Tue 2026-03-24"
    assert len(story.mail.accepted) == 1
    story.live_until("Tue 2026-03-24 13:01")
    assert len(story.mail.accepted) == 2


def test_office_hours_are_those_of_our_own_zone(story: Story) -> None:
    """In Urumqi the office opens at nine, which is eleven in Beijing; the case climbs by the
    zone of the office that was asked."""
    with story.house.database.transaction("move") as session:
        offices.by_code(session, "XQ").zone = "Asia/Urumqi"
    story.open()
    story.live_until("Tue 2026-03-24 10:59")
    assert len(story.mail.accepted) == 1
    story.live_until("Tue 2026-03-24 15:01")
    assert len(story.mail.accepted) == 2


def test_an_answer_accepted_between_the_due_instant_and_the_climb_stops_the_reminder(
    story: Story,
) -> None:
    """The rung was found to be due, then the worker died; meanwhile a clerk took the answer."""
    case = story.open()
    story.rest()
    story.clock.at = instant("Tue 2026-03-24 00:00")
    story.die_at("waited:after-commit")
    story.answer(case)
    story.rest()
    assert story.stands(case) == "closed answered"
    assert [letter.kind.value for letter in story.letters(case)] == ["request", "closing_notice"]


def test_a_case_that_was_overtaken_so_is_replayed_without_a_mismatch(story: Story) -> None:
    case = story.open()
    story.rest()
    story.clock.at = instant("Tue 2026-03-24 00:00")
    story.die_at("waited:after-commit")
    story.answer(case)
    story.die_at("closed:before-commit")
    story.rest()
    assert story.stands(case) == "closed answered"


def test_days_granted_between_the_due_instant_and_the_hand_over_keep_the_case_from_the_manager(
    story: Story,
) -> None:
    case = story.open()
    story.live_until("Fri 2026-04-24 10:00")
    story.clock.at = instant("Sat 2026-04-25 00:00")
    story.die_at("waited:after-commit")
    story.act("wu", clock.extend, case, 2, "they telephoned")
    story.rest()
    assert story.stands(case) == "climb by engine on Wed 2026-04-29"
