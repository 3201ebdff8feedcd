"""Sign-off (签发): none, standing, each; the flow waits, and a reply meanwhile voids the draft."""

from typing import Any

import pytest

from cases.operations import closing, letters
from cases.vocabulary.errors import LetterIsSigned, NotAllowed, UnknownLetter
from cases.vocabulary.status import LetterStatus, Verdict
from tests.story import Story

EACH = dict.fromkeys(
    ("request", "reminder", "second_reminder", "escalation", "closing_notice"), "each"
)
STANDING = {**dict.fromkeys(EACH, "standing"), "closing_notice": "none"}
HOME, APPLICANT = "yz@office.example", "applicant@person.example"


@pytest.fixture
def signed_each(story: Story) -> str:
    """Open a case whose letters all wait for a signature of their own."""
    case = story.open(case_type=story.publish("signed-each", sign_off=EACH))
    story.rest()
    return case


@pytest.fixture
def reminder_unsigned(story: Story) -> str:
    """Open a case whose reminder waits for the manager since Tue 2026-03-24."""
    kind = story.publish("signed-later", sign_off={**STANDING, "reminder": "each"})
    case = story.open(case_type=kind)
    story.live_until("Tue 2026-03-24 10:00")
    return case


def of_case(story: Story, case: str) -> list[tuple[str, str, str]]:
    return [(row.kind.value, row.status.value, row.number) for row in story.letters(case)]


def test_a_letter_that_is_not_signed_waits_and_carries_no_number(
    story: Story, signed_each: str
) -> None:
    assert story.stands(signed_each) == "sign by manager:XQ on Thu 2026-03-05"
    assert of_case(story, signed_each) == [("request", "drafted", "")]
    story.live_until("Mon 2026-03-30 10:00")
    assert story.mail.accepted == []


def test_signed_it_gets_number_and_date_of_the_signature_and_leaves(
    story: Story, signed_each: str
) -> None:
    story.live_until("Wed 2026-03-04 10:00")
    letter = story.sign(signed_each)
    assert (letter.number, letter.signed_by) == ("XQ函〔2026〕1号", "wu")
    story.rest()
    assert len(story.mail.to(HOME)) == 1
    # Fifteen working days from Wed 2026-03-04.
    assert story.stands(signed_each) == "climb by engine on Thu 2026-03-26"


def test_the_manager_signs_each_letter_of_a_whole_life(story: Story, signed_each: str) -> None:
    story.sign(signed_each)
    story.live_until("Wed 2026-03-25 10:00")
    assert story.stands(signed_each) == "sign by manager:XQ on Fri 2026-03-27"
    story.sign(signed_each)
    story.live_until("Thu 2026-03-26 17:00")
    story.answer(signed_each)
    story.rest()
    assert story.mail.to(APPLICANT) == []
    story.sign(signed_each)
    story.rest()
    assert len(story.mail.to(APPLICANT)) == 1
    assert story.stands(signed_each) == "closed answered"
    assert [number for _, _, number in of_case(story, signed_each)] == [
        "XQ函〔2026〕1号",
        "XQ函〔2026〕2号",
        "XQ函〔2026〕3号",
    ]


def test_only_a_manager_signs_and_only_what_waits(story: Story, signed_each: str) -> None:
    with pytest.raises(NotAllowed, match="manager"):
        story.sign(signed_each, login="zhou")
    story.sign(signed_each)
    with pytest.raises(UnknownLetter, match="no letter that waits"):
        story.sign(signed_each)


def test_a_draft_sent_back_keeps_the_comment_and_goes_on_waiting(
    story: Story, signed_each: str
) -> None:
    send_back(story, signed_each, "name the certificate in full")
    story.rest()
    assert story.letters(signed_each)[0].comment == "name the certificate in full"
    assert story.stands(signed_each) == "sign by manager:XQ on Thu 2026-03-05"
    with pytest.raises(NotAllowed):
        send_back(story, signed_each, "I would word it otherwise", login="zhou")


def test_a_reply_while_the_reminder_waits_is_looked_at_first(
    story: Story, reminder_unsigned: str
) -> None:
    assert story.stands(reminder_unsigned) == "sign by manager:XQ on Fri 2026-03-27"
    story.reply(reminder_unsigned)
    assert story.stands(reminder_unsigned) == "look by zhou on Fri 2026-03-27"


def test_a_complete_answer_voids_the_draft_that_waits(story: Story, reminder_unsigned: str) -> None:
    story.answer(reminder_unsigned)
    story.rest()
    assert story.stands(reminder_unsigned) == "closed answered"
    assert of_case(story, reminder_unsigned) == [
        ("request", "left", "XQ函〔2026〕1号"),
        ("reminder", "void", ""),
        ("closing_notice", "left", ""),
    ]
    assert len(story.mail.to(HOME)) == 1


def test_after_a_partial_answer_the_draft_waits_for_its_signature_again(
    story: Story, reminder_unsigned: str
) -> None:
    story.answer(reminder_unsigned, Verdict.PARTIAL)
    story.rest()
    assert story.stands(reminder_unsigned) == "sign by manager:XQ on Fri 2026-03-27"
    story.sign(reminder_unsigned)
    story.live_until("Tue 2026-03-24 17:00")
    assert len(story.mail.to(HOME)) == 2


def test_a_complete_answer_before_the_request_is_signed_closes_the_case(
    story: Story, signed_each: str
) -> None:
    story.answer(signed_each)
    story.rest()
    story.sign(signed_each)
    story.rest()
    assert story.mail.to(HOME) == []
    assert of_case(story, signed_each)[0] == ("request", "void", "")
    assert story.stands(signed_each) == "closed answered"


def test_a_withdrawal_voids_the_draft(story: Story, signed_each: str) -> None:
    story.act("zhou", closing.withdraw, signed_each, "no longer needed")
    story.rest()
    assert of_case(story, signed_each) == [
        ("request", "void", ""),
        ("closing_notice", "drafted", ""),
    ]
    with_the_manager = story.sign(signed_each)
    assert with_the_manager.kind.value == "closing_notice"


def test_a_letter_is_issued_once(story: Story) -> None:
    case = story.open()
    story.rest()
    letter = story.letters(case)[0]
    assert letter.status is LetterStatus.LEFT
    nothing = letters.Production(document="", subject="", pages=1, copies=())

    def issue_again(session: Any, _actor: Any, row: Any, *, now: Any) -> None:
        letters.issue(session, row, letter, nothing, now=now)

    with pytest.raises(LetterIsSigned, match=f"request of {case} is left"):
        story.act("wu", issue_again, case)


def send_back(story: Story, case: str, comment: str, login: str = "wu") -> None:
    def back(session: Any, actor: Any, row: Any, *, now: Any) -> None:
        letters.send_back(session, actor, row, comment, now)

    story.act(login, back, case)
