"""The links by which asked offices answer, as a clerk sees them and takes them back."""

import pytest

from tests.cli.terminal import Terminal

URL = "https://reply.xinqiao.example"


@pytest.fixture
def case(hancha: Terminal, monkeypatch: pytest.MonkeyPatch) -> str:
    """Open a case whose request leaves with a link."""
    monkeypatch.setenv("HANCHA_REPLY_PAGE_URL", URL)
    house = hancha.story.house
    house.settings = house.settings.model_copy(update={"reply_page_url": URL})
    opened: str = hancha.opened()
    hancha.story.rest()
    return opened


def test_a_link_is_shown_with_its_office_and_never_printed_again(
    hancha: Terminal, case: str
) -> None:
    (link,) = hancha.json("case", "links", case)
    assert (link["letter"], link["office"], link["state"]) == (1, "YZ", "open")
    assert (link["wrong_codes"], link["receipts"]) == (0, [])
    said = hancha("case", "links", case)
    assert said.code == 0
    assert "YZ" in said.out
    assert "reply.xinqiao" not in said.out


def test_taken_back_it_is_closed_and_the_journal_says_why(hancha: Terminal, case: str) -> None:
    revoking = ("case", "revoke-link", case, "--reason", "信函误寄")
    assert hancha(*revoking, "--as", "audit").refusal == "NotAllowed"
    assert hancha.json(*revoking, "--as", "zhou")["links"] == 1
    (link,) = hancha.json("case", "links", case)
    assert link["state"] == "revoked"
    assert link["revoked_at"] is not None
    assert "信函误寄" in hancha("case", "show", case, "--as", "zhou").out


def test_without_a_public_address_there_is_none(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.rest()
    assert hancha.json("case", "links", case) == []
    assert "没有答复链接" in hancha("case", "links", case).out
