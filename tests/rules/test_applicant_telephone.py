"""Telephone numbers of applicants: typed in any way, kept as digits, shown masked."""

import pytest

from cases.rules.applicant_telephone import mask_telephone, read_telephone
from cases.vocabulary.errors import InvalidValue


@pytest.mark.parametrize(
    ("typed", "kept", "masked"),
    [
        ("138 0013-8000", "13800138000", "138****8000"),
        ("+86 138 0013 8000", "+8613800138000", "+86*******8000"),
        ("(0571) 8800 000", "05718800000", "057****0000"),
        ("8800 000", "8800000", "*****00"),
    ],
)
def test_a_telephone_number_is_kept_as_digits_and_shown_masked(
    typed: str, kept: str, masked: str
) -> None:
    assert read_telephone(typed) == kept
    assert mask_telephone(kept) == masked


@pytest.mark.parametrize("typed", ["", "12", "一三八", "138x0138000", "1" * 16, "++8613800138000"])
def test_what_is_no_telephone_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InvalidValue, match=r"^the telephone number needs 7 to 15 digits$"):
        read_telephone(typed)
