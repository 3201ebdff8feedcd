"""`hancha mailbox`, and mail in `hancha tray`, as a clerk types them."""

from pathlib import Path
from typing import Any

import pytest

from integrations.mailbox.reader import MessageReader
from tests.cli.terminal import Terminal
from tests.mailbox.dovecot import DOMAIN, PASSWORD, Dovecot
from tests.mailbox.letters_in import message
from tests.mailbox.post_office import PostOffice


@pytest.fixture
def user(hancha: Terminal, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the terminal a mailbox of its own and return whose it is."""
    name = f"desk{dovecot.imap}{id(hancha) % 10_000}"
    for key, value in {
        "HANCHA_MAIL_FROM": f"{name}@{DOMAIN}",
        "HANCHA_IMAP_HOST": "127.0.0.1",
        "HANCHA_IMAP_PORT": str(dovecot.imap),
        "HANCHA_IMAP_TLS": "none",
        "HANCHA_IMAP_USERNAME": name,
        "HANCHA_IMAP_PASSWORD": PASSWORD,
    }.items():
        monkeypatch.setenv(key, value)
    return name


def asked(hancha: Terminal) -> str:
    case = hancha.story.open()
    hancha.story.rest()
    return case


def test_check_once_list_and_show(
    hancha: Terminal, user: str, dovecot: Dovecot, reader: MessageReader, tmp_path: Path
) -> None:
    case = asked(hancha)
    office = PostOffice(hancha.story, reader)
    answer = office.answer(case, to=f"{user}@{DOMAIN}")
    dovecot.deliver(answer, f"{user}@{DOMAIN}")
    checked = hancha.json("mailbox", "check")
    assert (checked["waiting"], checked["abilities"]["IDLE"]) == (1, True)
    told = hancha.json("mailbox", "once", "--as", "mail")
    assert [each["place"] for each in told["taken"]] == ["filed"]
    assert hancha.story.stands(case).startswith("look by zhou")
    (listed,) = hancha.json("mailbox", "list", "--as", "zhou")
    target = tmp_path / "answer.eml"
    shown = hancha.json("mailbox", "show", listed["mail"], "--as", "zhou", "--out", str(target))
    assert (shown["cases"], shown["sender"]) == ([case], "yz@office.example")
    assert b"In-Reply-To" in target.read_bytes()
    assert "No new mail" in hancha("mailbox", "once", "--as", "mail").out
    assert "read to its end" in hancha("doctor").out


def in_tray(hancha: Terminal, content: bytes, reader: MessageReader) -> dict[str, Any]:
    PostOffice(hancha.story, reader).take(content)
    (item,) = hancha.json("tray", "list", "--as", "mail")
    return item  # type: ignore[no-any-return]


def test_a_proposal_is_accepted_in_one_step(hancha: Terminal, reader: MessageReader) -> None:
    case = asked(hancha)
    item = in_tray(hancha, message(subject=f"关于{case}的复函"), reader)
    assert (item["reason"], item["guess"]) == ("reference_only", case)
    shown = hancha.json("tray", "show", item["item"], "--as", "mail")
    assert (shown["sender"], shown["subject"]) == ("yz@office.example", f"关于{case}的复函")
    done = hancha.json("tray", "accept", item["item"], "--as", "mail")
    assert done["status"] == "filed"
    assert hancha.story.stands(case).startswith("look by zhou")
    assert hancha("tray", "accept", item["item"], "--as", "mail").refusal == "TrayItemIsSettled"


def test_one_message_is_filed_to_several_cases(
    hancha: Terminal, reader: MessageReader, real_pdf: bytes
) -> None:
    cases = [asked(hancha), asked(hancha)]
    item = in_tray(hancha, message(text="、".join(cases), pdf=real_pdf), reader)
    assert item["reason"] == "names_several"
    assert hancha("tray", "accept", item["item"], "--as", "mail").refusal == "InvalidValue"
    done = hancha.json("tray", "file", item["item"], *cases, "--as", "mail")
    assert done["status"] == "filed"
    office = PostOffice(hancha.story, reader)
    for case in cases:
        (reply,) = office.replies(case)
        content = hancha.story.house.documents.get(reply.document, case_id=reply.case_id)
        assert content.startswith(b"%PDF")
        assert reply.recorded_by == "mail"


def test_a_message_is_rejected_with_a_reason_and_neither_split_nor_guessed(
    hancha: Terminal, reader: MessageReader
) -> None:
    item = in_tray(hancha, message(), reader)["item"]
    assert hancha("tray", "split", item, "--after", "1", "--as", "mail").code == 3
    assert "say which case" in hancha("tray", "file", item, "--as", "mail").err
    hancha.json("tray", "reject", item, "--as", "mail", "--reason", "广告")
    (mail,) = hancha.json("mailbox", "list", "--as", "mail")
    assert hancha("mailbox", "show", mail["mail"], "--as", "mail", "--out", "x.eml").code == 3


def test_without_a_mailbox_or_with_one_that_is_away_the_commands_say_so(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hancha("mailbox", "check").refusal == "SettingsFault"
    monkeypatch.setenv("HANCHA_IMAP_HOST", "127.0.0.1")
    monkeypatch.setenv("HANCHA_IMAP_PORT", "9")
    monkeypatch.setenv("HANCHA_IMAP_TLS", "none")
    monkeypatch.setenv("HANCHA_IMAP_USERNAME", "hancha")
    assert hancha("mailbox", "once", "--as", "mail").refusal == "MailUnavailable"
    assert hancha("mailbox", "once", "--as", "audit").refusal == "NotAllowed"
    assert "nothing is urged meanwhile" in " ".join(hancha("doctor").out.split())
