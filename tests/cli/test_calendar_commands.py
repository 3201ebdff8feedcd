"""The calendar: entered by one person, published by another, and what that moves."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import ROOT, Terminal

SAMPLE_2027 = ROOT / "examples" / "calendar" / "2027.sample.json"
YEAR_2026 = ROOT / "examples" / "calendar" / "2026.json"


def written(path: Path, document: Any) -> str:
    """Write a file and return its name."""
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def test_a_year_is_entered_by_one_person_and_published_by_another(hancha: Terminal) -> None:
    entered = hancha.json("calendar", "import", str(SAMPLE_2027), "--as", "admin")
    assert (entered["year"], entered["status"]) == (2027, "draft")
    assert hancha("due", "2026-12-20", "15").refusal == "YearNotPublished"
    assert hancha("calendar", "publish", "2027", "--as", "admin").refusal == "NotAllowed"
    assert hancha("calendar", "publish", "2027", "--as", "zhou").refusal == "NotAllowed"
    published = hancha.json("calendar", "publish", "2027", "--as", "wu")
    assert (published["entered_by"], published["approved_by"]) == ("admin", "wu")
    assert hancha.json("due", "2026-12-20", "15")["due_on"].startswith("2027-01")
    assert hancha("calendar", "publish", "2027", "--as", "wu").refusal == "InvalidValue"
    assert hancha("calendar", "publish", "2028", "--as", "wu").refusal == "YearNotPublished"


def test_publishing_shows_the_dates_that_rested_on_the_year_and_moves_them_once(
    hancha: Terminal,
) -> None:
    hancha.story.live_until("Mon 2026-12-21 09:00")
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-12-21 10:00")
    waiting = hancha.json("case", "show", case)
    assert waiting["awaiting"] == "AwaitingCalendar"
    assert waiting["next_action"] == "publish_calendar"
    before = waiting["requests"][0]
    assert before["due_is_provisional"]
    assert hancha.json("case", "why", case)["missing_years"] == [2027]

    hancha.json("calendar", "import", str(SAMPLE_2027), "--as", "admin")
    tried = hancha.json("calendar", "publish", "2027", "--dry-run", "--as", "wu")
    assert hancha.json("calendar", "show", "2027")["status"] == "draft"
    published = hancha.json("calendar", "publish", "2027", "--as", "wu")
    assert tried["moved"] == published["moved"]
    (moved,) = published["moved"]
    assert (tried["is_applied"], published["is_applied"]) == (False, True)
    assert moved["was_provisional"]
    assert moved["reference"] == case
    assert moved["before"] == before["due_on"]
    assert not moved["is_provisional"]

    hancha.story.live_until("Mon 2026-12-21 11:00")
    after = hancha.json("case", "show", case)
    assert after["awaiting"] == "AwaitingReply"
    assert after["requests"][0]["due_on"] == moved["after"]
    assert hancha.json("case", "why", case)["due_on"] == moved["after"]
    hancha.story.live_until("Fri 2027-01-29 12:00")
    assert "reminder" in [letter["kind"] for letter in hancha.json("case", "show", case)["letters"]]


def test_a_file_is_compared_with_the_year_as_it_was_entered(
    hancha: Terminal, tmp_path: Path
) -> None:
    assert hancha.json("calendar", "diff", str(YEAR_2026)) == []
    changed = json.loads(YEAR_2026.read_text("utf-8"))
    gone = changed["days"].pop(0)
    (difference,) = hancha.json("calendar", "diff", written(tmp_path / "y.json", changed))
    assert (difference["on"], difference["after"]) == (gone["date"], None)
    assert difference["before"]["name"] == gone["name"]


BAD_YEARS = {
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "a list": b"[]",
    "an empty year": b'{"year": 2027, "days": []}',
    "a year of words": b'{"year": "next", "days": [1]}',
    "nests without end": b"[" * 100_000,
    "more than a mebibyte": b" " * (1024 * 1024 + 1),
}


@pytest.mark.parametrize("content", BAD_YEARS.values(), ids=BAD_YEARS)
def test_a_file_that_is_no_year_is_refused_and_nothing_entered(
    hancha: Terminal, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "year.json").write_bytes(content)
    said = hancha("calendar", "import", str(tmp_path / "year.json"), "--as", "admin")
    assert (said.code, said.refusal) == (3, "InvalidValue")
    assert hancha("calendar", "diff", str(tmp_path / "year.json")).refusal == "InvalidValue"
    assert 2027 not in [year["year"] for year in hancha.json("calendar", "show")]


def test_a_file_that_is_not_there_is_wrong_usage(hancha: Terminal) -> None:
    said = hancha("calendar", "import", "/nowhere/2027.json", "--as", "admin")
    assert (said.code, said.refusal) == (2, "Usage")


def test_a_year_is_shown_with_its_days_and_an_unknown_one_is_refused(hancha: Terminal) -> None:
    shown = hancha.json("calendar", "show", "2026")
    assert {"on": "2026-10-01", "kind": "off", "name": "国庆节"}.items() <= next(
        day for day in shown["days"] if day["on"] == "2026-10-01"
    ).items()
    assert hancha("calendar", "show", "1066").refusal == "YearNotPublished"


def test_due_by_an_offices_own_calendar(hancha: Terminal) -> None:
    assert hancha.json("due", "2026-03-02", "1", "--office", "YZ")["due_on"] == "2026-03-03"
    assert hancha("due", "2026-03-02", "1", "--office", "QQ").refusal == "UnknownOffice"


def test_an_order_for_one_office_shows_the_dates_it_moves_and_moves_them_once(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    hancha.story.rest()
    order = (
        "calendar",
        "override",
        "2026-03-11",
        "off",
        "--name",
        "防汛停工",
        "--scope",
        "office:YZ",
    )
    asked = (*order, "--reason", "市防汛指挥部通知", "--as", "wu")
    tried = hancha.json(*asked, "--dry-run")
    assert hancha.json("case", "why", case)["due_on"] == "2026-03-23"
    done = hancha.json(*asked)
    assert tried["moved"] == done["moved"]
    (moved,) = done["moved"]
    assert (moved["reference"], moved["office"]) == (case, "YZ")
    assert (moved["before"], moved["after"]) == ("2026-03-23", "2026-03-24")
    assert hancha.json("case", "why", case)["due_on"] == "2026-03-24"
    assert hancha.json(*asked)["moved"] == []
    told = hancha("calendar", "withdraw", "2026-03-11", "--scope", "office:YZ", "--as", "wu").out
    assert "2026-03-24 周二 Tue" in told
    assert "2026-03-23 周一 Mon" in told
    assert "1 件变动 moved" in told


def test_a_national_order_waits_for_a_second_person_who_sees_what_it_moves(
    hancha: Terminal,
) -> None:
    case = hancha.opened()
    hancha.story.rest()
    order = ("calendar", "override", "2026-03-11", "off", "--name", "防汛停工", "--reason", "通知")
    ordered = hancha.json(*order, "--as", "wu")
    assert (ordered["is_proposed"], ordered["moved"]) == (True, [])
    assert hancha("calendar", "approve", "2026-03-11", "--as", "wu").refusal == "NotAllowed"
    tried = hancha.json("calendar", "approve", "2026-03-11", "--as", "admin", "--dry-run")
    assert hancha.json("case", "why", case)["due_on"] == "2026-03-23"
    done = hancha.json("calendar", "approve", "2026-03-11", "--as", "admin")
    assert tried["moved"] == done["moved"]
    assert hancha.json("case", "why", case)["due_on"] == "2026-03-24"


def test_local_days_and_the_reading_of_receipts_tell_what_they_move(hancha: Terminal) -> None:
    hancha.opened()
    hancha.story.rest()
    local = ("calendar", "local", "2026-03-11", "off", "--name", "三月三", "--reason", "自治区规定")
    assert hancha.json(*local, "--scope", "division:45", "--as", "wu")["moved"] == []
    assert len(hancha.json(*local, "--scope", "division:1101", "--as", "wu")["moved"]) == 1
    assert hancha(*local, "--scope", "national", "--as", "wu").refusal == "InvalidValue"
    assert hancha(*local, "--scope", "office:NO", "--as", "wu").refusal == "UnknownOffice"
    taken = hancha.json(
        *("calendar", "withdraw", "2026-03-11", "--local", "--scope", "division:1101", "--as", "wu")
    )
    assert len(taken["moved"]) == 1
    read = hancha.json("calendar", "receipts", "next_working_day", "--as", "wu")
    assert read["moved"] == []


def test_an_office_that_moves_shows_the_dates_that_move_with_it(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.rest()
    local = ("calendar", "local", "2026-03-11", "off", "--name", "三月三", "--reason", "自治区规定")
    hancha.json(*local, "--scope", "division:45", "--as", "wu")
    moving = ("office", "set", "YZ", "--division", "450102", "--as", "admin")
    tried = hancha.json(*moving, "--dry-run")
    assert hancha.json("office", "show", "YZ")["division"] == "110101"
    done = hancha.json(*moving)
    assert tried["moved"] == done["moved"]
    assert [(each["reference"], each["after"]) for each in done["moved"]] == [(case, "2026-03-24")]


def a_minute_later(hancha: Terminal) -> None:
    """Let the clock of the story go on, as histories are in the order of time."""
    hancha.story.clock.at += timedelta(minutes=1)


def test_channels_and_the_day_of_verification_are_kept_and_every_change_is_on_record(
    hancha: Terminal,
) -> None:
    given = ("--channels", "post,email", "--verified-on", "2026-02-27")
    a_minute_later(hancha)
    kept = hancha.json("office", "set", "YZ", *given, "--as", "admin")
    assert (kept["channels"], kept["verified_on"]) == ("post,email", "2026-02-27")
    assert hancha("office", "set", "YZ", "--channels", "pigeon", "--as", "admin").code == 3
    (change, added) = hancha.json("office", "history", "YZ")
    assert (change["actor"], change["act"]) == ("admin", "changed")
    assert change["changes"] == {
        "channels": {"before": None, "after": "post,email"},
        "verified_on": {"before": None, "after": "2026-02-27"},
    }
    assert (added["actor"], added["act"]) == ("founder", "added")
    named = ("division", "set", "110101", "--name", "旧区", "--source", "虚构〔2026〕1号")
    assert hancha.json(*named, "--as", "admin")["moved"] == []
    (renamed,) = hancha.json("division", "history", "110101")
    assert renamed["changes"] == {"name": {"before": "东城区", "after": "旧区"}}
    assert renamed["source"] == "虚构〔2026〕1号"
    a_minute_later(hancha)
    hancha.json("division", "set", "110101", "--withdraw", "--as", "admin")
    assert hancha.json("division", "history", "110101")[0]["act"] == "withdrawn"
    assert "pigeon" not in hancha("office", "history", "YZ").out


def test_a_file_that_moves_an_office_shows_the_dates_before_it_is_taken_in(
    hancha: Terminal, tmp_path: Path
) -> None:
    case = hancha.opened()
    hancha.story.rest()
    local = ("calendar", "local", "2026-03-11", "off", "--name", "三月三", "--reason", "自治区规定")
    hancha.json(*local, "--scope", "division:45", "--as", "wu")
    (tmp_path / "offices.csv").write_text("code,division_code\nYZ,450102\n", "utf-8")
    taking = ("office", "import", str(tmp_path / "offices.csv"), "--as", "admin")
    tried = hancha.json(*taking, "--dry-run")
    assert [(each["reference"], each["after"]) for each in tried["moved"]] == [(case, "2026-03-24")]
    assert not tried["is_written"]
    assert hancha.json("office", "show", "YZ")["division"] == "110101"
    assert hancha.json("case", "why", case)["due_on"] == "2026-03-23"
    assert hancha.json("office", "history", "YZ")[0]["act"] == "added"
    a_minute_later(hancha)
    done = hancha.json(*taking)
    assert done["moved"] == tried["moved"]
    assert hancha.json("case", "why", case)["due_on"] == "2026-03-24"
    (imported, *_) = hancha.json("office", "history", "YZ")
    assert (imported["actor"], imported["act"]) == ("admin", "imported")
    assert imported["changes"] == {"division_code": {"before": "110101", "after": "450102"}}
    assert hancha.json(*taking)["moved"] == [], "the same file again changes nothing"
