"""Hostile browsers, words, files and floods at the reply page."""

import logging

import pytest

from cases.store import correspondence
from integrations.reply_page.guard import LARGEST_UPLOAD
from tests.reply_page.asked_office import CERTIFICATE, AskedOffice


def kinds(office: AskedOffice) -> list[str]:
    """Return what was journaled of the link."""
    entries = office.story.entries(office.case)
    return [entry.kind.value for entry in entries if entry.actor == "reply-link:YZ"]


def replies(office: AskedOffice) -> int:
    case_id = office.story.case(office.case).id
    with office.story.house.database.reading() as session:
        return len(correspondence.replies_of(session, case_id))


# -- browsers --------------------------------------------------------------------------------


def test_every_answer_forbids_scripts_frames_caches_and_telling_paths(office: AskedOffice) -> None:
    for answer in (office.get(office.path), office.get("/letter"), office.enter()):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert answer.headers["referrer-policy"] == "strict-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "<script" not in answer.text
        assert " style=" not in answer.text


def test_the_cookie_is_strict_and_for_this_host_alone(office: AskedOffice) -> None:
    cookie = office.enter().headers["set-cookie"].lower()
    assert cookie.startswith("__host-visit=")
    for part in ("httponly", "secure", "samesite=strict", "path=/"):
        assert part in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_page_is_refused(office: AskedOffice, headers: dict[str, str]) -> None:
    office.enter()
    answer = office.ask("POST", "/letter/accept", data={"form": "c" * 32}, headers=headers)
    assert answer.status_code == 403
    assert kinds(office) == ["link_opened"]


def test_another_name_of_the_host_is_refused(office: AskedOffice) -> None:
    assert office.get("/", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(office: AskedOffice, method: str) -> None:
    assert office.ask(method, "/letter").status_code == 405


def test_scripts_and_headers_in_what_is_written_stay_words(office: AskedOffice) -> None:
    evil = "<script>alert(1)</script>\r\nSet-Cookie: a=b"
    office.enter()
    shown = office.send("answer", evil + "x" * 800)
    assert shown.status_code == 422
    assert "<script" not in shown.text
    assert "&lt;script&gt;" in shown.text
    taken = office.send("partial", evil, signature='"><img src=x>')
    assert "set-cookie" not in taken.headers
    page = office.get(taken.headers["location"]).text
    assert "alert(" not in page
    for path in (
        "/%3Cscript%3Ealert(1)",
        "/letter/<script>",
        "/%0d%0aSet-Cookie:a=b",
        "/receipt/9",
    ):
        answer = office.get(path)
        assert answer.status_code == 404
        assert "alert(" not in answer.text
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "words",
    ["", "   ", "\x00", "a\x07", "字" * 801],
    ids=["none", "blanks", "nul", "bell", "too long"],
)
def test_words_that_cannot_be_kept_come_back_with_what_is_wrong(
    office: AskedOffice, words: str
) -> None:
    office.enter()
    answer = office.send("refuse", words)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert replies(office) == 0


# -- files and floods ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [b"<html><script>", b"%PDF-1.7 broken", b"MZ\x90\x00", b"\x89PNG\r\n\x1a\n" + b"\0" * 40],
    ids=["page", "broken PDF", "program", "broken picture"],
)
def test_a_hostile_file_is_refused_and_nothing_of_it_kept(office: AskedOffice, file: bytes) -> None:
    office.enter()
    answer = office.send("answer", "见附件", file=file)
    assert answer.status_code == 422
    assert "文件不能接收" in answer.text
    assert "见附件" in answer.text
    assert replies(office) == 0


def test_a_file_is_counted_in_pages_and_its_name_used_for_nothing(office: AskedOffice) -> None:
    office.enter()
    answer = office.send("answer", "", file=CERTIFICATE.read_bytes())
    assert "随附文件" in office.get(answer.headers["location"]).text


def test_a_body_that_is_too_large_is_refused_by_its_length_and_as_it_comes(
    office: AskedOffice,
) -> None:
    office.enter()
    told = {"content-length": str(LARGEST_UPLOAD + 1)}
    assert office.ask("POST", "/letter/answer", content=b"", headers=told).status_code == 413
    lied = {"content-length": "10", "content-type": "application/x-www-form-urlencoded"}
    flood = b"link=" + b"x" * 20_000
    assert office.ask("POST", "/enter", content=flood, headers=lied).status_code == 413
    endless = {"content-length": ""}
    assert office.ask("POST", "/enter", content=b"", headers=endless).status_code == 411


def test_more_files_and_fields_than_the_form_has_are_refused(office: AskedOffice) -> None:
    office.enter()
    many = {f"f{n}": (None, "x") for n in range(20)}
    assert office.ask("POST", "/letter/answer", files=many).status_code == 400
    assert replies(office) == 0


def test_an_address_that_asks_too_often_waits_and_others_do_not(office: AskedOffice) -> None:
    answers = [office.get("/").status_code for _ in range(130)]
    assert answers.count(429) == 10
    assert office.another().get("/").status_code == 200
    office.seconds_pass(60)
    assert office.get("/").status_code == 200


def test_no_log_line_holds_token_code_or_reference(
    office: AskedOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    office.get(office.path)
    office.enter(code="wrong")
    office.enter()
    office.send("answer", "答复", file=b"MZ")
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    assert not any(office.token in line or office.case in line for line in ours)
