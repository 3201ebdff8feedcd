"""Who has no letter learns nothing by the reply page; who has one says each thing once."""

import re
import threading
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from cases.operations import reply_links
from cases.rules.reply_link import ALPHABET, MOST_TRIES, in_groups, typed_token
from cases.store import correspondence
from cases.store.tables.reply_link import ReplyLink
from cases.vocabulary.errors import InvalidValue, NotAllowed
from integrations.reply_page.visits import LASTS
from tests.reply_page.asked_office import AskedOffice, ReplyPages

PERSONAL = ("林小禾", "1101", "applicant@person.example", "户籍情况证明")
NOT_A_LINK = "ZZZZZZZZZZZZZZZZZZZZ"


def kinds(office: AskedOffice) -> list[str]:
    """Return what was journaled of the link."""
    entries = office.story.entries(office.case)
    return [entry.kind.value for entry in entries if entry.actor == "reply-link:YZ"]


def replies(office: AskedOffice) -> int:
    case_id = office.story.case(office.case).id
    with office.story.house.database.reading() as session:
        return len(correspondence.replies_of(session, case_id))


# -- before the second factor ----------------------------------------------------------------


def test_the_first_page_is_the_same_for_a_link_that_is_and_one_that_is_not(
    office: AskedOffice,
) -> None:
    real, guessed = office.get(office.path).text, office.get(f"/{NOT_A_LINK}").text
    assert real.replace(in_groups(office.token), in_groups(NOT_A_LINK)) == guessed


def test_before_the_second_factor_nothing_of_the_case_is_shown_and_no_cookie_set(
    office: AskedOffice,
) -> None:
    pages = [office.get(office.path), office.get("/"), office.enter(code="000000x")]
    pages += [office.get(path) for path in ("/letter", "/letter/answer", "/receipt/1")]
    for page in pages:
        assert not any(word in page.text for word in (*PERSONAL, office.case, "新桥", "样本县"))
        assert "set-cookie" not in page.headers


@pytest.mark.parametrize("path", ["/letter", "/letter/answer", "/receipt/1"])
def test_pages_behind_the_second_factor_ask_for_it(office: AskedOffice, path: str) -> None:
    assert office.get(path).status_code == 401
    assert office.get(path, headers={"cookie": "__Host-visit=guessed"}).status_code == 401


def test_after_it_no_page_shows_a_fact_about_the_person(office: AskedOffice) -> None:
    office.enter()
    sent = office.send("partial", "一部分")
    for path in ("/letter", "/letter/answer", sent.headers["location"]):
        page = office.get(path)
        assert page.status_code == 200
        assert not any(word in page.text for word in PERSONAL[:3])


# -- guessing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "wrong"},
        {"reference": "HC-2026-999999-0"},
        {"reference": "nothing"},
        {"link": NOT_A_LINK},
    ],
    ids=["wrong code", "another reference", "no reference", "no such link"],
)
def test_a_wrong_guess_is_told_nothing(office: AskedOffice, changes: dict[str, str]) -> None:
    answer = office.enter(**changes)
    assert answer.status_code == 422
    assert "不相符" in answer.text
    assert not office.cookies


def test_five_wrong_codes_block_the_link_even_for_who_then_knows_the_right_one(
    office: AskedOffice,
) -> None:
    for _ in range(MOST_TRIES):
        office.enter(code="wrong")
    assert office.enter().status_code == 422
    assert kinds(office) == ["link_tried"] * MOST_TRIES
    entries = office.story.entries(office.case)
    assert entries[-1].result == {"is_blocked": True}


def test_the_right_code_lets_the_tries_begin_again(office: AskedOffice) -> None:
    for _ in range(2):
        for _ in range(MOST_TRIES - 1):
            office.enter(code="wrong")
        office.seconds_pass(3600)
        assert office.enter().status_code == 303
    assert kinds(office).count("link_opened") == 1


def test_who_guesses_at_many_links_is_slowed_down(office: AskedOffice) -> None:
    answers = [office.enter(link=NOT_A_LINK).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    office.seconds_pass(61)
    assert office.enter().status_code == 303


def test_another_cases_link_and_code_open_nothing_of_this_one(pages: ReplyPages) -> None:
    one, other = pages.asked(), pages.asked(applicant_name="李示例")
    for changes in (
        {"link": other.token},
        {"code": other.code},
        {"reference": other.case},
        {"link": other.token, "code": other.code},
        {"reference": other.case, "code": other.code},
    ):
        assert one.enter(**changes).status_code == 422
    one.enter()
    other.enter()
    key = one.form_of("answer")
    other.send("answer", "答复", key=key)
    assert (replies(one), replies(other)) == (0, 1)


def test_the_database_holds_neither_token_nor_code(office: AskedOffice) -> None:
    kept = repr(office.story.rows(select(ReplyLink)))
    assert office.token not in kept
    assert office.code not in re.findall(r"\d{6,}", kept)


@given(st.text(ALPHABET, min_size=20, max_size=20))
def test_a_token_is_read_as_people_type_it(token: str) -> None:
    typed = in_groups(token).lower().replace("0", "o").replace("1", "l")
    assert typed_token(f" {typed} ") == token


# -- no longer -------------------------------------------------------------------------------


def test_a_spent_link_says_so_and_the_try_is_journaled(office: AskedOffice) -> None:
    office.enter()
    early = office.form_of("partial")
    office.send("answer", "全部答复")
    late = office.send("partial", "还有", key=early)
    assert late.status_code == 410
    assert "最后答复" in late.text
    assert replies(office) == 1
    assert kinds(office)[-1] == "link_refused"
    again = office.another()
    assert again.enter().status_code == 303
    assert f"{office.case}/R1" in again.get("/letter").text


def test_an_expired_link_takes_nothing(office: AskedOffice) -> None:
    office.story.clock.at += timedelta(days=181)
    office.enter()
    assert "已经过期" in office.get("/letter").text
    assert office.send("answer", "迟到", key="b" * 32).status_code == 410
    assert replies(office) == 0


def test_a_link_that_a_clerk_took_back_takes_nothing(office: AskedOffice) -> None:
    assert office.story.act("zhou", reply_links.revoke, office.case, "函件遗失") == 1
    office.enter()
    assert office.send("answer", "答复", key="b" * 32).status_code == 410
    with pytest.raises(InvalidValue, match="no reply link"):
        office.story.act("zhou", reply_links.revoke, office.case, "再次")
    with pytest.raises(NotAllowed):
        office.story.act("audit", reply_links.revoke, office.case, "无权")


def test_two_people_who_answer_at_once_give_one_last_word(office: AskedOffice) -> None:
    people = [office, office.another()]
    for person in people:
        person.enter()
    keys = [person.form_of("answer") for person in people]
    codes: list[int] = []

    def answer(person: AskedOffice, key: str) -> None:
        codes.append(person.send("answer", "答复", key=key).status_code)

    threads = [
        threading.Thread(target=answer, args=pair) for pair in zip(people, keys, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 410]
    assert replies(office) == 1


def test_a_visit_ends_by_itself_and_when_it_is_left(office: AskedOffice) -> None:
    office.enter()
    office.seconds_pass(LASTS - 1)
    assert office.get("/letter").status_code == 200
    office.seconds_pass(LASTS + 1)
    assert office.get("/letter").status_code == 401
    office.enter()
    cookies = dict(office.cookies)
    office.ask("POST", "/leave")
    office.cookies = cookies
    assert office.get("/letter").status_code == 401
