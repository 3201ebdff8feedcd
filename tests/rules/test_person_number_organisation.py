"""Organisation codes. Every code here is synthetic: a body, and the check character computed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules.organisation_code import read_organisation_code

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: GB 32100-2015 prints the weights as a table.
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def synthetic(body: str) -> str:
    """Complete 17 characters: the one that brings the weighted sum to a multiple of 31."""
    total = sum(
        ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True)
    )
    return body + next(last for last in ALPHABET if (total + ALPHABET.index(last)) % 31 == 0)


GOOD = synthetic("11330106MB0X12345")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOD, id="as printed"),
        pytest.param(GOOD.lower(), id="lower case"),
        pytest.param(" ".join((GOOD[:8], GOOD[8:])), id="with a blank"),
        pytest.param("-".join((GOOD[:8], GOOD[8:])), id="with a dash"),
        pytest.param("".join(chr(ord(one) + 0xFEE0) for one in GOOD), id="full width"),
    ],
)
def test_a_code_is_read_however_it_is_typed(text: str) -> None:
    code = read_organisation_code(text)
    assert (code.is_valid, code.normalized, code.reason) == (True, GOOD, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "not 0", id="an empty line"),
        pytest.param(GOOD[:-1], "not 17", id="17 characters are too few"),
        pytest.param("I" + GOOD[1:], "other than", id="no letter I"),
        pytest.param(GOOD[:17] + "é", "other than", id="no accents"),
        pytest.param(GOOD[:2] + "A" + GOOD[3:], "are digits", id="the division has digits only"),
    ],
)
def test_a_code_of_the_wrong_shape_is_refused(text: str, words: str) -> None:
    code = read_organisation_code(text)
    assert not code.is_valid
    assert words in code.reason


parts = st.text(ALPHABET, min_size=11, max_size=11)
divisions = st.integers(110000, 659999).map(str)
bodies = st.builds(lambda part, division: part[:2] + division + part[2:], parts, divisions)


@settings(deadline=None)
@given(bodies)
def test_every_single_changed_character_is_found(body: str) -> None:
    good = synthetic(body)
    assert read_organisation_code(good).is_valid
    for place, right in enumerate(good):
        for wrong in set(ALPHABET) - {right}:
            changed = good[:place] + wrong + good[place + 1 :]
            assert not read_organisation_code(changed).is_valid


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_gets_an_answer(text: str) -> None:
    code = read_organisation_code(text)
    assert code.is_valid is (code.reason == "")
