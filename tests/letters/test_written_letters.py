"""A letter keeps what it was written with: printed again, it is the same whatever its template."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.errors import InvalidValue, MissingGlyph
from cases.vocabulary.status import Language
from cases.vocabulary.values import LetterContent, WrittenLetter
from integrations.letters import TypstPrinter
from integrations.letters.paragraphs import paragraphs
from integrations.letters.sheet import plain_text
from tests.letters.printed_pages import pages_of


def body(printer: TypstPrinter, content: LetterContent, text: str) -> str:
    """Return the text of the first page of a letter into which a clerk put a text."""
    pdf = printer.render(replace(content, written=WrittenLetter(text))).pdf
    return "".join(line.text for line in pages_of(pdf)[0].body())


@pytest.mark.parametrize("name", ["request-zh", "reminder-en", "closing_notice-refused-zh"])
def test_printed_again_with_its_words_it_has_the_same_bytes(
    printer: TypstPrinter, samples: dict[str, LetterContent], name: str
) -> None:
    content = samples[name]
    first = printer.render(content)
    again = printer.render(replace(content, written=first.written))
    assert (again.pdf, again.covering_text, again.subject) == (
        *(first.pdf, first.covering_text),
        first.subject,
    )


def test_another_version_of_the_template_changes_no_letter_that_was_written(
    printer: TypstPrinter, samples: dict[str, LetterContent], tmp_path: Path
) -> None:
    content = samples["request-zh"]
    first = printer.render(content)
    folder = tmp_path / "request"
    folder.mkdir()
    (folder / "zh.txt").write_text("另一种写法。\n", encoding="utf-8")
    (folder / "letter.toml").write_text(
        'required = ["fields.shoe_size"]\n[zh]\nsubject = "另一标题"\n', encoding="utf-8"
    )
    changed = TypstPrinter(templates=tmp_path)
    written = replace(content, written=first.written)
    assert changed.render(written).pdf == first.pdf
    assert changed.write(content).template != first.written.template


def test_what_a_clerk_writes_is_printed_and_never_read_as_markup(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    text = "一、请予协助\n\n#strong[x] {{ applicant_name }} $x$ *x* <b> {% raw %} \\n"
    printed = body(printer, samples["request-zh"], text).replace(" ", "")
    assert "一、请予协助" in printed
    for word in ("#strong[x]", "{{applicant_name}}", "$x$*x*<b>{%raw%}\\n"):
        assert word in printed


def test_a_character_that_no_face_has_is_refused_with_its_code_point(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    with pytest.raises(MissingGlyph, match=r"U\+1F600 .* in text"):
        body(printer, samples["request-zh"], "请予协助\U0001f600。")


def test_a_text_of_more_than_forty_pages_is_refused(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    with pytest.raises(InvalidValue, match="text is too long"):
        body(printer, samples["request-zh"], "长" * 30_001)


@given(
    st.text(
        st.one_of(st.sampled_from('一、（）1.,;\n \t\u3000“"…-：函'), st.characters(codec="utf-8")),
        max_size=80,
    ),
    st.sampled_from(Language),
)
def test_the_text_that_people_edit_is_set_as_the_one_it_was_read_from(
    text: str, language: Language
) -> None:
    once = paragraphs(text, language)
    assert paragraphs(plain_text(text, language), language) == once
