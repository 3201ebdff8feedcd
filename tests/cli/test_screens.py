"""What people see: it fits, it shows nothing personal to strangers, and no markup leaks."""

import enum
import inspect

import pytest
from rich.cells import cell_len

from cases.vocabulary import errors
from integrations import refusals, words
from tests.cli.terminal import PERSON_NUMBER, Terminal

VIEWS = {
    "a list of cases": ("case", "list"),
    "a case": ("case", "show", "REF"),
    "a case to somebody who may read it": ("case", "show", "REF", "--as", "zhou"),
    "a due date": ("case", "why", "REF"),
    "the outbox": ("outbox", "list", "--status", "sent"),
    "a message": ("outbox", "show", "ID"),
    "the quarantine": ("quarantine", "list"),
    "the offices": ("office", "list"),
    "an office": ("office", "show", "YZ"),
    "the people": ("person", "list"),
    "the years": ("calendar", "show"),
    "a year": ("calendar", "show", "2026"),
    "the doctor": ("doctor",),
    "the journal's proof": ("journal", "verify"),
}


@pytest.fixture
def case(hancha: Terminal) -> str:
    """Give a case that was reminded, answered in part, and has markup in its reply."""
    case = hancha.opened()
    hancha.story.live_until("Tue 2026-03-24 18:00")
    hancha.json(
        *("case", "reply", case, "--channel", "email", "--as", "zhou"),
        *("--summary", "[bold red]已[/] 收到 :smile: [link=http://x.example]这里[/link]"),
    )
    return case


def typed(hancha: Terminal, case: str) -> dict[str, tuple[str, ...]]:
    """Return the views with the names of this case and of its first mail filled in."""
    identity = hancha.json("outbox", "list", "--status", "sent")[0]["id"]
    filled = {"REF": case, "ID": identity}
    return {
        name: tuple(filled.get(word, word) for word in command) for name, command in VIEWS.items()
    }


@pytest.mark.parametrize("columns", ["80", "120"])
def test_every_line_of_every_view_fits(
    hancha: Terminal, case: str, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    views = typed(hancha, case)
    monkeypatch.setenv("COLUMNS", columns)
    for name, command in views.items():
        said = hancha(*command)
        assert said.err == "", name
        assert said.out.strip(), name
        assert "\x1b" not in said.out, name
        long = [line for line in said.out.splitlines() if cell_len(line) > int(columns)]
        assert (name, long) == (name, [])


def test_every_view_is_one_json_document(hancha: Terminal, case: str) -> None:
    for command in typed(hancha, case).values():
        assert isinstance(hancha.json(*command), dict | list)


def test_a_reference_is_never_broken_so_that_it_can_be_copied(
    hancha: Terminal, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert case in hancha("case", "list").out


def test_what_somebody_wrote_is_printed_as_it_is_and_not_as_markup(
    hancha: Terminal, case: str
) -> None:
    shown = hancha("case", "show", case, "--as", "zhou").out
    assert "[bold red]已[/]" in shown
    assert ":smile:" in shown


HIDDEN = ("林小禾", "*0011", "applicant@person.example", "办理居住登记", "收到 :smile:")


def test_who_may_read_the_case_sees_what_is_personal(hancha: Terminal, case: str) -> None:
    for login in ("zhou", "wu", "mail", "audit"):
        said = hancha("case", "show", case, "--as", login, "--json")
        missing = [each for each in HIDDEN if each not in said.out]
        assert (login, missing) == (login, [])


@pytest.mark.parametrize(
    "reader", [(), ("--as", "admin"), ("--as", "zheng")], ids=["nobody", "admin", "another office"]
)
def test_who_may_not_read_the_case_sees_nothing_personal(
    hancha: Terminal, case: str, reader: tuple[str, ...]
) -> None:
    for form in ((), ("--json",)):
        out = hancha("case", "show", case, *reader, *form).out
        shown = [each for each in HIDDEN if each in out]
        assert shown == []


def test_a_person_number_is_never_printed_whole(hancha: Terminal, case: str) -> None:
    for command in typed(hancha, case).values():
        assert PERSON_NUMBER not in hancha(*command).out
        assert PERSON_NUMBER not in hancha(*command, "--json").out


def test_an_applicants_address_in_the_outbox_is_personal(hancha: Terminal, case: str) -> None:
    hancha.json("case", "withdraw", case, "--reason", "x", "--as", "zhou")
    hancha.story.live_until("Tue 2026-03-24 18:30")
    sent = ("outbox", "list", "--status", "sent", "--json")
    assert "applicant@person.example" not in hancha(*sent).out
    assert "applicant@person.example" in hancha(*sent, "--as", "zhou").out


def test_every_word_of_a_closed_list_has_its_chinese() -> None:
    for kind, chinese in words.CHINESE.items():
        assert chinese.keys() == {member.value for member in kind}
        assert len(set(chinese.values())) == len(chinese), kind


def test_every_refusal_has_its_chinese_name() -> None:
    named = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.CaseError | errors.SystemFault)
    }
    assert named <= refusals.CHINESE.keys()


def test_say_puts_the_chinese_word_beside_the_english_one() -> None:
    members = [member for kind in words.CHINESE for member in kind]
    assert all(isinstance(member, enum.Enum) for member in members)
    for member in members:
        chinese, _, english = words.say(member).partition(" ")
        assert not chinese.isascii()
        assert english.isascii()
