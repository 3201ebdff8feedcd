"""What taking in a message does to the cases: replies wake them, all else changes nothing."""

import pytest
from sqlmodel import select

from cases.store import documents
from cases.store.tables.correspondence import Letter
from cases.store.tables.mail import FiledMail
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import NotAllowed
from cases.vocabulary.mail import MailNature, MailPlace
from cases.vocabulary.status import Verdict
from integrations.mailbox.reader import MessageReader
from integrations.scans.paper import part_of
from tests.mailbox.letters_in import TOWN, message, reply_to, request_of
from tests.mailbox.post_office import PostOffice
from tests.settled_worlds import SettledWorlds


def reasons(office: PostOffice) -> list[str]:
    return [each.reason.value for each in office.tray()]


def test_the_same_message_again_changes_nothing_whatever_way_it_took(office: PostOffice) -> None:
    case = office.asked()
    content = office.answer(case)
    first = office.take(content)
    before = office.story.case(case).journal_seq
    again = office.take(b"Received: from relay.example by mx.example\r\n" + content)
    assert (first.is_known, again.is_known) == (False, True)
    assert again.mail.id == first.mail.id
    assert office.story.case(case).journal_seq == before
    assert len(office.replies(case)) == 1


def test_another_answer_with_the_same_message_id_is_not_lost(office: PostOffice) -> None:
    """Some programs give every message the same; a second answer is filed like any other."""
    case = office.asked()
    office.take(office.answer(case, message_id="<1@town.example>", text="部分办理"))
    office.take(office.answer(case, message_id="<1@town.example>", text="补充材料"))
    assert len(office.replies(case)) == 2


def test_a_clerk_still_looks_and_only_then_does_the_case_close(office: PostOffice) -> None:
    case = office.asked()
    office.take(office.answer(case))
    office.story.rest()
    assert office.story.stands(case).startswith("look by zhou")
    office.story.review(case, Verdict.COMPLETE)
    office.story.rest()
    assert office.story.stands(case) == "closed answered"


def test_an_answer_after_the_end_is_filed_and_the_clerk_told(office: PostOffice) -> None:
    case = office.asked()
    content = office.answer(case)
    office.story.answer(case)
    office.story.rest()
    office.take(content)
    assert [reply.is_surplus for reply in office.replies(case)] == [False, True]


def test_attached_pages_are_cleaned_for_the_clerk_and_the_original_is_kept(
    office: PostOffice, real_pdf: bytes
) -> None:
    case = office.asked()
    asked = request_of(office.story, case)
    content = message(to=str(asked["Reply-To"]), pdf=real_pdf, In_Reply_To=str(asked["Message-ID"]))
    office.take(content)
    (reply,) = office.replies(case)
    assert office.house.documents.get(reply.document, case_id=reply.case_id).startswith(b"%PDF")
    (filed,) = office.story.rows(select(FiledMail))
    assert office.house.documents.get(filed.document, case_id=filed.case_id) == content
    with office.house.database.reading() as session:
        named = set(documents.named(session))
    assert {(filed.document, filed.case_id), (reply.document, reply.case_id)} <= named


def test_one_message_to_the_addresses_of_two_cases_is_a_reply_of_both(office: PostOffice) -> None:
    cases = [office.asked(), office.asked()]
    asked = [request_of(office.story, case) for case in cases]
    content = message(to=", ".join(str(each["Reply-To"]) for each in asked))
    office.take(content)
    assert [len(office.replies(case)) for case in cases] == [1, 1]


def test_copies_delivered_to_two_of_our_addresses_are_one_reply_in_each_case(
    office: PostOffice,
) -> None:
    """Bcc: each copy knows its own address alone (Delivered-To)."""
    cases = [office.asked(), office.asked()]
    asked = [request_of(office.story, case)["Reply-To"].addresses[0].addr_spec for case in cases]
    content = message(to="undisclosed@town.example")
    for _ in range(3):
        for address in asked:
            office.take(f"Delivered-To: {address}\r\n".encode() + content)
    assert [len(office.replies(case)) for case in cases] == [1, 1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sender": "somebody@elsewhere.example"}, "foreign_sender"),
        ({"to": "hancha+abcdefgh@office.example"}, "unknown_tag"),
        ({"text": "关于HC-2026-000099-9，函复如下"}, "names_several"),
        ({"sender": f"{TOWN}, x@y.example"}, "foreign_sender"),
    ],
    ids=["a stranger", "a made-up tag", "another case in its words", "several senders"],
)
def test_what_is_not_certain_waits_with_the_case_that_it_may_be_about(
    office: PostOffice, changes: dict[str, str], reason: str
) -> None:
    case = office.asked()
    before = office.story.stands(case)
    taken = office.take(office.answer(case, **changes))
    assert taken.mail.place is MailPlace.TRAY
    (item,) = office.tray()
    assert (item.reason.value, item.guess) == (reason, case)
    assert office.house.documents.get(item.document, case_id=item.id)
    assert office.replies(case) == []
    assert office.story.stands(case) == before


