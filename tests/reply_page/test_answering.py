"""An office answers by the link in its letter, and the case wakes."""

import io

import pytest
from pypdf import PdfReader
from sqlmodel import select

from cases.rules.page_code import PageCode, read_page_code
from cases.store import correspondence
from cases.store.tables.correspondence import Reply
from cases.store.tables.reply_link import ReplyLink
from cases.vocabulary.status import Channel, RequestStatus, Verdict
from tests.reply_page.asked_office import CERTIFICATE, AskedOffice, ReplyPages, printed, qr_codes


def replies(office: AskedOffice) -> list[Reply]:
    with office.story.house.database.reading() as session:
        return list(correspondence.replies_of(session, office.story.case(office.case).id))


def test_a_certificate_sent_by_the_link_wakes_the_case_and_closes_it(office: AskedOffice) -> None:
    story = office.story
    office.read_the_paper()
    assert office.get(office.path).status_code == 200
    assert office.enter().headers["location"] == "/letter"
    number = office.receipt(office.send("answer", "证明随附。", file=CERTIFICATE.read_bytes()))
    assert number == f"{office.case}/R1"
    assert story.stands(office.case).startswith("look by zhou")
    (reply,) = replies(office)
    assert (reply.channel, reply.recorded_by) == (Channel.LINK, "reply-link:YZ")
    document = story.house.documents.get(reply.document, case_id=reply.case_id)
    assert document.startswith(b"%PDF")
    story.review(office.case, Verdict.COMPLETE)
    story.rest()
    assert story.stands(office.case) == "closed answered"


@pytest.mark.parametrize(
    ("act", "verdict", "status"),
    [
        ("partial", Verdict.PARTIAL, RequestStatus.AWAITING_REPLY),
        ("refuse", Verdict.REFUSAL, RequestStatus.ANSWERED),
        ("refuse", Verdict.CONTESTED, RequestStatus.AWAITING_REPLY),
        ("forward", Verdict.NO_ANSWER, RequestStatus.AWAITING_REPLY),
    ],
)
def test_what_is_said_by_the_link_waits_for_a_clerk_who_judges_it(
    office: AskedOffice, act: str, verdict: Verdict, status: RequestStatus
) -> None:
    office.enter()
    office.receipt(office.send(act, "样本县丙镇人民政府，3月2日"))
    assert office.story.stands(office.case).startswith("look by zhou")
    assert office.story.request(office.case).status is RequestStatus.AWAITING_REPLY
    office.story.review(office.case, verdict)
    assert office.story.request(office.case).status is status


def test_a_question_stops_the_clock_from_the_day_it_was_asked(office: AskedOffice) -> None:
    office.enter()
    office.send("ask", "请补充申请人户籍地址。")
    office.story.live_until("Thu 2026-03-05 10:00")
    office.story.review(office.case, Verdict.QUESTION)
    request = office.story.request(office.case)
    with office.story.house.database.reading() as session:
        stop = correspondence.running_stop(session, request.id)
    assert stop is not None
    assert f"{stop.since:%a %F}" == "Mon 2026-03-02"


def test_an_acceptance_is_measured_apart_and_answers_nothing(office: AskedOffice) -> None:
    office.enter()
    first = office.receipt(office.send("accept"))
    assert office.receipt(office.send("accept", key="a" * 32)) == first
    assert replies(office) == []
    assert office.story.request(office.case).accepted_at == office.story.clock.now()
    assert office.story.life(office.case)[-3:] == [
        "Mon 2026-03-02 link_opened",
        "Mon 2026-03-02 accepted",
        "Mon 2026-03-02 receipt_given",
    ]
    assert "/letter/accept" not in office.get("/letter").text


def test_several_things_are_said_one_after_the_other_until_the_last_word(
    office: AskedOffice,
) -> None:
    office.enter()
    numbers = [office.receipt(office.send(act, "内容")) for act in ("accept", "partial", "answer")]
    assert numbers == [f"{office.case}/R{n}" for n in (1, 2, 3)]
    page = office.get("/letter").text
    assert all(number in page for number in numbers)
    assert "最后答复" in page
    assert "/letter/answer" not in page


def test_the_same_form_sent_twice_is_one_reply_and_one_receipt(office: AskedOffice) -> None:
    office.enter()
    key = office.form_of("partial")
    first, second = (office.receipt(office.send("partial", "一", key=key)) for _ in range(2))
    assert first == second
    assert len(replies(office)) == 1


def test_a_summary_keeps_what_kind_of_answer_it_is_and_who_gave_it(office: AskedOffice) -> None:
    office.enter()
    office.send("refuse", "不符合条件。", signature="王示例 000-00000000")
    (reply,) = replies(office)
    assert reply.summary == "〔不予办理 refuse〕：不符合条件。（王示例 000-00000000）"


def test_an_answer_after_the_case_was_answered_by_post_is_filed_as_surplus(
    office: AskedOffice,
) -> None:
    office.story.answer(office.case, channel=Channel.POST)
    office.story.rest()
    office.enter()
    office.receipt(office.send("answer", "再次答复"))
    assert [reply.is_surplus for reply in replies(office)] == [False, True]


def test_english_is_spoken_from_the_door_to_the_receipt(pages: ReplyPages) -> None:
    office = pages.asked()
    assert "Enter the reference" in office.get(office.path + "?lang=en").text
    office.enter(lang="en")
    assert "Answer a part" in office.get("/letter").text
    answer = office.send("refuse", "Not within our competence.")
    page = office.get(answer.headers["location"]).text
    assert "Receipt" in page
    assert "refused" in page
    assert "样本县" not in page


def test_without_a_public_address_no_letter_prints_a_link(pages: ReplyPages) -> None:
    story = pages.story
    story.house.settings = story.house.settings.model_copy(update={"reply_page_url": ""})
    case = story.open()
    story.rest()
    pdf, count = printed(story, case)
    assert all(isinstance(read_page_code(text), PageCode) for text in qr_codes(pdf, count))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert not any(word in text for word in ("reply.xinqiao", "校验码", "二维码"))
    assert story.rows(select(ReplyLink)) == []
