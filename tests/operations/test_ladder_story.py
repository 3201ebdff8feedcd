"""Whole lives of a case, told day by day; every date can be checked with a wall calendar.

2026: off Sat 4 to Mon 6 April, Fri 1 to Tue 5 May; worked on Sat 9 May.
"""

from cases.vocabulary.status import Verdict
from tests.story import Story


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
    print(story.life(case), story.stands(case))
    assert 0
