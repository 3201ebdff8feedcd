"""Divisions are found by name, initials, path and code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.division_search import DivisionSearch, division_search, read_query
from cases.rules.divisions import Change, DivisionBook, division_book
from cases.rules.pinyin import initials

TODAY = date(2026, 3, 2)
BOOK = division_book()
SEARCH = division_search()
SHOWN = [code for code in BOOK.names if code not in BOOK.hidden]


def first(text: str, search: DivisionSearch = SEARCH) -> str:
    found = search.find(read_query(text), TODAY, limit=3)
    return found.places[0].division.code if found.places else ""


INITIALS = {
    "石家庄市": "sjzs",
    "重庆市": "cqs zqs",
    "厦门市": "sms xms",
    "蔚县": "wx yx",
    "洪洞县": "hdx htx",
    "六安市": "las",
    "长安区": "caq zaq",
    "湖㳇镇": "hfz",
    "三星镇（叠石桥家纺产业园区）": "sxzdsqjfcyyq",
    "A区1号": "aq1h",
    "": "",
}


@pytest.mark.parametrize(("name", "letters"), INITIALS.items(), ids=INITIALS)
def test_the_first_letters_of(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_every_division_has_initials_a_clerk_can_type() -> None:
    for code, name in BOOK.names.items():
        words = initials(name).split()
        assert words, code
        assert all(word.isascii() and word.isalnum() for word in words), name


FOUND = {
    "a name": ("石家庄市", "1301"),
    "a name without its last word": ("石家庄", "1301"),
    "a part of a name": ("酉阳", "500242"),
    "Dongguan once, as a city": ("东莞", "4419"),
    "initials": ("sjz", "1301"),
    "initials in capitals": ("SJZ", "1301"),
    "initials in full width": ("ｓｊｚ", "1301"),
    "initials of a name with two readings": ("cqs", "50"),
    "a path": ("河北省 石家庄市 长安区", "130102"),
    "a path of short names": ("河北 石家庄 长安", "130102"),
    "a path without the city": ("河北 长安区", "130102"),
    "a path with blanks of full width": ("河北省　石家庄市　长安区", "130102"),
    "a path with strokes": ("河北省/石家庄市/长安区", "130102"),
    "a path of initials": ("hbs sjzs caq", "130102"),
    "a path of both": ("河北 sjz 长安", "130102"),
    "a path without blanks": ("河北省石家庄市长安区", "130102"),
    "a path of short names without blanks": ("广东东莞虎门", "441900121"),
    "one of 88 by its county": ("永登 城关镇", "620121100"),
    "the code of a province": ("13", "13"),
    "the code of a province in six digits": ("130000", "13"),
    "the code of a city": ("1301", "1301"),
    "the code of a city in six digits": ("130100", "1301"),
    "the code of a township": ("130102001", "130102001"),
    "the code of a township in twelve digits": ("130102001000", "130102001"),
    "the first six digits of a person number": ("110101", "110101"),
    "a whole person number": ("11010119900307001X", "110101"),
    "a whole person number with blanks": ("110101 19900307 001x", "110101"),
    "a person number of fifteen digits": ("110101900307001", "110101"),
    "nothing": ("", ""),
    "blanks": (" 　 ", ""),
    "a name that is nowhere": ("亚特兰蒂斯", ""),
    "a path whose parts are not of each other": ("广东省 长安区", ""),
    "a heading of the list": ("省直辖县级行政区划", ""),
}


@pytest.mark.parametrize(("text", "code"), FOUND.values(), ids=FOUND)
def test_what_is_found_first_by(text: str, code: str) -> None:
    assert first(text) == code


def test_a_whole_person_number_is_forgotten_at_once() -> None:
    query = read_query("110101199003070011")
    assert (query.code, query.words) == ("110101", ())


def test_governments_come_before_statistical_units_which_say_what_they_are() -> None:
    found = SEARCH.find(read_query("东城区"), TODAY)
    assert [place.division.code for place in found.places] == ["110101", "411002570"]
    assert [bool(place.notes) for place in found.places] == [False, True]


def test_how_many_there_are_is_said_when_not_all_are_shown() -> None:
    found = SEARCH.find(read_query("城关镇"), TODAY, limit=5)
    assert (len(found.places), found.total) == (5, 88)


def full_paths(book: DivisionBook) -> list[tuple[str, str]]:
    return [(code, book.path(code)) for code in SHOWN]


def test_every_division_is_found_by_its_full_path() -> None:
    missed = [path for code, path in full_paths(BOOK) if first(path) != code]
    assert missed == []


def test_every_200th_division_is_found_by_its_full_path_without_blanks() -> None:
    every_200th = full_paths(BOOK)[::200]
    missed = [path for code, path in every_200th if first(path.replace(" ", "")) != code]
    assert missed == []


@given(st.sampled_from(SHOWN))
def test_any_division_is_among_those_found_by_its_name_and_by_its_initials(code: str) -> None:
    name = BOOK.names[code]
    for text in (name, *initials(name).split()):
        assert code in SEARCH.codes(read_query(text).words)


@given(st.text(max_size=60))
def test_any_text_gives_an_answer(text: str) -> None:
    found = SEARCH.find(read_query(text), TODAY, limit=5)
    assert len(found.places) == min(found.total, 5)


def test_a_new_division_is_found_and_an_abolished_one_says_what_follows() -> None:
    new = Change("130190", "样本新区", valid_from=date(2026, 1, 1))
    gone = Change("130121", "井陉县", valid_to=date(2025, 12, 31), successor="130190")
    search = division_search((gone, new))
    assert first("河北 样本新区", search) == "130190"
    found = search.find(read_query("井陉县"), TODAY).places[0]
    assert found.notes == ("exists until 2025-12-31", "130190 河北省 石家庄市 样本新区 follows")
    assert first("河北 样本新区") == ""
