"""Paragraphs, headings and balanced titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.status import Language
from integrations.letters.paragraphs import (
    Paragraph,
    balanced,
    divisions,
    paragraphs,
    title_lines,
    words_in,
)

LEVELS = [
    ("一、商请协助事项", Language.CHINESE, 1),
    ("十二、其他", Language.CHINESE, 1),
    ("（一）有关说明", Language.CHINESE, 2),
    ("一、申请人提交材料；", Language.CHINESE, 0),
    ("一、申请人已经提交材料。", Language.CHINESE, 0),
    ("1.新街办函〔2026〕12号", Language.CHINESE, 0),
    ("第一、说明", Language.CHINESE, 0),
    ("I. What we ask", Language.ENGLISH, 1),
    ("(a) Remarks", Language.ENGLISH, 2),
    ("I. agree that it is done.", Language.ENGLISH, 0),
    ("1. 新街办函〔2026〕12号 of 5 March 2026;", Language.ENGLISH, 0),
]


@pytest.mark.parametrize(("text", "language", "level"), LEVELS)
def test_a_numbered_line_that_ends_without_a_mark_is_a_heading(
    text: str, language: Language, level: int
) -> None:
    assert paragraphs(text, language) == (Paragraph(text, level),)


def test_a_blank_line_ends_a_paragraph_and_other_lines_are_joined() -> None:
    text = "\n请你单位\n  予以办理,\n\n \n专此函达.\n"
    assert [found.text for found in paragraphs(text, Language.CHINESE)] == [
        "请你单位予以办理，",
        "专此函达。",
    ]


def test_the_name_of_an_office_may_break_after_its_divisions() -> None:
    assert divisions("示例壮族自治区样本市丙丁仫佬族自治县德峨镇人民政府") == (
        *("示例壮族自治区", "样本市", "丙丁仫佬族自治县", "德峨镇", "人民政府"),
    )


def test_a_title_that_fits_stays_on_one_line() -> None:
    assert balanced(["甲县民政局", "关于某事的函"], 20) == ("甲县民政局关于某事的函",)


def test_a_long_title_breaks_between_its_pieces_and_its_lines_are_even() -> None:
    pieces = ["示例市", "甲区", "新桥街道", "办事处", "关于商请协助", "出具户籍情况证明的函"]
    assert balanced(pieces, 20) == (
        "示例市甲区新桥街道办事处",
        "关于商请协助出具户籍情况证明的函",
    )


def test_nothing_gives_one_empty_line() -> None:
    assert balanced([], 20) == ("",)
    assert title_lines([], 20) == ("",)


TITLES = [
    ("it fits one line", 20, ["甲县民政局", "关于某事的函"], ["甲县民政局关于某事的函"]),
    (
        "two lines, broken between words",
        20,
        ["示例市", "甲区", "新桥街道", "办事处", "关于商请协助", "出具户籍情况证明的函"],
        ["示例市甲区新桥街道办事处", "关于商请协助出具户籍情况证明的函"],
    ),
    (
        "two ways as even: the longer line above",
        10,
        ["一二三四五六七八", "九十", "甲乙丙丁戊己庚辛"],
        ["一二三四五六七八九十", "甲乙丙丁戊己庚辛"],
    ),
    (
        "no line shorter than both its neighbours",
        9,
        ["一二三四五六", "七八", "九十", "甲乙丙丁戊己", "庚辛壬"],
        ["一二三四五六七八", "九十甲乙丙丁戊己", "庚辛壬"],
    ),
    (
        "not a block of equal lines",
        12,
        ["一二三四五六", "七八", "九十甲乙", "丙丁戊己"],
        ["一二三四五六", "七八九十甲乙丙丁戊己"],
    ),
]


@pytest.mark.parametrize(
    ("widest", "pieces", "lines"), [row[1:] for row in TITLES], ids=[row[0] for row in TITLES]
)
def test_a_title_is_a_trapezium_or_a_rhombus(
    widest: int, pieces: list[str], lines: list[str]
) -> None:
    assert title_lines(pieces, widest) == tuple(lines)


def test_a_piece_longer_than_a_line_breaks_between_its_words() -> None:
    known = frozenset(["城乡", "居民", "养老", "养老保险", "关系", "转移", "凭证"])
    pieces = ["关于商请协助", "出具城乡居民养老保险关系转移凭证的函"]
    assert words_in(pieces[1], known) == (
        *("出具", "城乡", "居民", "养老保险", "关系", "转移", "凭证", "的函"),
    )
    assert title_lines(pieces, 16, known) == (
        "关于商请协助出具城乡居民养老保险",
        "关系转移凭证的函",
    )
    assert title_lines(pieces, 16)[0].endswith("养老保")  # Without the list a word is torn.


@given(st.text("养老保险关系函", max_size=30))
def test_words_lose_nothing(text: str) -> None:
    assert "".join(words_in(text, frozenset({"养老", "养老保险", "关系"}))) == text


@given(st.lists(st.text("某县局函", min_size=1, max_size=30), max_size=14), st.integers(5, 25))
def test_a_title_has_as_few_lines_as_can_be_and_loses_nothing(
    pieces: list[str], widest: int
) -> None:
    lines = title_lines(pieces, widest)
    assert "".join(lines) == "".join(pieces)
    assert all(len(line) <= widest for line in lines)
    assert len(lines) == len(balanced(pieces, widest))


@given(st.lists(st.text("某县局函", min_size=1, max_size=30), max_size=12), st.integers(5, 25))
def test_no_line_is_too_long_and_nothing_is_lost(pieces: list[str], widest: int) -> None:
    lines = balanced(pieces, widest)
    assert "".join(lines) == "".join(pieces)
    assert all(len(line) <= widest for line in lines)


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=12))
def test_english_words_keep_their_blanks(words: list[str]) -> None:
    assert " ".join(balanced(words, 20, gap=" ")) == " ".join(words)


def test_a_name_of_five_hundred_words_is_set_at_once() -> None:
    assert len(balanced(["word"] * 500, 50, gap=" ")) == 50
