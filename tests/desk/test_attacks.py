"""What other pages and hostile texts try at the desk, each once."""

import re

import pytest

from integrations.desk.guard import LARGEST_BODY
from integrations.desk.visits import safe_path
from tests.desk.browser import ORIGIN, Browser, DeskOf
from tests.story import Story

SCRIPT = "<script>alert(1)</script>"
EVIL = "https://evil.example"


@pytest.fixture
def of(story: Story) -> DeskOf:
    return DeskOf(story)


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"origin": ORIGIN, "sec-fetch-site": "same-origin"}, True),
        ({"origin": ORIGIN, "sec-fetch-site": ""}, False),
        ({"origin": EVIL, "sec-fetch-site": "cross-site"}, False),
        ({"origin": EVIL, "sec-fetch-site": "same-origin"}, False),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, False),
        ({"origin": ORIGIN, "sec-fetch-site": "same-site"}, False),
        ({"origin": ORIGIN, "sec-fetch-site": "none"}, False),
        ({"origin": ORIGIN + ".evil.example", "sec-fetch-site": "same-origin"}, False),
    ],
    ids=str,
)
def test_only_a_page_of_the_desk_may_write(
    of: DeskOf, story: Story, headers: dict[str, str], passes: bool
) -> None:
    case = story.open()
    answer = of.browser("zhou").post(
        f"/cases/{case}/acts/withdraw", data={"reason": "forged"}, headers=headers
    )
    assert answer.status_code == (303 if passes else 403)
    assert (story.case(case).closed_at is not None) is passes


def test_a_write_without_any_word_on_where_it_comes_from_is_refused(of: DeskOf) -> None:
    browser = of.browser("zhou")
    answer = browser.ask("POST", "/sign-out", headers={"origin": "", "sec-fetch-site": ""})
    assert answer.status_code == 403


def test_another_name_of_the_machine_is_not_served(of: DeskOf) -> None:
    answer = of.browser("zhou").get("/", headers={"host": "rebound.evil.example"})
    assert answer.status_code == 421


def test_a_body_without_end_is_refused_by_its_header(of: DeskOf) -> None:
    answer = of.browser("zhou").post(
        "/open", content=b"", headers={"content-length": str(LARGEST_BODY + 1)}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", EVIL, "javascript:alert(1)", "/a\r\nset-cookie: x=1", ""],
)
def test_signing_in_leads_nowhere_else(of: DeskOf, path: str) -> None:
    answer = Browser(of.app).sign_in("zhou", next=path)
    assert answer.headers["location"] == "/"
    assert safe_path(path) == "/"


def test_no_header_takes_what_was_typed(of: DeskOf) -> None:
    browser = of.browser("zhou")
    for path in ("/search?q=a%0d%0aset-cookie:%20x=1", "/cases/a%0d%0ax:y", "/?done=%0d%0ax:y"):
        answer = browser.get(path)
        assert "x" not in answer.headers
        assert "set-cookie" not in answer.headers


def test_every_answer_forbids_what_a_page_does_not_need(of: DeskOf) -> None:
    for path in ("/", "/sign-in", "/nowhere", "/cases/HC-2026-000001-7", "/static/desk.css"):
        headers = of.browser("zhou").get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert of.browser("zhou").get("/").headers["cache-control"] == "no-store"


def test_no_page_stands_on_a_script_or_style_of_its_own(of: DeskOf, story: Story) -> None:
    case = story.open()
    story.rest()
    story.reply(case)
    for path in ("/", "/open", "/replies", "/me", f"/cases/{case}"):
        said = of.browser("zhou").get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", said), path


def test_what_people_write_is_shown_and_never_run(of: DeskOf, story: Story) -> None:
    browser = of.browser("zhou")
    case = story.open()
    story.rest()
    story.reply(case, summary=SCRIPT)
    browser.post(f"/cases/{case}/acts/stop-clock", data={"reason": SCRIPT})
    refused = browser.post(f"/cases/{case}/acts/refer", data={"reason": SCRIPT, "office": SCRIPT})
    found = browser.get("/search", params={"q": SCRIPT})
    for answer in (browser.get(f"/cases/{case}"), refused, found):
        assert SCRIPT not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_a_search_takes_signs_of_the_database_as_they_are(of: DeskOf, story: Story) -> None:
    story.open()
    story.open()
    browser = of.browser("zhou")
    for words in ("%", "_", "' OR 1=1 --"):
        assert "没有找到" in browser.get("/search", params={"q": words}).text


def test_a_file_of_another_name_or_kind_is_refused_in_words(of: DeskOf, story: Story) -> None:
    case = story.open()
    story.rest()
    for name in ("../../evil.pdf", "a.pdf\x00.exe"):
        answer = of.browser("zhou").post(
            f"/cases/{case}/replies",
            data={"channel": "post"},
            files={"file": (name, b"#!/bin/sh\nrm -rf /", "application/pdf")},
        )
        assert answer.status_code == 422
        assert "未能办理" in answer.text
    assert "reply_recorded" not in [entry.kind.value for entry in story.entries(case)]


def test_the_full_number_needs_a_reason_that_the_journal_keeps(of: DeskOf, story: Story) -> None:
    case, browser = story.open(), of.browser("zhou")
    assert "110101199003070011" not in browser.get(f"/cases/{case}").text
    refused = browser.post(f"/cases/{case}/number", data={"reason": " "})
    assert refused.status_code == 422
    assert "110101199003070011" not in refused.text
    shown = browser.post(f"/cases/{case}/number", data={"reason": "电话核对"})
    assert "110101199003070011" in shown.text
    last = story.entries(case)[-1]
    assert (last.kind.value, last.actor) == ("number_shown", "zhou")
    assert story.personal(last) == {"reason": "电话核对"}
