"""Offices from a file: all or nothing, a report per line, the same again changes nothing."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.operations.directory_import import import_offices
from cases.rules.divisions import division_book
from cases.rules.office_import import ImportPlan, LineReport, LineVerdict
from cases.rules.office_lines import read_lines
from cases.store import offices
from cases.store.session import Database
from cases.vocabulary.errors import NotAllowed
from tests.directory.directory_desk import (
    CLERK,
    NOW,
    TODAY,
    everything,
    imported,
    office,
    only,
)

SAMPLE = Path(__file__).parents[2] / "examples" / "offices" / "offices.sample.csv"
ADDED, CHANGED = LineVerdict.ADDED, LineVerdict.CHANGED
UNCHANGED, REFUSED, SKIPPED = LineVerdict.UNCHANGED, LineVerdict.REFUSED, LineVerdict.SKIPPED


def planned(text: str) -> list[LineReport]:
    """Return what a file would do to an empty directory."""
    return ImportPlan(read_lines(text.encode()), {}, division_book(), TODAY).reports()


def verdicts(text: str) -> list[LineVerdict]:
    return [report.verdict for report in planned(text)]


def test_the_sample_is_taken_in_whole_and_a_second_time_changes_nothing(database: Database) -> None:
    first = imported(database, SAMPLE.read_bytes())
    assert first.is_written
    assert (first.count(ADDED), first.count(SKIPPED)) == (5, len(first.lines) - 5)
    before = everything(database)
    second = imported(database, SAMPLE.read_bytes())
    assert second.is_written
    assert (second.count(UNCHANGED), second.count(CHANGED)) == (5, 0)
    assert everything(database) == before


def test_what_the_sample_says_stands_in_the_directory(database: Database) -> None:
    imported(database, SAMPLE.read_bytes())
    with database.reading() as session:
        bing = offices.by_code(session, "丙镇政府")
        above = offices.superior_of(session, bing, TODAY)
        ding = offices.by_code(session, "丁乡政府")
    assert above
    assert above.code == "样本县政府"  # By its division: the file does not name it.
    assert (bing.channels, bing.telephone) == ("post", "+86 000 00000022")
    assert (bing.zone, bing.verified_on) == ("Asia/Shanghai", date(2026, 2, 12))
    assert (ding.valid_to, ding.successor_id) == (date(2025, 12, 31), bing.id)


def test_a_dry_run_says_the_same_and_writes_nothing(database: Database) -> None:
    dry = imported(database, SAMPLE.read_bytes(), is_dry_run=True)
    assert not dry.is_written
    assert everything(database) == []
    assert dry.lines == imported(database, SAMPLE.read_bytes()).lines


def test_one_refused_line_keeps_all_others_out_unless_they_are_wanted(database: Database) -> None:
    text = "code,name_zh,postcode\nA,甲镇,000001\nB,乙镇,1\n"
    report = imported(database, text)
    assert [line.verdict for line in report.lines] == [SKIPPED, ADDED, REFUSED]
    assert not report.is_written
    assert everything(database) == []
    assert imported(database, text, without_refused=True).is_written
    assert [row["code"] for row in everything(database)] == ["A"]


def test_a_change_is_told_cell_by_cell_and_an_empty_cell_leaves_what_is_known(
    database: Database,
) -> None:
    imported(database, "code,name_zh,email,address\nA,甲镇,a@office.example,样本路1号\n")
    report = imported(database, "code,email,address\nA,b@office.example,\n")
    assert only(report, 2) == LineReport(
        2, "A", CHANGED, changes={"email": ("a@office.example", "b@office.example")}
    )
    [row] = everything(database)
    assert (row["email"], row["address"]) == ("b@office.example", "样本路1号")


def test_a_column_that_the_file_lacks_is_left_alone(database: Database) -> None:
    with database.transaction("x") as session:
        office(session, "A", is_ours=True, zone="Asia/Urumqi", contact="示例联系人")
    imported(database, "code,telephone\nA,000-00000001\n")
    [row] = everything(database)
    assert (row["is_ours"], row["zone"], row["contact"]) == (True, "Asia/Urumqi", "示例联系人")


REFUSALS = {
    "a new office without a name": ("code,email\nA,a@office.example\n", "needs a name"),
    "a code that an earlier line has": ("code,name_zh\nB,乙\nB,丙\n", "line 2 has the code B"),
    "a superior that is nowhere": ("code,name_zh,superior\nA,甲,X\n", "the superior X is neither"),
    "a successor that is nowhere": ("code,name_zh,successor\nA,甲,X\n", "the successor X"),
    "itself as superior": ("code,name_zh,superior\nA,甲,A\n", "above itself"),
    "an end before its beginning": (
        "code,name_zh,valid_from,valid_to\nA,甲,2026-01-02,2026-01-01\n",
        "cannot end",
    ),
    "a division in no province": ("code,name_zh,division_code\nA,甲,990101\n", "no province"),
    "a heading of the list as its division": (
        "code,name_zh,division_code\nA,甲,1101\n",
        "1101 is a heading of the list",
    ),
}


@pytest.mark.parametrize(("text", "words"), REFUSALS.values(), ids=REFUSALS)
def test_the_last_line_is_refused_for(text: str, words: str) -> None:
    last = planned(text)[-1]
    assert last.verdict is REFUSED
    assert words in last.reason


NOTED = {
    "a division that is not in the list": ("130121199", "not in the list of divisions"),
    "a division without a government": ("130171", "statistical unit"),
    "nobody above": ("130121100", "no superior: none is known"),
}


@pytest.mark.parametrize(("division_code", "words"), NOTED.values(), ids=NOTED)
def test_an_office_is_taken_in_with_a_note_about(division_code: str, words: str) -> None:
    [_, line] = planned(f"code,name_zh,division_code\nA,甲,{division_code}\n")
    assert line.verdict is ADDED
    assert any(words in note for note in line.notes)


def test_the_county_row_of_dongguan_becomes_the_city() -> None:
    [_, line] = planned("code,name_zh,division_code\nA,东莞示例机关,441900\n")
    assert line.changes["division_code"] == (None, "4419")


def test_a_superior_may_stand_further_down_in_the_file(database: Database) -> None:
    text = "code,name_zh,superior\ntown,乙镇,county\ncounty,样本县,city\ncity,样本市,\n"
    assert imported(database, text).is_written
    with database.reading() as session:
        town = offices.by_code(session, "town")
        county = offices.superior_of(session, town)
        assert county
        city = offices.superior_of(session, county)
        assert city
        assert (county.code, city.code) == ("county", "city")


def test_offices_above_each_other_are_refused_and_those_that_rest_on_them() -> None:
    text = "code,name_zh,superior\nA,甲,B\nB,乙,C\nC,丙,A\nD,丁,A\nE,戊,\n"
    assert verdicts(text) == [SKIPPED, REFUSED, REFUSED, REFUSED, REFUSED, ADDED]


def test_a_circle_with_an_office_that_is_known_is_refused(database: Database) -> None:
    imported(database, "code,name_zh,superior\nA,甲,\nB,乙,A\n")
    report = imported(database, "code,superior\nA,B\n")
    assert "above itself" in only(report, 2).reason


def test_between_several_offices_above_a_person_chooses() -> None:
    text = (
        "code,name_zh,division_code,superior\ncounty,县政府,130121,\npolice,县公安局,130121,county\n"
        "town,乙镇,130121100,\n"
    )
    town = planned(text)[-1]
    assert (town.verdict, town.notes) == (ADDED, ("no superior: name one of county, police",))


def test_an_abolished_office_is_not_put_above_a_new_one() -> None:
    text = (
        "code,name_zh,division_code,valid_to\nold,旧县政府,130121,2025-12-31\n"
        "new,新县政府,130121,\ntown,乙镇,130121100,\n"
    )
    assert planned(text)[-1].notes == ("superior by division: new",)


def test_only_an_administrator_takes_offices_in(database: Database) -> None:
    with database.transaction("x") as session, pytest.raises(NotAllowed):
        import_offices(session, CLERK, read_lines(b"code,name_zh\nA,B\n"), on=TODAY, now=NOW)


def test_a_chain_of_20_000_offices_is_read_from_its_lower_end() -> None:
    lines = [f"{n},示例{n},{n + 1}" for n in range(20_000)]
    text = "\n".join(("code,name_zh,superior", *lines, "20000,示例,nowhere", ""))
    assert verdicts(text) == [SKIPPED] + [REFUSED] * 20_001


CELLS = st.one_of(
    st.sampled_from(["", "A", "B", "C", "D", "甲镇", "130121", "1101", "130121100", "2026-01-01"]),
    st.text(max_size=8),
)
FILES = st.lists(st.lists(CELLS, min_size=1, max_size=6).map(",".join), max_size=8).map(
    lambda lines: "\n".join(("code,name_zh,superior,successor,division_code,valid_to", *lines))
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(FILES.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=300)))
def test_any_file_gives_a_report_per_line_and_leaves_a_sound_directory(
    database: Database, content: bytes
) -> None:
    report = imported(database, content, without_refused=True)
    assert [line.number for line in report.lines] == [line.number for line in read_lines(content)]
    for line in report.lines:
        assert bool(line.reason) == (line.verdict is REFUSED)
    again = imported(database, content, without_refused=True)
    assert again.count(ADDED) == again.count(CHANGED) == 0
    with database.reading() as session:
        for row in offices.all_offices(session):
            steps, above = 0, row
            while above.superior_id is not None:
                above, steps = offices.get(session, above.superior_id), steps + 1
                assert steps < 100
