"""A reference typed by hand: one slip gives a suggestion, never another case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.typed_reference import Suggestion, may_mean, suggest
from cases.vocabulary.reference import case_reference

OURS = case_reference(2026, 123)
KNOWN = frozenset(case_reference(2026, serial) for serial in range(1, 400))

SLIPS = {
    "a wrong digit": "HC-2026-000124-7",
    "a wrong check digit": "HC-2026-000123-1",
    "a letter for a digit": "HC-2026-0O0123-7",
    "a digit for a letter": "H6-2026-000123-7",
    "a letter for the first digit": "HC-Z026-000123-7",
    "a digit missing": "HC-2026-00123-7",
    "the last digit missing": "HC-2026-000123",
    "a digit too many": "HC-2026-0000123-7",
    "two digits swapped": "HC-2026-000132-7",
    "no dashes": "HC20260001237",
    "no letters before": "2026-000123-7",
    "wrong letters before": "HO-2026-000123-7",
    "full width and blanks": "ＨＣ－２０２６ － ０００１２４ － ７",
}


def test_a_right_reference_is_the_case() -> None:
    assert suggest(OURS, KNOWN) == Suggestion(exact=OURS)
    assert suggest(f" {OURS.lower()} ", KNOWN) == Suggestion(exact=OURS)


@pytest.mark.parametrize("typed", SLIPS.values(), ids=SLIPS.keys())
def test_one_slip_gives_a_suggestion(typed: str) -> None:
    found = suggest(typed, KNOWN)
    assert found.exact is None
    assert OURS in found.likely


@given(st.integers(1, 999_999), st.data())
def test_one_wrong_character_never_names_a_case(serial: int, data: st.DataObject) -> None:
    meant = case_reference(2026, serial)
    at = data.draw(st.sampled_from([n for n, character in enumerate(meant) if character != "-"]))
    other = data.draw(st.sampled_from("0123456789ABCHOX").filter(lambda each: each != meant[at]))

    class Everything:
        def __contains__(self, _reference: object) -> bool:
            return True

    found = suggest(meant[:at] + other + meant[at + 1 :], Everything())
    assert found.exact is None
    assert meant in found.likely


def test_only_known_references_are_suggested() -> None:
    assert suggest("HC-2026-000124-7", frozenset()) == Suggestion()
    assert suggest(case_reference(2026, 401), KNOWN).exact is None


@pytest.mark.parametrize("typed", ["", "HC", "12345", "林小禾", "1" * 41, "HC-2026-" + "9" * 32])
def test_what_is_far_from_a_reference_means_nothing(typed: str) -> None:
    assert may_mean(typed) == ()


def test_what_a_text_may_mean_is_a_short_list_for_a_query() -> None:
    assert OURS in may_mean("HC-2026-000124-7")
    assert len(may_mean("HC-2026-000124-7")) < 100
