"""Punctuation beside Chinese, as GB/T 15834-2011 prints it."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integrations.letters.punctuation import chinese, is_wide, joined

TYPED = [
    ("comma and colon beside Han", "编号:HC-1,张三", "编号：HC-1，张三"),
    ("brackets in a sentence", "林小禾(号码:3303**1234)的", "林小禾（号码：3303**1234）的"),
    ("brackets go in pairs", "Smith (张) said", "Smith（张）said"),
    ("brackets in brackets", "(a(b)张)", "（a（b）张）"),
    ("half a pair is full width already", "（a)", "（a）"),
    ("a time of day keeps its colon", "下午3:30到场", "下午3:30到场"),
    ("a number keeps its comma", "共1,234份", "共1,234份"),
    ("a decimal keeps its point", "3.5米", "3.5米"),
    ("a sentence ends with a round stop", "请予办理.", "请予办理。"),
    ("an address of the web stays", "见http://a.example/?x=1;y页", "见http://a.example/?x=1;y页"),
    ("quotes", '他说"好"', "他说“好”"),
    ("quotes around Latin in Chinese", '称"ABC"号', "称“ABC”号"),
    ("ellipsis", "等...", "等……"),
    ("ellipsis typed once", "等…", "等……"),
    ("dash", "审核--符合的", "审核——符合的"),
    ("a dash between places stays single", "北京—上海", "北京—上海"),
    ("blanks beside full-width marks go", "第一, 第二 ；第三", "第一，第二；第三"),
    ("a blank inside a name stays", "张 三", "张 三"),
    ("marks in a row", "真的?!", "真的？！"),
    ("Latin text is left alone", "Yes, (really): 1, 2...", "Yes, (really): 1, 2..."),
]


@pytest.mark.parametrize(
    ("typed", "printed"), [row[1:] for row in TYPED], ids=[row[0] for row in TYPED]
)
def test_as_typed_and_as_printed(typed: str, printed: str) -> None:
    assert chinese(typed) == printed


WRITTEN = st.text(st.sampled_from('张函a1 ,.:;?!()"-—…（）。“”\u3000'), max_size=40)


@given(WRITTEN)
@example('"。," "张"')
@example("a (张(b) c)")
def test_doing_it_again_changes_nothing(text: str) -> None:
    assert chinese(chinese(text)) == chinese(text)


@given(WRITTEN)
def test_no_comma_colon_or_bracket_is_left_half_width_beside_han(text: str) -> None:
    printed = chinese(text)
    for before, after in pairwise(printed):
        assert not (before in "张函" and after in ",:;?!()"), printed
        assert not (before in ",:;?!()" and after in "张函"), printed


@given(st.text(st.characters(max_codepoint=0x24F), max_size=60))
def test_text_without_han_is_returned_as_it_is(text: str) -> None:
    assert chinese(text) == text


@given(WRITTEN)
def test_letters_figures_and_han_are_never_touched(text: str) -> None:
    def kept(value: str) -> str:
        return "".join(character for character in value if character in "张函a1")

    assert kept(chinese(text)) == kept(text)


FLOODS = [
    ("(", "（"),
    (")", "）"),
    (",", "，"),
    ("张,", "张，"),
    ("(张)", "（张）"),
    ('"张', "“张”张"),
]


@pytest.mark.parametrize(("typed", "printed"), FLOODS)
def test_a_flood_of_marks_is_set_like_a_few(typed: str, printed: str) -> None:
    """One pass, whatever the length: going over the text for each mark would take hours."""
    times = 30_000 // len(printed)
    text = typed * (times * (2 if '"' in typed else 1))
    assert chinese(f"理由：{text}张") == f"理由：{printed * times}张"


def test_lines_of_a_chinese_paragraph_join_without_blanks() -> None:
    assert joined(["因办理", "，需要", "ABC", "DEF"], is_chinese=True) == "因办理，需要ABC DEF"


def test_lines_of_an_english_paragraph_join_with_blanks_but_not_before_a_mark() -> None:
    assert (
        joined(["the office:", "户籍证明", ". To"], is_chinese=False) == "the office: 户籍证明. To"
    )


def test_what_counts_as_chinese() -> None:
    assert [
        is_wide(character) for character in ("张", "㛃", "𠅤", "。", "（", "a", "1", ",", "")
    ] == [
        *[True] * 5,
        *[False] * 4,
    ]
