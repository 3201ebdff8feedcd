"""避头尾: what may begin and end a line (GB/T 15834-2011, 5.1), on texts made to break it."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from tests.letters.printed_pages import Line, pages_of

NEVER_FIRST = set("。，、；：？！）》〉】〕」』”’…％℃·～")
NEVER_LAST = set("（《〈【〔「『“‘￥")

CHARACTER = 15.75 * 25.4 / 72

#: Marks of every kind between words of two or three characters, so that each meets a line's end.
MARKS = [
    *("《办法》", "（一）", "“好”", "〈甲〉", "【乙】", "『丙』", "「丁」", "〔2026〕12号"),
    *("；", "，", "。", "、", "：", "？", "！", "……", "——", "·", "～", "北京—上海"),
    *("1234", "ABC", "3.5%", "5％", "30℃", "￥100", "3303**********1234"),
]


@pytest.fixture(scope="module")
def lines(printer: TypstPrinter, samples: dict[str, LetterContent]) -> list[Line]:
    """Return the printed lines of some forty pages."""
    chosen = random.Random(7)
    found: list[Line] = []
    for _ in range(3):
        text = "".join(
            chosen.choice(MARKS) + chosen.choice(["证明", "的", "登记表"]) for _ in range(1500)
        )
        content = replace(samples["closing_notice-refused-zh"], outcome_reason=text)
        pages = pages_of(printer.render(content).pdf)
        found += [line for page in pages for line in page.body()]
    return found


def following(lines: list[Line]) -> Iterator[tuple[str, str]]:
    """Yield the last character of each line and the first of the next."""
    return ((above.text[-1], below.text[0]) for above, below in pairwise(lines))


def test_no_line_begins_with_a_mark_that_belongs_to_the_line_above(lines: list[Line]) -> None:
    assert [line.text for line in lines if line.text[0] in NEVER_FIRST] == []


def test_no_line_ends_with_a_mark_that_opens(lines: list[Line]) -> None:
    assert [line.text for line in lines if line.text[-1] in NEVER_LAST] == []


def test_no_ellipsis_and_no_dash_is_torn_apart(lines: list[Line]) -> None:
    assert {("…", "…"), ("—", "—")}.isdisjoint(following(lines))


def test_a_sign_between_two_places_begins_no_line(lines: list[Line]) -> None:
    single = [line for line in lines if line.text[0] == "—" and line.text[1] != "—"]
    assert single == []


def test_no_line_leaves_the_type_area_by_more_than_a_hung_mark(lines: list[Line]) -> None:
    """A mark that opens hangs out by its blank half; one that closes by a fifth of a character."""
    plain = [line.left for line in lines if line.text[0] not in NEVER_LAST]
    assert min(plain) == pytest.approx(28, abs=0.1)
    assert min(line.left for line in lines) > 28 - CHARACTER / 2 - 0.1
    assert max(line.right for line in lines) < 184 + CHARACTER / 5 + 0.1


def test_every_page_of_such_a_text_is_filled(lines: list[Line]) -> None:
    assert len(lines) > 700


def test_an_ellipsis_and_a_dash_are_joined(
    printer: TypstPrinter, samples: dict[str, LetterContent]
) -> None:
    """Six dots at even distances; two strokes that meet."""
    content = replace(samples["closing_notice-refused-zh"], outcome_reason="等……的——是")
    page = pages_of(printer.render(content).pdf)[0]
    dash, half = page.ink_of("——"), page.ink_of("—")
    assert dash.width - 2 * half.width < 0.01
    dots, three = page.ink_of("……"), page.ink_of("…")
    between = dots.width - 2 * three.width
    dot = three.bottom - three.top
    assert between == pytest.approx((three.width - 3 * dot) / 2, abs=0.1)
