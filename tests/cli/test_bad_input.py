"""Bad input: a named refusal in one line, an exit code, and nothing half-written."""

import os
from pathlib import Path

import pytest

from cases.vocabulary.reference import case_reference
from tests.cli.terminal import APPLICATION, PERSON_NUMBER, Said, Terminal
from tests.enclosures import hostile_files


def files_in(folder: Path) -> set[str]:
    """Return every file of the documents, temporary ones too."""
    return {path.name for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


def expect_refusal(hancha: Terminal, said: Said, name: str, *, about: str = "") -> None:
    """Check the whole refusal: code, one line, its name, and that nothing was written."""
    assert said.code == 3, said
    assert said.refusal == name
    assert about in said.err
    assert set(hancha.counts().values()) == {0}
    assert files_in(hancha.home / "documents") == set()


REFUSED_AT_OPENING = {
    "an unknown office": ({"to": "NOWHERE"}, "UnknownOffice", "NOWHERE"),
    "our own office": ({"to": "XQ"}, "InvalidValue", "cannot ask itself"),
    "an unknown case type": ({"type": "divination"}, "UnknownCaseType", "divination"),
    "an example of a rule set": (
        {"type": "order-555-historic-example"},
        "InvalidValue",
        "no case follows it",
    ),
    "somebody who does not work here": ({"as": "nobody"}, "UnknownPerson", "nobody"),
    "an auditor, who changes nothing": ({"as": "audit"}, "NotAllowed", "role clerk"),
    "an administrator, who works no cases": ({"as": "admin"}, "NotAllowed", "role clerk"),
    "no consent recorded": ({"consent_on": None}, "MissingConsent", "consent"),
    "a consent of a day to come": ({"consent_on": "2026-03-03"}, "InvalidValue", "to come"),
    "a name that is empty": ({"name": "  "}, "InvalidValue", "name"),
    "a name that no font can print": ({"name": "林\U0001f600"}, "MissingGlyph", "U+1F600"),
    "an address that mail cannot reach": ({"email": "a@b@c"}, "InvalidValue", "a@b@c"),
    "an address that only the mail would refuse": (
        {"email": "林@person.example"},
        "InvalidValue",
        "name@domain",
    ),
    "a mistyped person number": (
        {"person_number": "110101199003070012"},
        "InvalidValue",
        "check digit",
    ),
    "no enclosure where one is required": ({"enclose": None}, "MissingEnclosure", "application"),
    "an enclosure of a kind that the type does not take": (
        {"enclose": f"id_copy={APPLICATION}"},
        "EnclosureRefused",
        "id_copy",
    ),
    "an enclosure that is not there": (
        {"enclose": "application=/nowhere/a.pdf"},
        "EnclosureRefused",
        "does not exist",
    ),
    "an enclosure that is a folder": ({"enclose": "application=/"}, "EnclosureRefused", "folder"),
}


@pytest.mark.parametrize(
    ("changes", "name", "about"), REFUSED_AT_OPENING.values(), ids=REFUSED_AT_OPENING
)
def test_a_case_is_not_opened_with(
    hancha: Terminal, changes: dict[str, str | None], name: str, about: str
) -> None:
    said = hancha.open(**changes)
    expect_refusal(hancha, said, name, about=about)
    assert PERSON_NUMBER[6:14] not in said.err


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(2 * 1024**3)


BAD_FILES = {
    "an enclosure of 2 GB": (_sparse, "at most"),
    "an empty enclosure": (lambda path: path.write_bytes(b""), "is empty"),
    "an encrypted enclosure": (
        lambda path: path.write_bytes(hostile_files.encrypted()),
        "is encrypted",
    ),
    "an enclosure that is no PDF": (lambda path: path.write_bytes(b"hello"), "PDF"),
    "an enclosure that is a pipe": (os.mkfifo, "ordinary file"),
}


@pytest.mark.parametrize(("make", "about"), BAD_FILES.values(), ids=BAD_FILES)
def test_what_cannot_travel_with_a_letter_is_refused(
    hancha: Terminal, tmp_path: Path, make: object, about: str
) -> None:
    path = tmp_path / "enclosure.pdf"
    make(path)  # type: ignore[operator]
    said = hancha.open(enclose=f"application={path}")
    expect_refusal(hancha, said, "EnclosureRefused", about=about)


@pytest.mark.parametrize("way_out", ["../secret.pdf", "link.pdf"])
def test_a_path_that_leaves_its_folder_is_refused(
    hancha: Terminal, tmp_path: Path, way_out: str
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (tmp_path / "secret.pdf").write_bytes(APPLICATION.read_bytes())
    (folder / "link.pdf").symlink_to("../secret.pdf")
    said = hancha.open(folder=str(folder), enclose=f"application={way_out}")
    expect_refusal(hancha, said, "EnclosureRefused", about="lies outside")


def test_a_file_in_its_folder_is_taken(hancha: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(APPLICATION.read_bytes())
    assert hancha.open(folder=str(tmp_path), enclose="application=a.pdf").code == 0


def test_a_field_is_missing_unknown_or_given_twice(hancha: Terminal) -> None:
    unknown = hancha.open("--field", "colour=red")
    expect_refusal(hancha, unknown, "InvalidValue", about="colour")
    twice = hancha.open("--field", "purpose=x")
    assert (twice.code, twice.refusal) == (2, "Usage")
    shapeless = hancha.open("--field", "purpose")
    assert (shapeless.code, shapeless.refusal) == (2, "Usage")


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody.knows }}",
        "{% for x in range(9) %}",
        "{{ sender.__class__ }}",
        "{{ applicant_name",
    ],
)
def test_a_broken_template_is_found_when_the_case_is_opened(
    hancha: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "templates" / "reminder").mkdir(parents=True)
    (tmp_path / "templates" / "reminder" / "zh.txt").write_text(f"兹\n\n{text}\n", "utf-8")
    monkeypatch.setenv("HANCHA_TEMPLATES", str(tmp_path / "templates"))
    said = hancha.open()
    expect_refusal(hancha, said, "TemplateBroken", about="reminder/zh.txt")
    said = hancha("doctor", "--json")
    assert said.code == 4
    (letters,) = [each for each in said.document["checks"] if each["name"] == "letters"]
    assert letters["level"] == "bad"
    assert "reminder/zh.txt" in letters["detail"]


