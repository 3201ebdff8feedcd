"""An office's own templates: found first, read safely, explained when broken."""

import shutil
from pathlib import Path

import pytest

from cases.vocabulary.errors import MissingField, TemplateBroken
from cases.vocabulary.status import Language, LetterKind
from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from integrations.letters.samples import main, print_samples
from integrations.letters.shelf import CARRIED, LARGEST_TEMPLATE
from tests.letters.printed_pages import pages_of


def own(folder: Path, file: str, text: str) -> TypstPrinter:
    """Write one file into an office's folder and return a printer that uses it."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return TypstPrinter(templates=folder)


def test_an_office_s_own_text_comes_first_and_the_rest_is_carried(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    printer = own(tmp_path, "reminder/zh.txt", "请{{ recipient.name }}尽快函复。\n")
    printed = "".join(
        line.text for line in pages_of(printer.render(samples["reminder-zh"]).pdf)[0].lines
    )
    assert "请样本县乙镇人民政府尽快函复。" in printed
    assert printer.render(samples["reminder-en"]).pages == 1


def test_a_text_saved_by_notepad_with_a_mark_at_its_start_is_read(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    printer = own(tmp_path, "reminder/zh.txt", "\ufeff请函复。\r\n\r\n专此函达。\r\n")
    lines = pages_of(printer.render(samples["reminder-zh"]).pdf)[0].lines
    assert [line.text for line in lines if line.text in ("请函复。", "专此函达。")] == [
        "请函复。",
        "专此函达。",
    ]


def test_an_office_may_ask_for_more_fields(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    table = (CARRIED / "reminder" / "letter.toml").read_text(encoding="utf-8")
    printer = own(
        tmp_path, "reminder/letter.toml", table.replace('"allowance_days"', '"fields.file_no"')
    )
    with pytest.raises(MissingField, match=r"needs fields\.file_no"):
        printer.check(samples["reminder-zh"])


BROKEN = [
    ("request/zh.txt", "好\n{% if %}", "request/zh.txt, line 2: Expected an expression"),
    ("request/zh.txt", "{% include 'x' %}", "request/zh.txt, line 1: a letter has no use for"),
    ("request/letter.toml", "required = x", r"request/letter.toml: .*line 1"),
    ("request/letter.toml", "required = 'x'", "request/letter.toml: 'required' is not a list"),
    ("request/letter.toml", "required = ['fax']", "request/letter.toml: .*called 'fax'"),
    ("request/letter.toml", "required = ['sender.fax']", "called 'sender.fax'"),
    ("request/letter.toml", "[en]\nsubject = 'x'", r"request/letter.toml: \[zh\] has no subject"),
    ("request/letter.toml", "zh = 'x'", r"request/letter.toml: \[zh\] has no subject"),
    ("request/letter.toml", "[zh]\nsubject = '{{ x }}'", r"\[zh\] subject, line 1: nothing is"),
    ("covering/zh.txt", "{{ y }}", "covering/zh.txt, line 1: nothing is called 'y'"),
]


@pytest.mark.parametrize(("file", "text", "reason"), BROKEN)
def test_a_broken_template_is_named_with_file_and_line(
    tmp_path: Path, samples: dict[str, LetterContent], file: str, text: str, reason: str
) -> None:
    with pytest.raises(TemplateBroken, match=reason):
        own(tmp_path, file, text).check(samples["request-zh"])


def test_a_template_that_is_a_link_out_of_its_folder_is_refused(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("key", encoding="utf-8")
    (tmp_path / "own" / "request").mkdir(parents=True)
    (tmp_path / "own" / "request" / "zh.txt").symlink_to(secret)
    with pytest.raises(TemplateBroken, match=r"request/zh\.txt: leads out of the folder"):
        TypstPrinter(templates=tmp_path / "own").check(samples["request-zh"])


def test_a_template_that_is_too_large_or_no_text_is_refused(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    with pytest.raises(TemplateBroken, match="larger than 65536 bytes"):
        own(tmp_path, "request/zh.txt", "x" * (LARGEST_TEMPLATE + 1)).check(samples["request-zh"])
    (tmp_path / "request" / "zh.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateBroken, match="cannot be read as UTF-8"):
        TypstPrinter(templates=tmp_path).check(samples["request-zh"])


def test_a_kind_may_exist_in_one_language_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, samples: dict[str, LetterContent]
) -> None:
    shutil.copytree(CARRIED / "request", tmp_path / "request")
    (tmp_path / "request" / "en.txt").unlink()
    monkeypatch.setattr("integrations.letters.shelf.CARRIED", tmp_path)
    printer = TypstPrinter()
    assert printer.languages(LetterKind.REQUEST) == (Language.CHINESE,)
    assert printer.languages(LetterKind.REMINDER) == ()
    with pytest.raises(TemplateBroken, match=r"reminder/letter\.toml: there is no such template"):
        printer.check(samples["reminder-zh"])


def test_samples_that_print_leave_one_file_for_each_letter_and_language(
    tmp_path: Path, printer: TypstPrinter
) -> None:
    assert list(print_samples(printer, tmp_path)) == []
    assert len(list(tmp_path.glob("*.pdf"))) == 26


def test_a_sample_that_does_not_print_is_reported_and_the_others_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own(tmp_path / "own", "escalation/zh.txt", "{{ nobody }}")
    code = main([str(tmp_path / "out"), str(tmp_path / "own")])
    reported = "escalation: escalation/zh.txt, line 1: nothing is called 'nobody'.\n"
    assert (code, capsys.readouterr().err) == (3, reported)
    assert (tmp_path / "out" / "request-zh.pdf").exists()


def test_a_call_without_a_folder_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "OUT [TEMPLATES [FONTS]]" in capsys.readouterr().err
