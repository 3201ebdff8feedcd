"""`hancha fonts check`, `hancha letter lint` and `hancha letter preview`."""

import json
from pathlib import Path
from typing import Any

import pytest

from cases.vocabulary.status import LetterKind
from integrations.cli import main
from integrations.letters.shelf import CARRIED
from tests.letters.printed_pages import pages_of
from tests.letters.test_letter_fonts import make_font


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an installation that has nothing of its own yet."""
    for name in ("HANCHA_FONTS", "HANCHA_TEMPLATES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HANCHA_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture(autouse=True)
def _into_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tables be as wide as in a pipe, also where somebody set a width."""
    monkeypatch.delenv("COLUMNS", raising=False)


def document(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    """Run the command and return its JSON document."""
    assert main([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def first_faces(found: Any) -> dict[str, str]:
    """Return use to face."""
    return {each["use"]: each["family"] for each in found["uses"]}


def test_the_carried_faces_serve_each_use(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "fonts", "check")
    assert first_faces(found) == {
        "body": "FandolFang R",
        "title": "Noto Serif SC",
        "heading": "Noto Sans SC",
        "subheading": "FandolKai",
        "small": "Noto Serif SC",
        "figures": "Noto Serif SC Figures",
    }
    assert not any(each["is_office_own"] for each in found["uses"])
    assert {Path(each["file"]).name: each["characters"] for each in found["files"]}[
        "FandolFang-GB2312.otf"
    ] > 6763


def test_an_office_s_own_face_is_shown_as_such(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (house / "faces").mkdir()
    make_font(house / "faces" / "kai.ttf", "KaiTi_GB2312", "一二三")
    monkeypatch.setenv("HANCHA_FONTS", str(house / "faces"))
    found = document(capsys, "fonts", "check")
    assert first_faces(found)["subheading"] == "KaiTi_GB2312"
    assert [each["use"] for each in found["uses"] if each["is_office_own"]] == ["subheading"]


def test_each_character_of_a_text_has_its_face(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "fonts", "check", "林䶮𠅤·A林")
    assert [(each["character"], each["code_point"], each["family"]) for each in found["text"]] == [
        ("林", "U+6797", "FandolFang R"),
        ("䶮", "U+4DAE", "Noto Serif SC ExtA"),
        ("𠅤", "U+20164", "Noto Serif SC ExtA"),
        ("·", "U+00B7", "FandolFang R"),
        ("A", "U+0041", "Noto Serif SC Figures"),
    ]


@pytest.mark.parametrize(("text", "named"), [("林\U00031350", "U+31350"), ("\u200b", "U+200B")])
def test_a_character_that_no_face_has_is_refused_with_its_code_point(
    capsys: pytest.CaptureFixture[str], text: str, named: str
) -> None:
    assert main(["fonts", "check", text]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert f"MissingGlyph: no face prints {named}" in said.err


def test_the_tables_name_uses_and_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fonts", "check", "林"]) == 0
    shown = capsys.readouterr().out
    assert "正文 Text" in shown
    assert "随附 carried" in shown
    assert "FandolKai-Level1.otf" in shown
    assert "U+6797" in shown


def test_lint_prints_every_sample_in_every_language(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, "letter", "lint")
    assert len(found["samples"]) == 26
    assert found["faults"] == 0
    assert {each["sample"]: each["pages"] for each in found["samples"]}["request-zh"] == 3


LINTED = [
    ("a name that nothing has", "{{ nobody }}", "line 1: nothing is called 'nobody'"),
    ("a character that no face prints", "好\n\n\U00031350", "line 3: no font prints U+31350"),
    ("a file that it would read", "{% include '/etc/passwd' %}", "a letter has no use for"),
]


@pytest.mark.parametrize(
    ("text", "fault"), [row[1:] for row in LINTED], ids=[row[0] for row in LINTED]
)
def test_lint_names_file_and_line_of_what_is_wrong_and_prints_the_others(
    house: Path, capsys: pytest.CaptureFixture[str], text: str, fault: str
) -> None:
    (house / "own" / "reminder").mkdir(parents=True)
    (house / "own" / "reminder" / "zh.txt").write_text(text, encoding="utf-8")
    own = ("--templates", str(house / "own"))
    found = document(capsys, "letter", "lint", *own, code=3)
    faults = {each["sample"]: each["fault"] for each in found["samples"] if each["fault"]}
    assert list(faults) == ["reminder-zh"]
    assert faults["reminder-zh"].startswith("reminder/zh.txt, line ")
    assert fault in faults["reminder-zh"]
    assert len(found["samples"]) == 26


def test_lint_names_a_field_that_the_sample_lacks(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (house / "own" / "reminder").mkdir(parents=True)
    table = (CARRIED / "reminder" / "letter.toml").read_text(encoding="utf-8")
    (house / "own" / "reminder" / "letter.toml").write_text(
        table.replace("required = [", 'required = ["fields.file_no", '), encoding="utf-8"
    )
    assert main(["letter", "lint", "--templates", str(house / "own")]) == 3
    said = capsys.readouterr()
    assert "needs fields.file_no" in said.out
    assert "TemplateBroken: 2 of 26 samples cannot be printed" in said.err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_preview_writes_the_letter_as_it_would_leave(
    house: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    out = house / "letter.pdf"
    found = document(
        capsys, "letter", "preview", "request", "--language", language, "--out", str(out)
    )
    pages = pages_of(out.read_bytes())
    assert found["pages"] == len(pages) == 3
    assert found["subject"].startswith({"zh": "关于", "en": "Request"}[language])


def test_preview_takes_one_of_several_samples(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, out = LetterKind.CLOSING_NOTICE.value, str(house / "letter.pdf")
    sample = ("--sample", "closing_notice-withdrawn")
    assert document(capsys, "letter", "preview", kind, *sample, "--out", out)["sample"] == sample[1]
    assert main(["letter", "preview", kind, "--sample", "other", "--out", out]) == 3
    assert "there is closing_notice-answered, closing_notice-refused" in capsys.readouterr().err


def test_preview_writes_over_no_file_unasked(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = house / "letter.pdf"
    out.write_bytes(b"kept")
    assert main(["letter", "preview", "reminder", "--out", str(out)]) == 3
    assert "exists already" in capsys.readouterr().err
    assert out.read_bytes() == b"kept"
