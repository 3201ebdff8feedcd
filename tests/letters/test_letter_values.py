"""Values that people type: printed as they stand, whatever they look like."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.vocabulary.errors import MissingField
from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from integrations.letters.faces import carried_characters
from tests.letters.printed_pages import pages_of


def test_rare_characters_of_names_are_printed_and_read_back(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    name = "㛃䶮𠅤·买买提"
    letter = printer.render(replace(samples["request-zh"], applicant_name=name))
    assert name in pages_of(letter.pdf)[0].text


def test_line_breaks_in_a_value_do_not_make_paragraphs(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = replace(
        samples["closing_notice-refused-zh"], outcome_reason="材料不全\n\n一、伪造标题\r\n\t另见"
    )
    text = "".join(line.text for line in pages_of(printer.render(content).pdf)[0].body())
    assert "材料不全一、伪造标题另见。" in text


MARKUP = [
    '#read("/etc/passwd")',
    "*b* _i_ $x^2$ `c` @ref <label>",
    '#import "@preview/x:1.0.0"',
    "{{ sender.name }} {% for x in y %}",
    "= A = B // c /* d */",
    '\\u{41} \\ ~ -- \' "q"',
    "[#let x = 1]",
]


@pytest.mark.parametrize("text", MARKUP)
def test_what_looks_like_markup_is_printed_as_it_stands(
    printer: TypstPrinter, samples: dict[str, LetterContent], text: str
) -> None:
    content = replace(
        samples["closing_notice-refused-en"],
        outcome_reason=f"x {text} x",
        sender=replace(samples["request-en"].sender, contact=text),
    )
    pages = pages_of(printer.render(content).pdf)
    printed = "".join(line.text for page in pages for line in page.lines)
    assert printed.count(text.replace(" ", "")) == 2


def test_every_character_of_the_list_is_really_drawn(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """PDF/A-2a admits no missing glyph: Typst would refuse the letter."""
    characters = sorted(carried_characters())
    for start in range(0, len(characters), 15_000):
        part = "".join(characters[start : start + 15_000])
        for name in ("closing_notice-refused-zh", "closing_notice-refused-en"):
            assert printer.render(replace(samples[name], outcome_reason=part)).pages > 5


WRITTEN = st.text(
    st.sampled_from("张函㛃a1 ,.:;?!()\"'-—…（）。“”#*_$`@<>[]{}%\\/~=+|&^\n"), max_size=80
)


@settings(max_examples=60)
@given(reason=WRITTEN, name=WRITTEN, certificate=WRITTEN)
def test_whatever_people_type_a_checked_letter_prints(
    printer: TypstPrinter,
    samples: dict[str, LetterContent],
    reason: str,
    name: str,
    certificate: str,
) -> None:
    content = replace(
        samples["closing_notice-refused-zh"],
        outcome_reason=reason,
        applicant_name=name,
        fields={"certificate": certificate},
        sender=replace(samples["request-zh"].sender, name_zh=f"办{name}"),
    )
    try:
        printer.check(content)
    except MissingField:
        assert not (name.strip() and certificate.strip())
    else:
        assert printer.render(content).pages >= 1
