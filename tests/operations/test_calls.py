"""Inquiries by telephone: what a clerk writes down, what it answers, who confirms it."""

from typing import Any

import pytest

from cases.operations import calls, replies
from cases.operations.calls import Said
from cases.store.tables.correspondence import Reply
from cases.store.tables.telephone import TelephoneCall
from cases.vocabulary.errors import CallIsConfirmed, InvalidValue, NotAllowed
from cases.vocabulary.status import Channel, Verdict
from tests.story import Story, instant

STRICT = "confirmed-by-telephone"
ASKED, ANSWERED = "是否已出具户籍情况证明", "已出具，三月十日寄出"


def called(story: Story, case: str, login: str = "zhou", **changes: Any) -> TelephoneCall:
    given: dict[str, Any] = {
        "number": "000-0000 0000",
        "called_at": story.clock.at,
        "spoke_with": "王工（合成）",
        "asked": ASKED,
        "answered": ANSWERED,
        "is_read_back": True,
        **changes,
    }
    call: TelephoneCall = story.act(login, calls.record, case, Said(**given))
    return call


def confirm(story: Story, case: str, call: TelephoneCall, login: str) -> None:
    def confirming(session: Any, actor: Any, row: Any, *, now: Any) -> None:
        again = session.get_one(TelephoneCall, call.id)
        calls.confirm(session, actor, row, again, now=now)

    story.act(login, confirming, case)


def strict(story: Story) -> str:
    """Open a case whose type wants a second clerk."""
    code = story.publish(STRICT, telephone={"needs_second_clerk": True})
    case = story.open(case_type=code)
    story.rest()
    return case


def test_one_call_answers_the_request_and_closes_the_case(story: Story) -> None:
    case = story.open()
    story.live_until("Tue 2026-03-10 10:00")
    call = called(story, case)
    assert call.is_reached
    assert call.is_directory_number
    assert call.called_by == "zhou"
    assert call.reply_id is not None
    reply = story.row(Reply, call.reply_id)
    assert (reply.channel, reply.summary) == (Channel.TELEPHONE, ANSWERED)
    assert story.stands(case) == "look by zhou on Fri 2026-03-13"
    story.review(case, Verdict.COMPLETE)
    story.rest()
    assert story.stands(case) == "closed answered"
    assert story.life(case)[-6:] == [
        "Tue 2026-03-10 called",
        "Tue 2026-03-10 reply_recorded",
        "Tue 2026-03-10 reply_reviewed",
        "Tue 2026-03-10 closed",
        "Tue 2026-03-10 notified",
        "Tue 2026-03-10 left",
    ]


def test_what_was_said_stands_in_the_erasable_part_of_the_journal_alone(story: Story) -> None:
    case = story.open()
    story.rest()
    called(story, case)
    entry = next(each for each in story.entries(case) if each.kind.value == "called")
    assert ANSWERED not in str(entry.result)
    assert story.personal(entry)["answered"] == ANSWERED


@pytest.mark.parametrize(
    ("changes", "is_reached"),
    [
        ({"spoke_with": "", "asked": "", "answered": "", "is_read_back": False}, False),
        ({"answered": "", "is_read_back": False}, True),
    ],
    ids=["nobody was reached", "who was reached could say nothing"],
)
def test_a_call_without_an_answer_is_an_attempt_and_the_waiting_goes_on(
    story: Story, changes: dict[str, Any], is_reached: bool
) -> None:
    case = story.open()
    story.rest()
    before = story.stands(case)
    call = called(story, case, **changes)
    assert (call.is_reached, call.reply_id) == (is_reached, None)
    assert story.stands(case) == before


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"number": "ask the porter"}, "not a telephone number"),
        ({"called_at": instant("Fri 2027-01-01 10:00")}, "not before"),
        ({"spoke_with": ""}, "who gave it"),
        ({"asked": " "}, "what was asked"),
        ({"answered": ""}, "read back"),
        ({"answered": "\x07"}, r"U\+0007"),
    ],
    ids=[
        "a number that nobody can dial",
        "a call to come",
        "an answer of nobody",
        "an answer to nothing",
        "nothing that could be read back",
        "words that cannot be kept",
    ],
)
def test_a_record_that_says_nothing_certain_is_refused(
    story: Story, changes: dict[str, Any], about: str
) -> None:
    case = story.open()
    story.rest()
    with pytest.raises(InvalidValue, match=about):
        called(story, case, **changes)
    assert "called" not in str(story.life(case))


def test_a_number_that_is_not_the_offices_own_is_marked(story: Story) -> None:
    case = story.open()
    story.rest()
    assert not called(story, case, number="000-11111111").is_directory_number


class TestASecondClerk:
    def test_where_the_type_asks_for_one_the_answer_ends_nothing_before(self, story: Story) -> None:
        case = strict(story)
        call = called(story, case)
        with pytest.raises(InvalidValue, match="second clerk"):
            story.review(case, Verdict.COMPLETE)
        assert story.stands(case).startswith("look by zhou")
        confirm(story, case, call, "wu")
        story.review(case, Verdict.COMPLETE)
        story.rest()
        assert story.stands(case) == "closed answered"

    def test_whoever_made_the_call_does_not_confirm_it(self, story: Story) -> None:
        case = strict(story)
        call = called(story, case)
        with pytest.raises(NotAllowed, match="a second clerk"):
            confirm(story, case, call, "zhou")

    def test_a_call_is_confirmed_once(self, story: Story) -> None:
        case = strict(story)
        call = called(story, case)
        confirm(story, case, call, "wu")
        with pytest.raises(CallIsConfirmed, match="wu confirmed"):
            confirm(story, case, call, "wu")

    def test_a_telephone_answer_without_a_record_of_the_call_ends_nothing(
        self, story: Story
    ) -> None:
        case = strict(story)
        story.act(
            "zhou",
            replies.record,
            case,
            channel=Channel.TELEPHONE,
            received_on=story.clock.at.date(),
        )
        with pytest.raises(InvalidValue, match="record of the call"):
            story.review(case, Verdict.REFUSAL)
        story.review(case, Verdict.NO_ANSWER)

    def test_an_answer_by_letter_needs_no_second_clerk(self, story: Story) -> None:
        case = strict(story)
        story.answer(case)
        story.rest()
        assert story.stands(case) == "closed answered"
