"""What holds for every person number; all are synthetic, made of a body and its check."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules.divisions_of_numbers import county_codes
from cases.rules.person_number import (
    PersonNumber,
    PersonNumberVerdict,
    check_character,
    normalize,
    read_person_number,
)

TODAY = date(2026, 3, 2)
VALID, INVALID = PersonNumberVerdict.VALID, PersonNumberVerdict.INVALID


def complete(body: str) -> str:
    return body + check_character(body)


def read(text: str) -> PersonNumber:
    return read_person_number(text, today=TODAY)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text_gets_one_verdict(text: str) -> None:
    number = read(text)
    assert number.verdict in PersonNumberVerdict
    assert number.normalized == normalize(text)
    json.dumps([number.verdict, number.normalized, number.reason])


SHAPED = st.one_of(
    st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True),
    st.from_regex(r"[0-9]{15}", fullmatch=True),
    st.from_regex(r"[0-9]{17}", fullmatch=True).map(complete),
)


@settings(deadline=None)
@given(SHAPED)
def test_neither_reason_nor_repr_gives_the_number_away(text: str) -> None:
    number = read(text)
    for hidden in filter(None, (number.normalized, number.derived)):
        assert hidden not in repr(number)
        assert hidden[6:14] not in number.reason
    assert read(number.normalized) == number


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


births = st.dates(date(1900, 1, 1), TODAY).map(lambda day: day.strftime("%Y%m%d"))
bodies = st.builds(
    "{}{}{:03d}".format, st.sampled_from(sorted(county_codes())), births, st.integers(0, 999)
)


@settings(deadline=None)
@given(bodies)
def test_every_single_changed_character_is_found(body: str) -> None:
    good = complete(body)
    assert read(good).verdict is VALID
    for place, right in enumerate(good):
        for wrong in set("0123456789X") - {right}:
            assert read(good[:place] + wrong + good[place + 1 :]).verdict is INVALID


@settings(deadline=None)
@given(bodies, st.integers(0, 16))
def test_every_swap_of_two_neighbours_is_found(body: str, place: int) -> None:
    good = complete(body)
    swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    assert (read(swapped).verdict is INVALID) is (swapped != good)


@settings(deadline=None)
@given(bodies.filter(lambda body: body[6:8] == "19"))
def test_the_short_form_leads_back_to_the_long_one(body: str) -> None:
    short = body[:6] + body[8:]
    assert read(short).derived == complete(body)
