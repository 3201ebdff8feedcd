"""The calendar: entered by one person, published by another, and what that moves."""

import json
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
    assert tried["dates"] == published["dates"]
    (moved,) = published["dates"]
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
