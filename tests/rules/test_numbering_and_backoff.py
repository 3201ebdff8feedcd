"""Letter numbers as the 2012 rules write them, and how long to rest after a failure."""

from datetime import timedelta

import pytest

from cases.rules.backoff import CASE_TRIES, MAIL_TRIES, case_pause_ms, mail_pause
from cases.rules.numbering import letter_number
from cases.vocabulary.errors import InvalidValue

NUMBERS = {
    "a code without 函 gets one": ("新街办", 2026, 12, "新街办函〔2026〕12号"),
    "a code with 函 keeps its one": ("新街办函", 2026, 12, "新街办函〔2026〕12号"),
    "no leading zeros": ("新街办", 2026, 1, "新街办函〔2026〕1号"),
    "a long serial": ("新街办", 2026, 12345, "新街办函〔2026〕12345号"),
}


@pytest.mark.parametrize(("code", "year", "serial", "number"), NUMBERS.values(), ids=NUMBERS.keys())
def test_letter_numbers(code: str, year: int, serial: int, number: str) -> None:
    assert letter_number(code, year, serial) == number


@pytest.mark.parametrize(("code", "serial"), [("", 1), ("新街办", 0), ("新街办", -1)])
def test_no_number_without_a_code_or_below_one(code: str, serial: int) -> None:
    with pytest.raises(InvalidValue):
        letter_number(code, 2026, serial)


def test_mail_rests_a_minute_then_twice_as_long_each_time_and_six_hours_at_most() -> None:
    minutes = [mail_pause(failures) // timedelta(minutes=1) for failures in range(1, 14)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360]


def test_all_tries_of_one_mail_last_more_than_a_day_and_less_than_two() -> None:
    total = sum((mail_pause(failures) for failures in range(1, MAIL_TRIES)), timedelta())
    assert timedelta(hours=14) < total < timedelta(days=2)


def test_a_case_rests_1_4_16_64_seconds_before_its_fifth_turn() -> None:
    assert [case_pause_ms(attempts) for attempts in range(1, CASE_TRIES)] == [
        1_000,
        4_000,
        16_000,
        64_000,
    ]


def test_a_pause_never_shrinks_and_has_an_end() -> None:
    pauses = [case_pause_ms(attempts) for attempts in range(50)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 256_000
    assert mail_pause(0) == mail_pause(1)
    assert mail_pause(10_000) == timedelta(hours=6)
