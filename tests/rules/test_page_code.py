"""The code on every page: what it says, and that no slip of one character names another page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.page_code import (
    SEPARATORS,
    SYMBOLS,
    NotAPage,
    PageCode,
    check_character,
    guesses,
    is_receipt_slip,
    read_page_code,
)
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.reference import case_reference
from cases.vocabulary.status import LetterKind

REFERENCES = st.builds(case_reference, st.integers(1000, 9999), st.integers(1, 10**8))


@st.composite
def codes(draw: st.DrawFn) -> PageCode:
    """Return any page of any letter."""
    of = draw(st.integers(1, 999))
    return PageCode(draw(REFERENCES), draw(st.integers(1, 999)), draw(st.integers(1, of)), of)


FIRST = PageCode("HC-2026-000123-7", letter=2, page=1, of=3)


def test_a_code_is_printed_with_its_check_character() -> None:
    assert str(FIRST) == "HC-2026-000123-7.2/1/3-" + check_character("HC-2026-000123-7.2/1/3-")
    assert len(str(FIRST)) == 24


def test_the_check_character_is_that_of_iso_7064_mod_37_2() -> None:
    """The donation number of ISBT 128, an application that names the system."""
    assert check_character("G123489654321") == "Y"


@given(codes())
def test_every_code_reads_back(code: PageCode) -> None:
    assert read_page_code(str(code)) == code


READ_ALIKE = {
    "in lower case": "hc-2026-000123-7.2/1/3-{}",
    "with blanks": " HC-2026-000123-7 . 2 / 1 / 3 -{}",
    "in full width": "ＨＣ－2026－000123－7．2／1／3－{}",
    "with long dashes": "HC—2026—000123—7.2/1/3—{}",
}


@pytest.mark.parametrize("typed", READ_ALIKE.values(), ids=READ_ALIKE.keys())
def test_read_as_people_type_it(typed: str) -> None:
    check = str(FIRST)[-1]
    assert read_page_code(typed.format(check.lower())) == FIRST


@given(codes(), st.data())
def test_no_single_wrong_character_names_a_page(code: PageCode, data: st.DataObject) -> None:
    text = str(code)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(SYMBOLS + SEPARATORS).filter(lambda each: each != text[at]))
    assert isinstance(read_page_code(text[:at] + other + text[at + 1 :]), NotAPage)


@given(codes())
def test_no_swap_of_two_neighbours_names_a_page(code: PageCode) -> None:
    text = str(code)
    for at in range(len(text) - 1):
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        assert swapped == text or isinstance(read_page_code(swapped), NotAPage)


def test_every_wrong_character_and_every_swap_of_one_code_is_found() -> None:
    """Not a sample: all of them, and each gets the right page among its guesses."""
    text = str(FIRST)
    wrong = {
        text[:at] + other + text[at + 1 :]
        for at in range(len(text))
        for other in SYMBOLS + SEPARATORS
    } | {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1)}
    for typed in sorted(wrong - {text})[::7]:
        assert isinstance(read_page_code(typed), NotAPage)
        assert FIRST in guesses(typed), typed


def closed(text: str) -> str:
    """Return the text with the check character that fits."""
    return f"{text}-{check_character(f'{text}-')}"


REFUSED = {
    "nothing": ("", NotAPage.FOREIGN),
    "an address of the web": ("https://office.example/?page=1", NotAPage.FOREIGN),
    "a reference alone": ("HC-2026-000123-7", NotAPage.FOREIGN),
    "a page with a leading zero": (closed("HC-2026-000123-7.2/01/3"), NotAPage.FOREIGN),
    "a wrong check character": ("HC-2026-000123-7.2/1/3-0", NotAPage.MISTYPED),
    "the fourth page of three": (closed("HC-2026-000123-7.2/4/3"), NotAPage.IMPOSSIBLE),
    "a reference whose own digit is wrong": (
        closed("HC-2026-000123-8.2/1/3"),
        NotAPage.IMPOSSIBLE,
    ),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_page_says_why(text: str, why: NotAPage) -> None:
    assert read_page_code(text) is why


@pytest.mark.parametrize("text", ["", "https://office.example/", "HC-2026-000123-7"])
def test_a_foreign_text_gets_no_guess(text: str) -> None:
    assert guesses(text) == ()


def test_a_right_code_needs_no_guess() -> None:
    assert guesses(str(FIRST)) == ()


@pytest.mark.parametrize(("letter", "page", "of"), [(1, 0, 1), (1, 2, 1), (0, 1, 1), (1, 1, 1000)])
def test_a_page_that_cannot_be_is_never_made(letter: int, page: int, of: int) -> None:
    with pytest.raises(InvalidValue, match="cannot be printed"):
        PageCode("HC-2026-000123-7", letter, page, of)


def test_a_reference_that_is_not_as_printed_makes_no_code() -> None:
    with pytest.raises(InvalidValue, match="not as references are printed"):
        PageCode("hc-2026-000123-7", 1, 1, 1)


def test_the_slip_is_the_last_page_of_a_request() -> None:
    last = PageCode("HC-2026-000123-7", letter=1, page=3, of=3)
    assert is_receipt_slip(LetterKind.REQUEST, last)
    assert not is_receipt_slip(LetterKind.REQUEST, FIRST)
    assert not is_receipt_slip(LetterKind.REMINDER, last)
