"""Person numbers. Every number here is synthetic: a body, and the check character computed."""

from datetime import date

import pytest

from cases.rules.divisions_of_numbers import county_codes, province_codes
from cases.rules.person_number import (
    PersonNumber,
    PersonNumberKind,
    PersonNumberVerdict,
    mask,
    matches,
    normalize,
    read_person_number,
)

TODAY = date(2026, 3, 2)
VALID, WARN = PersonNumberVerdict.VALID, PersonNumberVerdict.VALID_WARN
LEGACY, INVALID = PersonNumberVerdict.LEGACY15, PersonNumberVerdict.INVALID


def synthetic(body: str) -> str:
    """Complete 17 digits by the definition in ISO 7064: the whole is 1 modulo 11, in powers of 2.

    Written differently from the rule (no table of weights), so that both must be right.
    """
    total = 0
    for digit in body:
        total = (total + int(digit)) * 2 % 11
    last = (1 - total) % 11
    return body + ("X" if last == 10 else str(last))


def read(text: str) -> PersonNumber:
    return read_person_number(text, today=TODAY)


GOOD = synthetic("11010119900307123")
ENDS_IN_X = next(
    number
    for serial in range(100, 200)
    if (number := synthetic(f"11010119900307{serial}")).endswith("X")
)
FULL_WIDTH = {ord(plain): ord(plain) + 0xFEE0 for plain in "0123456789X-"}
ARABIC_INDIC = {ord("0") + value: 0x0660 + value for value in range(10)}


@pytest.mark.parametrize(
    ("text", "verdict", "words"),
    [
        pytest.param(GOOD, VALID, "", id="a number of today is valid"),
        pytest.param(ENDS_IN_X, VALID, "", id="a number may end in X"),
        pytest.param(
            synthetic("33011319850612004"), VALID, "", id="330113, a county of 2021, is valid"
        ),
        pytest.param(
            synthetic("33011419300612004"), VALID, "", id="a new county may have an old person"
        ),
        pytest.param(
            synthetic("44190019850612004"), VALID, "", id="a city without counties is valid"
        ),
        pytest.param(
            synthetic("11019919900307123"), WARN, "county", id="an unknown county only warns"
        ),
        pytest.param(
            synthetic("34052419800101001"), WARN, "county", id="an abolished county only warns"
        ),
        pytest.param(
            synthetic("71000019800101001"), WARN, "county", id="Taiwan is a province, no county"
        ),
        pytest.param(
            synthetic("11010118600307123"), WARN, "1870", id="a birth before 1870 is unlikely"
        ),
        pytest.param(synthetic("11010120260302123"), VALID, "", id="someone born today is valid"),
        pytest.param(
            synthetic("11010120260303123"), INVALID, "future", id="nobody is born tomorrow"
        ),
        pytest.param(synthetic("11010120990101123"), INVALID, "future", id="nobody is of 2099"),
        pytest.param(synthetic("11010119000229123"), INVALID, "calendar", id="1900 had no 29 Feb"),
        pytest.param(synthetic("11010120000229123"), VALID, "", id="2000 had a 29 Feb"),
        pytest.param(synthetic("11010119901301123"), INVALID, "calendar", id="no 13th month"),
        pytest.param(synthetic("11010100000101123"), INVALID, "calendar", id="no year 0"),
        pytest.param(synthetic("99999999999999999"), INVALID, "calendar", id="seventeen nines"),
        pytest.param(synthetic("00000019900307123"), INVALID, "province", id="00 is no province"),
        pytest.param(synthetic("83010119900307123"), WARN, "zeros", id="83 without its zeros"),
        pytest.param(
            synthetic("84000019900307123"), INVALID, "province", id="84 is neither permit"
        ),
        pytest.param(GOOD[:-1], INVALID, "not 17", id="17 characters are too few"),
        pytest.param(GOOD + "0", INVALID, "not 19", id="19 characters are too many"),
        pytest.param(GOOD[:16] + "X" + GOOD[17], INVALID, "digits only", id="X stands last only"),
        pytest.param("", INVALID, "no number", id="an empty line"),
        pytest.param(" \t\u3000-", INVALID, "no number", id="blanks and dashes alone"),
        pytest.param(
            GOOD.translate(ARABIC_INDIC), INVALID, "digits only", id="Arabic-Indic digits"
        ),
        pytest.param("张三", INVALID, "not 2", id="a name"),
        pytest.param("\ud800" * 18, INVALID, "digits only", id="half characters"),
    ],
)
def test_verdict(text: str, verdict: PersonNumberVerdict, words: str) -> None:
    number = read(text)
    assert number.verdict is verdict
    assert words in number.reason
    assert (number.reason == "") is (verdict is VALID)
    assert (number.kind is None) is (verdict is INVALID)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"  {ENDS_IN_X}\r\n", id="blanks around it"),
        pytest.param(" ".join((ENDS_IN_X[:6], ENDS_IN_X[6:14], ENDS_IN_X[14:])), id="in groups"),
        pytest.param("-".join((ENDS_IN_X[:6], ENDS_IN_X[6:])), id="with a hyphen"),
        pytest.param("—".join((ENDS_IN_X[:6], ENDS_IN_X[6:])), id="with a long dash"),
        pytest.param("−".join((ENDS_IN_X[:6], ENDS_IN_X[6:])), id="with a minus sign"),
        pytest.param("－".join((ENDS_IN_X[:6], ENDS_IN_X[6:])), id="with a full-width hyphen"),
        pytest.param("\u3000".join(ENDS_IN_X), id="with ideographic blanks"),
        pytest.param("\ufeff" + "\u200b".join(ENDS_IN_X), id="with invisible characters"),
        pytest.param(ENDS_IN_X.lower(), id="with a lower-case x"),
        pytest.param(ENDS_IN_X.translate(FULL_WIDTH), id="full width, X too"),
        pytest.param(ENDS_IN_X.translate(FULL_WIDTH).lower(), id="full width, lower-case x"),
    ],
)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    number = read(text)
    assert number.verdict is VALID
    assert number.normalized == ENDS_IN_X
    assert matches(number, read(ENDS_IN_X))


