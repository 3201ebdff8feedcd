"""`hancha office search|import|check` and `hancha division` in the synthetic world."""

from pathlib import Path

from tests.cli.terminal import Terminal

SAMPLE = Path(__file__).parents[2] / "examples" / "offices" / "offices.sample.csv"


def test_the_sample_is_tried_then_taken_in_then_found(hancha: Terminal) -> None:
    arguments = ("office", "import", str(SAMPLE), "--as", "admin")
    dry = hancha.json(*arguments, "--dry-run")
    assert (dry["is_written"], dry["added"], dry["refused"]) == (False, 5, 0)
    assert hancha.json("office", "search", "丙镇政府")["offices"] == []
    assert hancha.json(*arguments)["is_written"]
    found = hancha.json("office", "search", "丙镇政府")["offices"]
    assert [each["code"] for each in found] == ["丙镇政府"]
    assert hancha.json(*arguments)["unchanged"] == 5


def test_a_refused_line_ends_in_exit_code_3_with_the_whole_report(
    hancha: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "offices.csv"
    file.write_bytes("code,name_zh,email\nNEW,新镇,\nBAD,坏镇,=1+1\n".encode("gb18030"))
    said = hancha("office", "import", str(file), "--as", "admin")
    assert (said.code, said.err) == (3, "")
    assert "begins like a formula" in said.out
    assert "Nothing was written" in said.out
    assert hancha("office", "show", "NEW").code == 3
    said = hancha("office", "import", str(file), "--as", "admin", "--without-refused")
    assert said.code == 3
    assert hancha.json("office", "show", "NEW")["name"] == "新镇"


def test_a_clerk_takes_nothing_in(hancha: Terminal) -> None:
    said = hancha("office", "import", str(SAMPLE), "--as", "zhou", "--dry-run")
    assert (said.code, said.refusal) == (3, "NotAllowed")


def test_a_search_shows_offices_and_divisions_with_their_full_names(hancha: Terminal) -> None:
    said = hancha("office", "search", "样本县", "--limit", "1")
    assert "YX" in said.out
    said = hancha("office", "search", "永登", "城关镇")
    assert "甘肃省 兰州市 永登县 城关镇" in said.out
    assert "83 more divisions" in hancha("office", "search", "城关镇", "--limit", "5").out
    assert "Nothing found" in hancha("office", "search", "亚特兰蒂斯").out


def test_the_check_names_offices_and_their_concerns(hancha: Terminal) -> None:
    found = hancha.json("office", "check")
    assert {each["name"] for each in found if each["code"] == "YX"} == {"样本县人民政府"}
    assert {each["concern"] for each in found if each["code"] == "YX"} == {
        "no_superior",
        "not_verified",
    }
    assert "not verified" in hancha("office", "check").out


def test_a_division_is_changed_and_the_change_is_taken_back(hancha: Terminal) -> None:
    shown = hancha.json("division", "show", "130121100")
    assert (shown["path"], shown["superior"]) == ("河北省 石家庄市 井陉县 微水镇", "130121")
    gone = ("--valid-to", "2025-12-31", "--successor", "130107", "--source", "虚构〔2026〕1号")
    changed = hancha.json("division", "set", "130121", "--as", "admin", *gone)
    assert (changed["is_living"], changed["successor"]) == (False, "130107")
    shown = hancha.json("division", "show", "130121100")
    assert shown["superior"] == "130107"
    assert "took over" in shown["notes"][0]
    assert hancha.json("division", "set", "130121", "--as", "admin", "--withdraw")["is_living"]
    assert hancha("division", "show", "130199").refusal == "InvalidValue"


def test_a_new_division_that_is_withdrawn_is_in_no_list(hancha: Terminal) -> None:
    hancha.json("division", "set", "130190", "--as", "admin", "--name", "样本新区")
    assert "石家庄市" in hancha("division", "show", "130190").out
    said = hancha("division", "set", "130190", "--as", "admin", "--withdraw")
    assert "no list has this code" in said.out


def test_no_case_is_opened_with_an_office_that_is_gone_and_its_successor_is_named(
    hancha: Terminal,
) -> None:
    gone = ("--valid-to", "2026-03-01", "--successor", "BZ")
    hancha.json("office", "set", "YZ", "--as", "admin", *gone)
    said = hancha.open()
    assert (said.code, said.refusal) == (3, "InvalidValue")
    assert "(BZ) took over" in said.err


def test_a_case_goes_on_with_an_office_until_its_last_day_is_over(hancha: Terminal) -> None:
    hancha.json("office", "set", "YZ", "--as", "admin", "--valid-to", "2026-03-02")
    assert hancha.open().code == 0
