"""Offices are found by name, initials, code, place, and a person number's first six digits."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.operations.directory import change_office
from cases.operations.directory_search import Findings, search
from cases.store import offices
from cases.store.session import Database
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.directory.directory_desk import KEEPER, NOW, TODAY, enter_sample_province, office

Databases = SqliteDatabases | PostgresDatabases


def settle(database: Database) -> Database:
    """Enter a sample province and its offices, and two offices in Beijing's Dongcheng."""
    with database.transaction("x") as session:
        enter_sample_province(session)
        for code, name, division_code in (
            ("YBX", "样本县人民政府", "990101"),
            ("YBX-GA", "样本县公安局", "990101"),
            ("YZ", "样本县乙镇人民政府", "990101100"),
            ("YZ2", "邻县乙镇人民政府", "990102100"),
            ("DC", "示例东城区人民政府", "110101"),
            ("DC-1", "示例东华门街道办事处", "110101001"),
            ("100%_A", "百分之百示例局", ""),
        ):
            office(session, code, name_zh=name, division_code=division_code)
    return database


@pytest.fixture(scope="module")
def settled_by_kind() -> Iterator[dict[type[Databases], Database]]:
    """Remember the directory of each kind of database; most tests here only look."""
    kept: dict[type[Databases], Database] = {}
    yield kept
    for each in kept.values():
        each.close()


@pytest.fixture
def settled(databases: Databases, settled_by_kind: dict[type[Databases], Database]) -> Database:
    """Give the directory, for looking only."""
    kind = type(databases)
    if kind not in settled_by_kind:
        settled_by_kind[kind] = settle(Database(databases.migrated()))
    return settled_by_kind[kind]


def found(database: Database, text: str) -> Findings:
    with database.reading() as session:
        return search(session, text, on=TODAY)


def codes(database: Database, text: str) -> list[str]:
    return [each.office.code for each in found(database, text).offices]


FOUND = {
    "a name": ("样本县公安局", ["YBX-GA"]),
    "a part of a name": ("公安", ["YBX-GA"]),
    "two parts of a name": ("样本 公安", ["YBX-GA"]),
    "a name that two offices share, the shorter first": ("乙镇人民政府", ["YZ2", "YZ"]),
    "initials": ("ybxgaj", ["YBX-GA"]),
    "initials in capitals": ("YBXGAJ", ["YBX-GA"]),
    "a code": ("yz2", ["YZ2"]),
    "the whole path": ("样本省 样本县 乙镇", ["YZ"]),
    "the whole path without blanks": ("样本省样本市样本县乙镇", ["YZ"]),
    "the path of the other one": ("样本省 邻县 乙镇", ["YZ2"]),
    "a path of initials": ("ybs lx yz", ["YZ2"]),
    "a place and a word": ("样本县 公安", ["YBX-GA"]),
    "a place above and a word": ("样本市 公安", ["YBX-GA"]),
    "a person number's first six digits, the district first": ("110101", ["DC", "DC-1"]),
    "a whole person number": ("110101199003070011", ["DC", "DC-1"]),
    "the code of a county": ("990101", ["YBX-GA", "YBX", "YZ"]),
    "a sign that means anything to a database": ("%", ["100%_A"]),
    "another such sign": ("_", ["100%_A"]),
    "a quotation mark": ("'", []),
    "a name with a NUL after it": ("公安\x00", ["YBX-GA"]),
    "half a character": ("\udc80", []),
    "nothing": ("", []),
    "what is nowhere": ("亚特兰蒂斯", []),
}


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND)
def test_offices_are_found_by(settled: Database, text: str, expected: list[str]) -> None:
    assert codes(settled, text) == expected


def test_every_office_is_shown_with_the_full_path_of_its_division(settled: Database) -> None:
    paths = [each.path for each in found(settled, "乙镇人民政府").offices]
    assert paths == ["样本省 样本市 邻县 乙镇", "样本省 样本市 样本县 乙镇"]


def test_divisions_are_found_beside_offices(settled: Database) -> None:
    places = found(settled, "样本省 乙镇").divisions
    assert [place.code for place in places] == ["990101100", "990102100"]


def test_an_abolished_office_is_found_and_its_successor_named(database: Database) -> None:
    settled = settle(database)
    with settled.transaction("x") as session:
        gone = offices.by_code(session, "YZ")
        change_office(
            session, KEEPER, gone, {"valid_to": date(2025, 12, 31)}, successor="YZ2", now=NOW
        )
    [each] = found(settled, "样本县乙镇").offices
    assert each.notes == (
        "样本县乙镇人民政府 (YZ) does not exist after 2025-12-31; 邻县乙镇人民政府 (YZ2) took over",
    )


def test_a_renamed_office_is_found_by_its_new_name_alone(database: Database) -> None:
    settled = settle(database)
    with settled.transaction("x") as session:
        change_office(
            session, KEEPER, offices.by_code(session, "DC-1"), {"name_zh": "示例新街道"}, now=NOW
        )
    assert codes(settled, "东华门街道办事处") == []
    assert codes(settled, "新街道") == codes(settled, "slxjd") == ["DC-1"]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_text_is_answered(settled: Database, text: str) -> None:
    assert len(found(settled, text).offices) <= 7
