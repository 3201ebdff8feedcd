"""Two offices deal with each other over a folder; told as their clerks would."""

from cases.operations import dispatch
from cases.store import correspondence, exchange, outbox
from cases.vocabulary.status import Verdict
from tests.exchange.neighbours import ANSWER, Neighbours
from tests.world import START


def test_a_request_becomes_a_case_there_and_its_reply_wakes_ours(two: Neighbours) -> None:
    west, east = two.west.story, two.east.story
    for side in (two.west, two.east):  # With the real, limited reader of strangers' papers.
        side.use_the_real_reader()
    asked, theirs = two.asked()
    assert west.life(asked) == [
        "Mon 2026-03-02 opened",
        "Mon 2026-03-02 asked",
        "Mon 2026-03-02 left",
        "Mon 2026-03-02 accepted",
    ]
    assert east.life(theirs)[:4] == [
        "Mon 2026-03-02 opened",
        "Mon 2026-03-02 taken_on",
        "Mon 2026-03-02 acknowledged",
        "Mon 2026-03-02 left",
    ]
    assert west.letters(asked)[0].received_basis == "recorded"
    two.answer(theirs)
    two.exchange()
    assert east.stands(theirs) == "closed answered"
    assert west.stands(asked).startswith("look by zhou")
    west.review(asked, Verdict.COMPLETE)
    west.rest()
    assert west.stands(asked) == "closed answered"
    assert west.mail.to("yz@office.example") == east.mail.accepted == [], "no mail went"
    assert two.west.files() == two.east.files() == [], "nothing lies about"


def test_the_reply_has_the_words_and_the_letter(two: Neighbours) -> None:
    asked, theirs = two.asked()
    two.answer(theirs)
    two.exchange()
    house = two.west.story.house
    with house.database.reading() as session:
        reply = correspondence.replies_of(session, two.west.story.case(asked).id)[0]
    assert reply.channel == "platform"
    assert ANSWER.rstrip("。") in reply.summary
    assert house.documents.get(reply.document, case_id=reply.case_id).startswith(b"%PDF")


def test_a_reminder_reaches_the_clerk_there_and_no_second_case(two: Neighbours) -> None:
    _asked, theirs = two.asked()
    two.west.story.live_until("Tue 2026-03-24 17:00")
    two.east.story.clock.at = two.west.story.clock.at
    two.exchange()
    assert two.east.cases() == [theirs]
    assert two.east.story.stands(theirs).startswith("look by zheng")


def test_what_the_partner_refuses_comes_back_with_its_reason_and_goes_again(
    two: Neighbours,
) -> None:
    east = two.east.story
    with east.house.database.transaction("leave") as session:
        exchange.partner(session, "west").clerk = "audit"
    case = two.ask()
    two.exchange()
    message = two.west.story.outbox(case)[0]
    assert message.status == "given_up"
    assert "works no cases" in message.last_error
    assert two.west.story.stands(case).startswith("repair_dispatch by zhou")
    with east.house.database.transaction("come") as session:
        exchange.partner(session, "west").clerk = "zheng"
    with two.west.story.house.database.transaction("retry") as session:
        again = outbox.get(session, message.id)
        dispatch.retry(session, two.west.story.actor("zhou"), again, now=START)
    two.exchange()
    assert len(two.east.cases()) == 1
    assert two.west.story.outbox(case)[0].status == "sent"


def test_an_office_without_a_partner_is_written_to_by_mail(two: Neighbours) -> None:
    two.ask(home_office="BZ")
    two.west.story.rest()
    assert len(two.west.story.mail.to("bz@office.example")) == 1


def test_without_a_name_nothing_is_exchanged(two: Neighbours) -> None:
    house = two.west.story.house
    house.settings = house.settings.model_copy(update={"exchange_name": ""})
    two.ask()
    two.exchange()
    assert two.west.files() == []