@pytest.mark.parametrize(
    ("text", "verdict", "kind"),
    [
        pytest.param(GOOD, VALID, PersonNumberKind.RESIDENT, id="a resident"),
        pytest.param(
            synthetic("81000019940823002"),
            VALID,
            PersonNumberKind.RESIDENCE_PERMIT,
            id="81: a permit for somebody of Hong Kong",
        ),
        pytest.param(
            synthetic("82000019940823002"),
            VALID,
            PersonNumberKind.RESIDENCE_PERMIT,
            id="82: a permit for somebody of Macao",
        ),
        pytest.param(
            synthetic("83000019920130002"),
            VALID,
            PersonNumberKind.RESIDENCE_PERMIT,
            id="83: a permit for somebody of Taiwan",
        ),
        pytest.param(
            synthetic("93184019800101001"),
            WARN,
            PersonNumberKind.PERMANENT_RESIDENT,
            id="9: a permanent resident, with a warning",
        ),
        pytest.param(
            "abc-1234 5678 9012",
            WARN,
            PersonNumberKind.PERMANENT_RESIDENT,
            id="three letters and 12 digits: a permanent resident before 2023-12-01",
        ),
    ],
)
def test_kind(text: str, verdict: PersonNumberVerdict, kind: PersonNumberKind) -> None:
    number = read(text)
    assert (number.verdict, number.kind, number.derived) == (verdict, kind, None)


def test_fifteen_digits_are_kept_and_the_long_form_is_derived() -> None:
    number = read("110101 900307 123")
    assert number.verdict is LEGACY
    assert number.normalized == "110101900307123"
    assert number.derived == GOOD
    assert "county" not in number.reason


def test_an_unknown_county_is_said_of_fifteen_digits_too() -> None:
    number = read("110199900307123")
    assert number.verdict is LEGACY
    assert "county" in number.reason


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        pytest.param("110101901307123", "calendar", id="no 13th month"),
        pytest.param("110101000229123", "calendar", id="the year is 1900, which had no 29 Feb"),
        pytest.param("990101900307123", "province", id="99 is no province"),
        pytest.param("810000900307123", "province", id="permits never had 15 digits"),
    ],
)
def test_fifteen_digits_are_invalid(digits: str, words: str) -> None:
    number = read(digits)
    assert number.verdict is INVALID
    assert words in number.reason
    assert number.derived is None


def test_a_fifteen_digit_number_matches_its_later_form() -> None:
    assert matches(read("110101900307123"), read(GOOD))
    assert matches(read(GOOD), read("110101900307123"))
    assert matches(read("110101900307123"), read("110101-900307-123"))


def test_different_or_invalid_numbers_do_not_match() -> None:
    assert not matches(read(GOOD), read(ENDS_IN_X))
    assert not matches(read("unknown"), read("unknown"))
    assert not matches(read(""), read(""))


@pytest.mark.parametrize(
    ("normalized", "masked"),
    [
        pytest.param("110101199003071234", "1101**********1234", id="18 characters"),
        pytest.param("110101900307123", "1101*******7123", id="15 characters"),
        pytest.param("12345678", "********", id="a short text is hidden whole"),
        pytest.param("12345678901234", "**************", id="so is one of 14 characters"),
        pytest.param("", "", id="nothing stays nothing"),
    ],
)
def test_mask(normalized: str, masked: str) -> None:
    assert mask(normalized) == masked


def test_every_county_makes_a_valid_number() -> None:
    refused = [
        county
        for county in county_codes()
        for born in ("19300101", "19600615", "19991231", "20260302")
        if read(synthetic(f"{county}{born}001")).verdict is not VALID
    ]
    assert refused == []


def test_the_list_of_divisions_is_whole() -> None:
    counties = county_codes()
    assert len(counties) == 2978
    assert all(len(county) == 6 and county.isascii() and county.isdigit() for county in counties)
    assert len(province_codes()) == 31 + 1
    assert counties >= {"110101", "330113", "330114", "441900", "442000", "460400", "620201"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("e\u200b\u0301", id="an accent meets its letter when a blank goes"),
        pytest.param("i\u0307", id="a letter meets its dot when it becomes a capital"),
        pytest.param("1\u00a8\u0301", id="a spacing accent falls apart"),
    ],
)
def test_normalising_accents_again_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)
