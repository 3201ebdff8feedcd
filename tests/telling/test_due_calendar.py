"""Due dates in a clerk's own calendar: read by the same library, moved, provisional, struck out."""

from datetime import date
from pathlib import Path
from typing import Any

from icalendar import Calendar

from cases.operations import clock
from cases.vocabulary.status import DayUnit
from tests.cli.conftest import hancha, installations, installations_by_kind
from tests.cli.terminal import Terminal

__all__ = ["hancha", "installations", "installations_by_kind"]


def read(hancha: Terminal, folder: Path, login: str = "zhou") -> list[Any]:
    file = folder / "due.ics"
    hancha.json("case", "calendar", "--as", login, "--out", str(file), "--overwrite")
    content = file.read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert not any(word in content.decode() for word in ("林小禾", "110101", "户籍", "person.ex"))
    return list(Calendar.from_ical(content).walk("VEVENT"))


def facts(event: Any) -> tuple[date, str]:
    return event.decoded("dtstart"), str(event["status"])


def test_a_due_date_moves_in_the_calendar_and_is_struck_out_once_answered(
    hancha: Terminal, tmp_path: Path
) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 12:00")
    (first,) = read(hancha, tmp_path)
    assert facts(first) == (date(2026, 3, 23), "CONFIRMED")
    assert str(first["summary"]) == f"复函截止 {case} 样本县乙镇人民政府"
    hancha.story.act("wu", clock.extend, case, 5, "对方请求宽限")
    (moved,) = read(hancha, tmp_path)
    assert facts(moved) == (date(2026, 3, 30), "CONFIRMED")
    assert moved["uid"] == first["uid"]
    assert moved["sequence"] > first["sequence"]
    hancha.story.act("zhou", clock.stop_clock, case, "等待本人补正")
    (stopped,) = read(hancha, tmp_path)
    assert facts(stopped) == (date(2026, 3, 2), "CANCELLED")
    assert stopped["sequence"] > moved["sequence"]
    hancha.story.act("zhou", clock.restart_clock, case)
    hancha.story.answer(case)
    hancha.story.rest()
    (answered,) = read(hancha, tmp_path)
    assert answered["uid"] == first["uid"]
    assert facts(answered)[1] == "CANCELLED"
    assert answered["sequence"] > stopped["sequence"]


def test_a_date_in_a_year_that_is_not_published_is_tentative(
    hancha: Terminal, tmp_path: Path
) -> None:
    ladder = [{"days": 300, "unit": DayUnit.WORKING.value, "then": "hand_to_manager"}]
    code = hancha.story.publish("slow", ladder=ladder)
    hancha.story.open(case_type=code)
    hancha.story.live_until("Mon 2026-03-02 12:00")
    (event,) = read(hancha, tmp_path)
    assert str(event["status"]) == "TENTATIVE"
    assert "（暂定）" in event["summary"]


def test_others_due_dates_are_not_in_it_and_who_reads_no_cases_gets_none(
    hancha: Terminal, tmp_path: Path
) -> None:
    hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 12:00")
    assert read(hancha, tmp_path, "wu") == []
    out = ("--out", str(tmp_path / "no.ics"))
    assert hancha("case", "calendar", "--as", "admin", *out).refusal == "NotAllowed"
    assert hancha("case", "calendar", "--as", "zheng", *out).code == 0  # Of YZ: an empty one.
    assert hancha("case", "calendar", "--as", "zheng", *out).refusal == "InvalidValue"
