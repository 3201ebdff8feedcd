"""Checked at opening, printed at dispatch: what stops a letter, and what its bytes are."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from cases.ports import LetterPrinter
from cases.vocabulary.errors import InvalidValue, MissingField, MissingGlyph, TemplateBroken
from cases.vocabulary.values import LetterContent, OfficeDetails, RenderedLetter
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import pages_of

BARE = OfficeDetails(code="某", name_zh="某办", name_en="")


def test_the_printer_fits_its_port(printer: TypstPrinter) -> None:
    port: LetterPrinter = printer
    assert port is printer


MISSING = [
    ("request-zh", {"applicant_name": ""}, "applicant_name"),
    ("request-zh", {"applicant_name": " \n "}, "applicant_name"),
    ("request-zh", {"fields": {}}, "fields.certificate"),
    ("request-zh", {"person_number_masked": ""}, "person_number_masked"),
    ("request-zh", {"allowance_days": None}, "allowance_days"),
    ("request-zh", {"recipient": None}, "recipient.name_zh"),
    ("request-en", {"recipient": BARE}, "recipient.name_en"),
    ("request-en", {"sender": BARE}, "sender.name_en"),
    ("request-zh", {"sender": BARE}, "sender.telephone"),
    ("escalation-zh", {"asked_office": None}, "asked_office.name_zh"),
    ("closing_notice-answered-zh", {"asked_office": None}, "asked_office.name_zh"),
]


@pytest.mark.parametrize(("name", "changes", "field"), MISSING)
def test_a_missing_field_is_found_when_the_case_is_opened(
    printer: TypstPrinter,
    samples: dict[str, LetterContent],
    name: str,
    changes: dict[str, object],
    field: str,
) -> None:
    kind, _, language = name.rpartition("-")
    with pytest.raises(MissingField) as refusal:
        printer.check(replace(samples[name], **changes))  # type: ignore[arg-type]
    assert str(refusal.value) == f"The letter {kind.split('-')[0]} ({language}) needs {field}."


LATER = [
    ("request-zh", {"reference": ""}, "reference"),
    ("reminder-zh", {"earlier": ()}, "earlier"),
    ("closing_notice-answered-zh", {"outcome": ""}, "outcome"),
]


@pytest.mark.parametrize(("name", "changes", "field"), LATER)
def test_what_is_known_only_later_is_asked_for_when_the_letter_is_printed(
    printer: TypstPrinter,
    samples: dict[str, LetterContent],
    name: str,
    changes: dict[str, object],
    field: str,
) -> None:
    content = replace(samples[name], **changes)  # type: ignore[arg-type]
    printer.check(content)
    with pytest.raises(MissingField, match=f"cannot leave without {field}"):
        printer.render(content)


UNPRINTABLE = [
    ("no carried font has U+31350", "林\U00031350", "U+31350 (\U00031350)"),
    ("an emoji", "林😀", "U+1F600 (😀)"),
    ("a zero-width space", "林\u200b小", "U+200B (invisible)"),
    ("a turn of the writing direction", "林\u202e小", "U+202E (invisible)"),
    ("a control character", "林\x07", "U+0007 (invisible)"),
    ("a line separator", "林\u2028小", "U+2028 (invisible)"),
    ("a private-use character", "林\ue863", "U+E863 (invisible)"),
    ("an unassigned code point", "林\u0378", "U+0378 (invisible)"),
    ("half a character", "林\ud840", "U+D840 (invisible)"),
    ("a combining accent", "e\u0301", "U+0301 (\u0301)"),
]


@pytest.mark.parametrize(
    ("name", "found"), [row[1:] for row in UNPRINTABLE], ids=[row[0] for row in UNPRINTABLE]
)
def test_a_character_that_cannot_be_printed_is_named_with_code_point_and_field(
    printer: TypstPrinter, samples: dict[str, LetterContent], name: str, found: str
) -> None:
    with pytest.raises(MissingGlyph) as refusal:
        printer.check(replace(samples["request-zh"], applicant_name=name))
    assert str(refusal.value) == (
        f"The letter request (zh) cannot print {found} in applicant_name."
    )


@pytest.mark.parametrize("name", ["request-zh", "escalation-en", "closing_notice-refused-zh"])
def test_every_text_of_a_letter_is_checked(
    printer: TypstPrinter, samples: dict[str, LetterContent], name: str
) -> None:
    content, bad = samples[name], "\ue000"
    office = replace(content.sender, address=bad)
    spoilt: list[tuple[str, LetterContent]] = [
        ("sender.address", replace(content, sender=office)),
        ("copies[0].address", replace(content, copies=(office,))),
        ("asked_office.address", replace(content, asked_office=office)),
        ("enclosures[1]", replace(content, enclosures=("申请书", bad))),
        ("fields.certificate", replace(content, fields={"certificate": bad})),
        ("reference", replace(content, reference=bad)),
        ("outcome_reason", replace(content, outcome_reason=bad)),
    ]
    for field, spoilt_content in spoilt:
        with pytest.raises(MissingGlyph, match=r"U\+E000 .* in " + field.replace("[", r"\[")):
            printer.check(spoilt_content)


def test_a_field_that_no_template_prints_is_not_checked(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = samples["request-zh"]
    printer.check(replace(content, fields={**content.fields, "internal_note": "\ue000"}))


def test_a_text_too_long_for_a_letter_is_named(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = replace(samples["closing_notice-refused-zh"], outcome_reason="长" * 30_001)
    with pytest.raises(InvalidValue, match="outcome_reason is too long for a letter: 30001"):
        printer.check(content)


def test_the_same_content_gives_the_same_bytes(samples: dict[str, LetterContent]) -> None:
    first, second = TypstPrinter(), TypstPrinter()
    for content in samples.values():
        assert first.render(content) == second.render(content) == second.render(content)


def test_another_process_gives_the_same_bytes(
    printer: TypstPrinter, samples: dict[str, LetterContent], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "integrations.letters.samples", str(tmp_path)]
    subprocess.run(
        command, check=True, env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    )
    for name, content in samples.items():
        assert (tmp_path / f"{name}.pdf").read_bytes() == printer.render(content).pdf, name


def test_one_printer_serves_several_threads_and_all_print_the_same(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    expected = {name: printer.render(content) for name, content in samples.items()}
    found: list[dict[str, RenderedLetter]] = []

    def print_all() -> None:
        found.append({name: printer.render(content) for name, content in samples.items()})

    threads = [threading.Thread(target=print_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_every_sample_prints_and_its_pages_are_counted_right(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """A warning of Typst would stop the letter, so this also says that there are none."""
    assert len(samples) == 26
    for name, content in samples.items():
        letter = printer.render(content)
        assert letter.pages == len(pages_of(letter.pdf)), name
        longest = {"request": 3, "joint_reminder": 5}.get(content.kind, 2)
        assert letter.pages <= longest, name


def test_the_file_declares_pdf_a_2a_and_pdf_ua_1_title_language_and_date(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    for name, language in (("request-zh", "zh-CN"), ("request-en", "en")):
        reader = pypdf.PdfReader(BytesIO(printer.render(samples[name]).pdf))
        root = reader.trailer["/Root"]
        metadata = root["/Metadata"].get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part>" in metadata
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert root["/MarkInfo"]["/Marked"].value is True
        assert root["/Lang"] == language
        assert reader.metadata is not None
        assert str(reader.metadata.creation_date) == "2026-03-05 00:00:00+00:00"
        assert reader.metadata.title


def test_a_reader_of_the_file_gets_whole_numbers_and_chinese_marks(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """Numbers break over lines without a character of their own in the text."""
    reader = pypdf.PdfReader(BytesIO(printer.render(samples["second_reminder-zh"]).pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "3303**********1234" in text.replace("\n", "")
    assert "\u200b" not in text
    assert "为协助申请人林小禾（公民身份号码：" in text


def test_a_draft_is_printed_without_a_number(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    letter = printer.render(replace(samples["request-zh"], number=""))
    assert "〔2026〕" not in pages_of(letter.pdf)[0].text
    assert letter.subject == "关于商请协助出具户籍情况证明的函（办件编号HC-2026-000123-7）"


def test_a_broken_template_names_file_and_line(
    tmp_path: Path, samples: dict[str, LetterContent]
) -> None:
    (tmp_path / "request").mkdir()
    (tmp_path / "request" / "zh.txt").write_text("第一行\n\n{{ aplicant }}\n", encoding="utf-8")
    printer = TypstPrinter(templates=tmp_path)
    with pytest.raises(TemplateBroken) as refusal:
        printer.check(samples["request-zh"])
    assert str(refusal.value) == "request/zh.txt, line 3: nothing is called 'aplicant'."
    printer.check(samples["request-en"])
