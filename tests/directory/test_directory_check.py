"""What the check finds in the directory."""

from datetime import date

import pytest

from cases.operations.directory import change_office
from cases.operations.directory_check import Concern, check_directory
from cases.operations.divisions import change_division
from cases.rules.divisions import Change
from cases.store.session import Database
from tests.directory.directory_desk import KEEPER, NOW, TODAY, enter_sample_province, office

SOUND = {"address": "样本路1号", "verified_on": date(2026, 2, 1)}
ENDED = date(2025, 12, 31)


@pytest.fixture
def sound(database: Database) -> Database:
    """Give a directory of a province, a county and a town in which nothing is amiss."""
    with database.transaction("x") as session:
        enter_sample_province(session)
        office(session, "province", division_code="99", **SOUND)
        office(session, "county", "province", division_code="990101", **SOUND)
        office(session, "town", "county", division_code="990101100", **SOUND)
    return database


def concerns(database: Database) -> list[tuple[str, Concern, str]]:
    with database.reading() as session:
        found = check_directory(session, on=TODAY)
        return [(each.office.code, each.concern, each.words) for each in found]


def test_nothing_is_said_about_a_directory_that_is_sound(sound: Database) -> None:
    assert concerns(sound) == []


ABOUT_AN_OFFICE = {
    "no superior, with who stands above by its division": (
        {"division_code": "990101101"},
        (Concern.NO_SUPERIOR, "by its division: county"),
    ),
    "neither mail nor post": (
        {"division_code": "990101101", "superior": "county", "address": ""},
        (Concern.NO_ADDRESS, ""),
    ),
    "nobody ever verified it": (
        {"division_code": "990101101", "superior": "county", "verified_on": None},
        (Concern.NOT_VERIFIED, "never"),
    ),
    "verified a year and a day ago": (
        {"division_code": "990101101", "superior": "county", "verified_on": date(2025, 3, 1)},
        (Concern.NOT_VERIFIED, "2025-03-01"),
    ),
    "a division that is in no list": (
        {"division_code": "990199", "superior": "county"},
        (Concern.DIVISION_UNKNOWN, "990199"),
    ),
    "a division without a government": (
        {"division_code": "130171", "superior": "county"},
        (
            Concern.NO_GOVERNMENT,
            "石家庄高新技术产业开发区: a statistical unit, no government",
        ),
    ),
}


@pytest.mark.parametrize(("columns", "expected"), ABOUT_AN_OFFICE.values(), ids=ABOUT_AN_OFFICE)
def test_one_concern_is_raised_about(
    sound: Database, columns: dict[str, object], expected: tuple[Concern, str]
) -> None:
    given = {**SOUND, **columns}
    superior = str(given.pop("superior", ""))
    with sound.transaction("x") as session:
        office(session, "amiss", superior, **given)
    assert concerns(sound) == [("amiss", *expected)]


def test_two_living_offices_of_one_name_in_one_division_are_found(sound: Database) -> None:
    with sound.transaction("x") as session:
        for code in ("A", "B"):
            office(session, code, "county", name_zh="示例所", division_code="990101", **SOUND)
    assert concerns(sound) == [
        ("A", Concern.SAME_NAME, "示例所"),
        ("B", Concern.SAME_NAME, "示例所"),
    ]


def test_an_abolished_superior_is_found_at_both_ends(sound: Database) -> None:
    with sound.transaction("x") as session:
        gone = office(session, "gone", "province", division_code="990101", **SOUND)
        office(session, "below", "gone", division_code="990101101", **SOUND)
        change_office(session, KEEPER, gone, {"valid_to": ENDED}, now=NOW)
    assert concerns(sound) == [
        (
            "below",
            Concern.SUPERIOR_GONE,
            "gone办事处 (gone) does not exist after 2025-12-31; nearest: province",
        ),
        ("gone", Concern.NO_SUCCESSOR, ""),
    ]


def test_a_division_that_was_abolished_is_found(sound: Database) -> None:
    with sound.transaction("x") as session:
        change_division(session, KEEPER, Change("990101100", "乙镇", None, ENDED), now=NOW)
    assert concerns(sound) == [("town", Concern.DIVISION_GONE, "990101100 乙镇")]
