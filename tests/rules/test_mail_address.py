"""Mail addresses as they may be entered."""

import pytest

from cases.rules.mail_address import check_address
from cases.vocabulary.errors import InvalidValue


@pytest.mark.parametrize(
    "address",
    [
        "clerk@office.example",
        "first.last+tag@sub.office.example",
        "x@xn--fiqs8s.example",
        "a" * 64 + "@office.example",
    ],
)
def test_a_plain_address_is_taken_as_it_is(address: str) -> None:
    assert check_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@office.example",
        "clerk@",
        "clerk",
        "a..b@office.example",
        ".a@office.example",
        "two@at@office.example",
        "has space@office.example",
        "<clerk@office.example>",
        "Clerk <clerk@office.example>",
        "a@office.example,b@office.example",
        '"quoted"@office.example',
        "林@office.example",
        "clerk@办公.example",
        "clerk@[192.0.2.1]",
        "clerk@-office.example",
        "clerk@office.example\nBcc: other@office.example",
        "a" * 65 + "@office.example",
        "a@" + ".".join(["office"] * 40) + ".example",
    ],
)
def test_anything_else_is_refused(address: str) -> None:
    with pytest.raises(InvalidValue):
        check_address(address)
