"""The code on every page: in print, as QR, in a corner that no part of the letter needs."""

from dataclasses import replace

import pypdfium2
import pytest
import segno
from PIL import Image

from cases.rules.page_code import PageCode, read_page_code
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.reference import case_reference
from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import Box, pages_of

REFERENCE = "HC-2026-000123-7"
#: 16 mm, its right edge in line with that of the red lines.
CORNER = Box(left=174, top=8, right=190, bottom=24)
DPI = 300


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """Return the pages in grey, as a scanner sees them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def is_dark(picture: Image.Image, left: float, top: float) -> bool:
    """Whether the page is dark at a place in mm."""
    value = picture.getpixel((round(left / 25.4 * DPI), round(top / 25.4 * DPI)))
    assert isinstance(value, int)
    return value < 128


def modules_of(picture: Image.Image, count: int, margin: int = 0) -> list[list[bool]]:
    """Return the modules in the corner, row by row, with a margin of so many around them."""
    size = CORNER.width / count
    steps = range(-margin, count + margin)
    return [
        [
            is_dark(picture, CORNER.left + (x + 0.5) * size, CORNER.top + (y + 0.5) * size)
            for x in steps
        ]
        for y in steps
    ]


def codes_in_print(pdf: bytes) -> list[str]:
    """Return the line of each page that is its code."""
    return [
        next(line.text for line in page.lines if line.text.startswith(f"{REFERENCE}."))
        for page in pages_of(pdf)
    ]


def test_every_page_of_every_letter_carries_its_code_in_print(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    for name, content in samples.items():
        letter = printer.render(replace(content, ordinal=4))
        expected = [PageCode(REFERENCE, 4, page + 1, letter.pages) for page in range(letter.pages)]
        assert list(map(read_page_code, codes_in_print(letter.pdf))) == expected, name


@pytest.mark.parametrize("name", ["request-zh", "request-en", "closing_notice-answered-zh"])
def test_the_qr_of_every_page_is_that_of_the_text_beside_it(
    printer: TypstPrinter, samples: dict[str, LetterContent], name: str
) -> None:
    letter = printer.render(samples[name])
    for text, picture in zip(codes_in_print(letter.pdf), pictures_of(letter.pdf), strict=True):
        expected = segno.make_qr(text, error="q", boost_error=False, mask=3)
        matrix = [[bool(module) for module in row] for row in expected.matrix]
        assert modules_of(picture, count=len(matrix)) == matrix


def test_four_modules_around_the_qr_are_white(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """ISO/IEC 18004, 5.3.8: the quiet zone. The longest name comes as near as any."""
    office = replace(samples["request-zh"].sender, name_zh="示例壮族自治区人力资源和社会保障局")
    letter = printer.render(replace(samples["request-zh"], sender=office))
    for picture in pictures_of(letter.pdf):
        rows = modules_of(picture, count=25, margin=4)
        around = [*rows[:4], *rows[-4:], *(row[:4] + row[-4:] for row in rows)]
        assert not any(map(any, around))


def test_the_longest_codes_fit_the_same_square(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    content = replace(samples["request-zh"], reference=case_reference(2026, 12345678), ordinal=123)
    picture = pictures_of(printer.render(content).pdf)[0]
    assert [is_dark(picture, 174.3, top) for top in (7.5, 8.3, 23.7, 24.5)] == [
        *(False, True),
        *(True, False),
    ]


def test_a_letter_tells_its_pages_right_after_one_of_another_length(
    samples: dict[str, LetterContent],
) -> None:
    """How many there are is known only when it is set: the guess comes from the letter before."""
    printer = TypstPrinter()
    short = samples["closing_notice-refused-zh"]
    long = replace(short, outcome_reason="申请人提交的材料与登记不一致。" * 80)
    for content in (long, short, long):
        letter = printer.render(content)
        ends = {code.rpartition("-")[0].rpartition("/")[2] for code in codes_in_print(letter.pdf)}
        assert ends == {str(letter.pages)}


def test_the_bytes_do_not_depend_on_the_letter_set_before(
    samples: dict[str, LetterContent],
) -> None:
    short = samples["closing_notice-refused-zh"]
    long = replace(short, outcome_reason="申请人提交的材料与登记不一致。" * 80)
    fresh = TypstPrinter().render(short)
    used = TypstPrinter()
    used.render(long)
    assert used.render(short) == fresh


def test_a_letter_whose_reference_is_mistyped_is_not_printed(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    with pytest.raises(InvalidValue, match="mistyped"):
        printer.render(replace(samples["request-zh"], reference="HC-2026-000123-8"))
