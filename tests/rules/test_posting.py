"""Cut-off, envelopes, tracking numbers and postage, as a mail-room clerk would check them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.posting import (
    MOST_IN_C5,
    PostItem,
    cut_off_on,
    envelope_size,
    in_posting_order,
    read_postage,
    read_tracking_number,
    shares,
    sheets_of,
    tracking_warning,
)
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.post import EnvelopeSize, MailClass

REGISTERED, EXPRESS = MailClass.REGISTERED, MailClass.EXPRESS


def test_the_cut_off_is_by_the_clock_on_the_office_wall() -> None:
    at = cut_off_on(date(2026, 3, 2), time(16), "Asia/Shanghai")
    assert f"{at:%F %H:%M %z}" == "2026-03-02 16:00 +0800"


@pytest.mark.parametrize(
    ("sheets", "size"),
    [
        (2, EnvelopeSize.DL),
        (5, EnvelopeSize.DL),
        (6, EnvelopeSize.C5),
        (20, EnvelopeSize.C5),
        (21, EnvelopeSize.FLAT),
    ],
)
def test_the_envelope_follows_the_number_of_sheets(sheets: int, size: EnvelopeSize) -> None:
    assert envelope_size(sheets) is size


def test_three_pages_on_two_sides_are_two_sheets() -> None:
    assert (sheets_of(3, two_sided=True), sheets_of(3)) == (2, 3)


def item(key: int, office: str, mail_class: MailClass, sheets: int = 2) -> PostItem[int]:
    return PostItem(key, office, mail_class, f"{key:03}", sheets)


def test_letters_of_one_class_to_one_office_share_an_envelope() -> None:
    given_ = [
        item(1, "YZ", REGISTERED),
        item(2, "BZ", REGISTERED),
        item(3, "YZ", EXPRESS),
        item(4, "YZ", REGISTERED),
    ]
    found = [[each.key for each in envelope] for envelope in in_posting_order(given_)]
    assert found == [[3], [2], [1, 4]]


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from(MailClass), st.integers(1, 30)),
        max_size=40,
    )
)
def test_every_letter_is_in_one_envelope_which_is_not_overfull(
    letters: list[tuple[str, MailClass, int]],
) -> None:
    items = [item(n, *letter) for n, letter in enumerate(letters)]
    envelopes = in_posting_order(items)
    keys = sorted(each.key for envelope in envelopes for each in envelope)
    assert keys == list(range(len(items)))
    for envelope in envelopes:
        assert len({(each.office, each.mail_class) for each in envelope}) == 1
        assert len(envelope) == 1 or 1 + sum(each.sheets for each in envelope) <= MOST_IN_C5


@pytest.mark.parametrize(
    ("number", "is_doubtful"),
    [
        ("RR473124829CN", False),  # 4*8+7*6+3*4+1*2+2*3+4*5+8*9+2*7 = 200; 11 - 2 = 9
        ("RR473124828CN", True),
        ("XA12345678912", False),  # domestic registered: no published check
        ("1234567890123", False),  # domestic express
    ],
)
def test_only_numbers_of_the_international_form_are_doubted(number: str, is_doubtful: bool) -> None:
    assert bool(tracking_warning(number)) is is_doubtful


@pytest.mark.parametrize(
    ("text", "number"),
    [(" xa 1234 5678 912 ", "XA12345678912"), ("'1234567890123", "1234567890123")],
)
def test_blanks_and_small_letters_are_put_right(text: str, number: str) -> None:
    assert read_tracking_number(text) == number


@pytest.mark.parametrize("text", ["1.23457E+12", "123", "XA-12345678901234567890123", "=1+1"])
def test_what_is_no_tracking_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_tracking_number(text)


@pytest.mark.parametrize(("text", "fen"), [("12.50", 1250), ("￥4.2", 420), ("6.20元", 620)])
def test_postage_is_read_in_yuan(text: str, fen: int) -> None:
    assert read_postage(text) == fen


@pytest.mark.parametrize("text", ["", "free", "1.234", "-1", "NaN", "Infinity", "10000"])
def test_what_is_no_postage_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_postage(text)


@given(st.integers(0, 99_999), st.integers(1, 40))
def test_the_shares_are_the_whole_and_differ_by_a_fen_at_most(fen: int, count: int) -> None:
    found = list(shares(fen, count))
    assert (sum(found), len(found)) == (fen, count)
    assert max(found) - min(found) <= 1