ON_A_CLOSED_CASE = {
    "stop-clock": ("--reason", "x", "--as", "zhou"),
    "restart-clock": ("--as", "zhou"),
    "extend": ("--days", "3", "--reason", "x", "--as", "wu"),
    "refer": ("--to", "BZ", "--reason", "x", "--as", "zhou"),
    "withdraw": ("--reason", "x", "--as", "zhou"),
    "close": ("--reason", "x", "--as", "wu"),
    "received": ("--on", "2026-03-02", "--as", "zhou"),
}


def test_a_closed_case_refuses_every_act_and_still_files_a_reply(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    hancha.json("case", "close", case, "--reason", "完毕", "--as", "wu")
    hancha.story.live_until("Mon 2026-03-02 11:00")
    before = hancha.counts()
    for act, options in ON_A_CLOSED_CASE.items():
        said = hancha("case", act, case, *options)
        assert (act, said.code, said.refusal) == (act, 3, "CaseIsClosed")
    assert hancha("case", "review", case, "complete", "--as", "zhou").refusal == "CaseIsClosed"
    assert hancha.counts() == before
    late = hancha.json("case", "reply", case, "--channel", "email", "--as", "zhou")
    assert late["is_surplus"]


BY_SOMEBODY_ELSE = {
    "the clerk of another office": ("zheng", "works for another office"),
    "an auditor": ("audit", "needs the role"),
    "an administrator": ("admin", "needs the role"),
}


@pytest.mark.parametrize(("login", "about"), BY_SOMEBODY_ELSE.values(), ids=BY_SOMEBODY_ELSE)
def test_an_actor_without_the_right_changes_nothing(
    hancha: Terminal, login: str, about: str
) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    hancha.json("case", "reply", case, "--channel", "email", "--as", "zhou")
    before = hancha.counts()
    acts = (
        ("reply", "--channel", "email"),
        ("review", "complete"),
        ("stop-clock", "--reason", "x"),
        ("extend", "--days", "3", "--reason", "x"),
        ("refer", "--to", "BZ", "--reason", "x"),
        ("withdraw", "--reason", "x"),
        ("close", "--reason", "x"),
    )
    for act, *options in acts:
        said = hancha("case", act, case, *options, "--as", login)
        assert (act, said.code, said.refusal) == (act, 3, "NotAllowed")
        assert about in said.err
    assert hancha.counts() == before


def test_a_reply_whose_file_cannot_be_taken_is_refused_whole(
    hancha: Terminal, tmp_path: Path
) -> None:
    case = hancha.opened()
    (tmp_path / "reply.pdf").write_bytes(hostile_files.encrypted())
    before = hancha.counts(), files_in(hancha.home / "documents")
    said = hancha(
        *("case", "reply", case, "--channel", "post", "--as", "zhou"),
        *("--file", str(tmp_path / "reply.pdf")),
    )
    assert (said.code, said.refusal) == (3, "EnclosureRefused")
    assert (hancha.counts(), files_in(hancha.home / "documents")) == before


REFERENCES = {
    "a mistyped reference": ("HC-2026-000001-1", "InvalidValue", "mistyped"),
    "no reference at all": ("hello", "InvalidValue", "one looks like HC-2026-"),
    "a reference of no case": (case_reference(2026, 123), "UnknownCase", "HC-2026-000123"),
    "something that reads like SQL": ("' OR 1=1 --", "InvalidValue", "OR 1=1"),
}


@pytest.mark.parametrize(("text", "name", "about"), REFERENCES.values(), ids=REFERENCES)
@pytest.mark.parametrize("command", ["show", "why"])
def test_a_reference_that_names_no_case_is_refused_by_name(
    hancha: Terminal, command: str, text: str, name: str, about: str
) -> None:
    said = hancha("case", command, "--", text)
    assert (said.code, said.refusal) == (3, name)
    assert about in said.err


def test_a_reference_is_read_in_any_case_and_with_blanks(hancha: Terminal) -> None:
    case = hancha.opened()
    assert hancha.json("case", "show", f" {case.lower()} ")["reference"] == case


def test_a_text_longer_than_what_is_kept_is_wrong_usage(hancha: Terminal) -> None:
    case = hancha.opened()
    said = hancha("case", "withdraw", case, "--reason", "长" * 301, "--as", "zhou")
    assert (said.code, said.refusal) == (2, "Usage")
    blank = hancha("case", "withdraw", case, "--reason", "   ", "--as", "zhou")
    assert (blank.code, blank.refusal) == (3, "InvalidValue")


def test_a_line_break_or_an_escape_in_what_was_given_does_not_reach_the_terminal(
    hancha: Terminal,
) -> None:
    said = hancha.open(to="A\n\x1b[31mB")
    assert said.refusal == "UnknownOffice"
    assert "\x1b" not in said.err
