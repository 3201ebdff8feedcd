"""The address check: each line that cannot stand is named, with its reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.divisions import division_book
from cases.rules.postal_address import (
    WINDOW_CHARACTERS,
    PostalAddress,
    address_faults,
    window_lines,
)

TODAY = date(2026, 3, 2)
RIGHT = {
    "recipient": "样本县乙镇人民政府",
    "address": "示例省示例市样本县乙镇政府路8号",
    "postcode": "100000",
    "contact": "示例联系人",
}


def faults(division: str = "110101", **changes: str) -> list[str]:
    found = address_faults(
        PostalAddress(**{**RIGHT, **changes}), division, division_book().get(division), TODAY
    )
    return [f"{fault.line}: {fault.reason}" for fault in found]


def test_a_right_address_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"recipient": ""}, "recipient: no office is named"),
        ({"address": "乙镇"}, "address: too short to be a postal address"),
        ({"address": "yz@office.example"}, "address: is a mail address, not a postal one"),
        (
            {"address": "示例省\u200b乙镇1号"},
            "address: holds a character that cannot be printed",
        ),
        ({"address": "长" * 55}, "address: needs 4 lines of the window; it has 3"),
        ({"recipient": "样" * 36}, "recipient: needs 3 lines of the window; it has 2"),
        ({"postcode": "10000"}, "postcode: a postcode has six digits"),
        ({"postcode": "１０００００"}, "postcode: a postcode has six digits"),
        ({"postcode": "000000"}, "postcode: a postcode has six digits"),
        ({"division": "999999"}, "division: no such division is known"),
        ({"division": ""}, "division: no such division is known"),
    ],
)
def test_the_failing_line_is_named(changes: dict[str, str], found: str) -> None:
    assert found in faults(**changes)


def test_the_lines_stand_as_on_a_chinese_envelope() -> None:
    assert window_lines(PostalAddress(**RIGHT)) == (
        "100000",
        "示例省示例市样本县乙镇政府路8号",
        "样本县乙镇人民政府",
        "示例联系人　收",
    )
    nobody = PostalAddress(**{**RIGHT, "contact": ""})
    assert window_lines(nobody)[-1] == "样本县乙镇人民政府　收"


@given(st.text(st.sampled_from("样本县路号12Ab "), min_size=6, max_size=60))
def test_no_character_is_lost_and_no_line_is_wider_than_the_window(address: str) -> None:
    lines = window_lines(PostalAddress("样本县", address, "100000", "示例"))[1:-2]
    assert "".join(lines) == address.strip() or not address.strip()
    assert all(len(line) <= 2 * WINDOW_CHARACTERS for line in lines)
