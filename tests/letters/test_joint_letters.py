"""The list of a joint reminder: on pages of its own, its head on each, nobody's full name."""

from io import BytesIO

import pypdf
import pytest

from cases.rules.joint_letters import masked_name
from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import pages_of

HEADS = {"zh": "我单位来函", "en": "Our letter"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_list_goes_over_pages_with_its_head_on_each_and_every_case_once(
    printer: TypstPrinter, samples: dict[str, LetterContent], language: str
) -> None:
    content = samples[f"joint_reminder-long-{language}"]
    reader = pypdf.PdfReader(BytesIO(printer.render(content).pdf))
    texts = ["".join(page.extract_text().split()) for page in reader.pages]
    head = HEADS[language].replace(" ", "")
    with_list = [n for n, text in enumerate(texts) if head in text]
    assert len(with_list) >= 2
    assert with_list == list(range(with_list[0], len(texts)))  # To the end of the letter.
    for n, each in enumerate(content.listed, start=1):
        assert sum(text.count(each.reference) for text in texts) == 1, n


def test_a_list_stands_within_the_type_area(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """GB/T 9704-2012, 5.2.1: 28 mm from the left, 156 mm wide, 225 mm high from 37 mm."""
    for page in pages_of(printer.render(samples["joint_reminder-long-zh"]).pdf)[2:]:
        cells = [line for line in page.lines if "新街办函" in line.text]
        assert len(cells) > 10
        assert all(line.left >= 28 and line.right <= 184 for line in cells)
        assert all(line.top >= 37 and line.bottom <= 262 for line in cells)


def test_a_short_list_is_named_among_the_enclosures_and_has_no_slip(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = samples["joint_reminder-zh"]
    texts = [
        "".join(line.text for line in page.lines) for page in pages_of(printer.render(content).pdf)
    ]
    assert "附件：逾期未复事项清单" in "".join(texts)
    assert "回执" not in "".join(texts)
    assert texts[-1].replace("附件", "", 1) != texts[-1]


NAMES = [
    ("a name of two", "陈安", "陈某"),
    ("a name of three", "林小禾", "林某某"),
    ("a name of a minority", "阿依古丽·买买提", "阿某某"),
    ("a name in Latin letters", "Lin Xiaohe", "L***"),
    ("a single character", "林", "林某"),
    ("nobody", "", ""),
]


@pytest.mark.parametrize(
    ("name", "masked"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES]
)
def test_a_list_gives_the_family_name_alone(name: str, masked: str) -> None:
    assert masked_name(name) == masked
