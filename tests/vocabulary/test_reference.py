"""Case references: read as they are printed, and a slip of the pen is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.reference import case_reference, check_digit, read_reference

YEARS, SERIALS = st.integers(1000, 9999), st.integers(1, 10**9)

READ = {
    "as printed": "HC-2026-000123-7",
    "in lower case": "hc-2026-000123-7",
    "with a blank at the end": "HC-2026-000123-7 ",
    "with blanks between": "HC - 2026 - 000123 - 7",
    "with long dashes": "HC—2026—000123—7",
}


@pytest.mark.parametrize("text", READ.values(), ids=READ.keys())
def test_read_as_people_write_it(text: str) -> None:
    assert read_reference(text) == case_reference(2026, 123) == "HC-2026-000123-7"


@pytest.mark.parametrize(
    "text",
    ["", "HC", "2026-000123-7", "HC-26-000123-0", "HC-2026-123-0", "HC-2026-000123", "XX-2026-1-1"],
)
def test_what_is_no_reference_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidValue, match="one looks like HC-2026-000123-7"):
        read_reference(text)


@given(YEARS, SERIALS)
def test_every_reference_reads_back(year: int, serial: int) -> None:
    assert read_reference(case_reference(year, serial)) == case_reference(year, serial)


@given(YEARS, SERIALS, st.data())
def test_every_wrong_digit_is_found(year: int, serial: int, data: st.DataObject) -> None:
    reference = case_reference(year, serial)
    places = [place for place, character in enumerate(reference) if character.isdigit()]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[place]]))
    with pytest.raises(InvalidValue, match="mistyped"):
        read_reference(reference[:place] + other + reference[place + 1 :])


def test_the_example_of_the_standard() -> None:
    """ISO/IEC 7064:2003, MOD 11,10: 0794 has the check digit 5."""
    assert check_digit("0794") == "5"


def test_nearly_every_swap_of_two_neighbours_is_found() -> None:
    found = total = 0
    for serial in range(1, 2_000):
        digits = f"2026{serial:06d}"
        for place in range(len(digits) - 1):
            one, two = digits[place : place + 2]
            if one != two:
                swapped = digits[:place] + two + one + digits[place + 2 :]
                total += 1
                found += check_digit(swapped) != check_digit(digits)
    assert found / total > 0.97