def test_a_reference_in_words_alone_is_proposed_and_a_mistyped_one_too(office: PostOffice) -> None:
    case = office.asked()
    office.take(message(subject=f"关于{case}的复函"))
    office.take(message(text=f"贵处{case[:-3]}4-{case[-1]}号函收悉"))
    assert reasons(office) == ["reference_only", "reference_only"]
    assert {item.guess for item in office.tray()} == {case}


AUTOMATIC = [
    {"subject": "自动回复：外出开会"},
    {"Auto_Submitted": "auto-replied"},
    {"X_Auto_Response_Suppress": "All"},
    {"Precedence": "bulk"},
    {"List_Id": "<news.example>"},
    {"subject": "已读：协查函"},
    {"Return_Path": "<>"},
    {"sender": "hancha@office.example"},
]


def test_what_is_no_answer_is_kept_changes_nothing_and_is_answered_by_nothing(
    office: PostOffice,
) -> None:
    case = office.asked()
    before, sent = office.story.stands(case), len(office.story.rows(select(OutboxMessage)))
    natures = {office.take(office.answer(case, **each)).mail.nature for each in AUTOMATIC}
    office.story.rest()
    assert MailNature.LETTER not in natures
    assert {each.place for each in office.mails()} == {MailPlace.ASIDE}
    assert office.story.stands(case) == before
    assert office.replies(case) == []
    assert len(office.story.rows(select(OutboxMessage))) == sent
    kinds = [each.kind.value for each in office.story.entries(case)]
    assert kinds.count("mail_noted") == len(AUTOMATIC)


def test_what_our_server_found_of_the_sender_is_kept_and_a_forgery_waits(
    worlds: SettledWorlds, reader: MessageReader
) -> None:
    with worlds.story(mail_tags=True, mail_authserv_id="mx.office.example") as story:
        office = PostOffice(story, reader)
        first, second = office.asked(), office.asked()
        good = b"Authentication-Results: mx.office.example; spf=pass; dkim=pass; dmarc=pass\r\n"
        bad = b"Authentication-Results: mx.office.example; spf=fail; dmarc=fail (p=none)\r\n"
        proven = office.take(good + office.answer(first)).mail
        assert (proven.spf, proven.dkim, proven.dmarc) == ("pass", "pass", "pass")
        assert proven.place is MailPlace.FILED
        forged = office.take(bad + good + office.answer(second)).mail
        assert (forged.place, forged.dmarc) == (MailPlace.TRAY, "fail")
        assert reasons(office) == ["unproven_sender"]


def test_who_may_not_take_mail_in_is_refused(office: PostOffice) -> None:
    auditor = office.story.actor("audit")
    with pytest.raises(NotAllowed):
        office.intake.take_in(
            message(), source="hand", arrived_at=office.story.clock.now(), actor=auditor
        )


def test_a_letter_carries_a_tag_of_its_own_and_the_database_only_its_hash(
    office: PostOffice,
) -> None:
    cases = [office.asked(), office.asked()]
    tags = {str(request_of(office.story, case)["Reply-To"]) for case in cases}
    assert len(tags) == 2
    with office.house.database.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT hash FROM reply_tag").scalars().all()
    assert len(kept) == 2
    assert not any(hash_ in address for hash_ in kept for address in tags)


def test_a_message_in_the_thread_alone_is_filed_where_our_server_takes_no_tags(
    worlds: SettledWorlds, reader: MessageReader
) -> None:
    with worlds.story() as story:
        office = PostOffice(story, reader)
        case = office.asked()
        asked = request_of(story, case)
        assert asked["Reply-To"] is None
        office.take(reply_to(asked))
        assert len(office.replies(case)) == 1


def page_of(office: PostOffice, case: str, page: int) -> bytes:
    """Return one page of the case's request as a PDF, as an office scans and attaches it."""
    letter = office.story.letters(case)[0]
    pdf = office.house.documents.get(letter.document, case_id=letter.case_id)
    return part_of(pdf, page - 1, page)


def test_the_code_on_an_attached_slip_files_an_answer_that_names_nothing_else(
    office: PostOffice,
) -> None:
    case = office.asked()
    slip = page_of(office, case, office.story.letters(case)[0].pages)
    office.take(message(pdf=slip))
    assert len(office.replies(case)) == 1


def test_the_slip_of_another_case_in_an_answer_keeps_it_from_both(office: PostOffice) -> None:
    one, other = office.asked(), office.asked()
    asked = request_of(office.story, one)
    slip = page_of(office, other, office.story.letters(other)[0].pages)
    office.take(message(to=str(asked["Reply-To"]), pdf=slip))
    assert reasons(office) == ["names_several"]
    assert (office.replies(one), office.replies(other)) == ([], [])


def test_a_page_of_a_joint_letter_files_nothing_though_it_carries_the_code_of_one_case(
    office: PostOffice,
) -> None:
    """The answer may be about any of the cases that the letter lists."""
    case = office.asked()
    letter = office.story.letters(case)[0]
    with office.house.database.transaction("joint") as session:
        session.get_one(Letter, letter.id).is_joint = True
    asked = request_of(office.story, case)
    office.take(message(to=str(asked["Reply-To"]), pdf=page_of(office, case, letter.pages)))
    assert reasons(office) == ["names_several"]
    assert office.replies(case) == []
