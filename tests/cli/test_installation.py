"""From an empty folder to a working office; the doctor; giving way to other processes."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.operations import supervision
from cases.store import migrate, schema
from integrations.cli import main
from tests.cli.terminal import ROOT, Said, Terminal
from tests.processes import HOST, free_port
from tests.story import instant

FIRST = (
    *("--office", "XQ", "--office-name", "示例市甲区新桥街道办事处"),
    *("--admin", "admin", "--admin-name", "管理示例"),
)


class Bare:
    """`hancha` on a machine where nothing was set up."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Said:
        """Run a command."""
        self._capsys.readouterr()
        code = main(arguments)
        return Said(code, *self._capsys.readouterr())


@pytest.fixture
def bare(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Bare:
    """Give a command line with an empty database and an empty folder."""
    for name in [name for name in os.environ if name.startswith("HANCHA_")]:
        monkeypatch.delenv(name)
    (tmp_path / "clock").write_text("2026-03-02T01:00:00+00:00", "ascii")
    monkeypatch.setenv("HANCHA_CLOCK", f"file:{tmp_path / 'clock'}")
    monkeypatch.setenv("HANCHA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HANCHA_DATABASE_URL", database_url)
    return Bare(capsys)


def test_the_revision_that_needs_no_alembic_is_the_newest_one() -> None:
    assert migrate.newest() == schema.NEWEST


def test_init_makes_an_office_that_can_work_and_again_changes_nothing(bare: Bare) -> None:
    assert bare("case", "list").refusal == "StoreUnavailable"
    assert bare("init", *FIRST, "--json").document["has_administrator"]
    assert bare("init", "--json").document["has_administrator"]
    assert bare("init", *FIRST).refusal == "InvalidValue"
    (person,) = bare("person", "list", "--json").document
    assert (person["login"], person["roles"]) == ("admin", ["administrator"])
    (office,) = bare("office", "list", "--json").document
    assert office["is_ours"]
    published = [year["year"] for year in bare("calendar", "show", "--json").document]
    assert 2026 in published
    assert bare("case", "list", "--json").document == []


def test_init_without_an_administrator_says_how_to_enter_one(bare: Bare) -> None:
    said = bare("init")
    assert said.code == 0
    assert "--admin LOGIN" in said.out
    half = bare("init", "--office", "XQ")
    assert (half.code, half.refusal) == (2, "Usage")


def test_migrate_fills_an_empty_database_and_says_from_where_to_where(bare: Bare) -> None:
    assert bare("migrate", "--json").document == {"before": None, "after": schema.NEWEST}
    assert bare("migrate", "--json").document == {"before": schema.NEWEST, "after": schema.NEWEST}


def test_the_doctor_of_an_empty_machine_says_what_to_run(bare: Bare) -> None:
    said = bare("doctor", "--json")
    assert said.code == 4
    (database,) = [each for each in said.document["checks"] if each["name"] == "database"]
    assert database["level"] == "bad"
    assert "hancha" in database["detail"]


def findings(hancha: Terminal) -> dict[str, Any]:
    """Return the doctor's lines by name."""
    said = hancha("doctor", "--json")
    lines = {each["name"]: each for each in said.document["checks"]}
    is_well = all(each["level"] != "bad" for each in lines.values())
    assert said.document["is_well"] == is_well
    assert said.code == (0 if is_well else 4)
    return lines


def test_the_doctor_finds_a_quiet_office_well_but_for_prefect(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANCHA_PREFECT_API_URL", f"http://{HOST}:{free_port()}/api")
    assert {name for name, each in findings(hancha).items() if each["level"] != "ok"} == {"prefect"}


def test_the_doctor_sees_what_waits_too_long(hancha: Terminal) -> None:
    hancha.opened()
    hancha.story.clock.at += timedelta(hours=2)  # and no worker took a turn
    lines = findings(hancha)
    assert (lines["wake_lag"]["level"], lines["wake_lag"]["value"]) == ("bad", 7200.0)
    assert lines["silent_cases"]["level"] == "bad"
    assert "HC-2026-000001" in lines["silent_cases"]["detail"]


def test_the_doctor_counts_owed_states_and_late_mail(hancha: Terminal) -> None:
    hancha.opened()
    hancha.story.turn()  # parks the case; the letter is in the outbox
    hancha.story.clock.at += timedelta(hours=5)
    lines = findings(hancha)
    assert (lines["owed_states"]["level"], lines["owed_states"]["value"]) == ("warn", 1)
    assert lines["outbox_age"]["level"] == "bad"


def test_the_doctor_counts_what_was_given_up_held_and_quarantined(hancha: Terminal) -> None:
    cases = [hancha.opened() for _ in range(3)]
    hancha.story.mail.refused.add("yz@office.example")
    hancha.story.live_until("Mon 2026-03-02 10:00")
    assert findings(hancha)["mail_given_up"]["value"] == 3
    hancha.story.hold(cases[0])
    assert findings(hancha)["stopped_cases"]["level"] == "warn"
    hancha.story.quarantine(cases[1])
    assert findings(hancha)["stopped_cases"]["level"] == "bad"


def test_the_doctor_asks_for_the_next_year_once_its_notice_is_due(hancha: Terminal) -> None:
    assert findings(hancha)["calendar"]["level"] == "ok"
    hancha.story.clock.at = instant("Mon 2026-11-02 09:00")
    assert findings(hancha)["calendar"]["level"] == "warn"
    hancha.story.clock.at = instant("Mon 2027-01-04 09:00")
    assert findings(hancha)["calendar"]["level"] == "bad"


def test_the_doctor_sees_a_mailbox_that_nobody_reads(hancha: Terminal) -> None:
    database = hancha.story.house.database
    with database.transaction("read") as session:
        supervision.record_intake_read(session, "inbox", now=hancha.story.clock.at)
    assert findings(hancha)["intake_age"]["level"] == "ok"
    hancha.story.clock.at += timedelta(days=2)
    assert findings(hancha)["intake_age"]["level"] == "bad"


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """Keep what the process would have become."""
    calls: list[tuple[list[str], dict[str, str]]] = []

    def execve(_path: str, words: list[str], environment: dict[str, str]) -> None:
        calls.append((words, dict(environment)))

    monkeypatch.setattr(os, "execve", execve)
    return calls


def test_up_worker_and_demo_give_way_to_their_processes(
    hancha: Terminal, became: list[tuple[list[str], dict[str, str]]]
) -> None:
    for command in (("up",), ("worker",), ("demo",), ("demo", "--out", "there")):
        assert hancha(*command).code == 0
    words = [words[1:] for words, _ in became]
    assert words == [
        ["-m", "integrations.supervisor"],
        ["-m", "flows.service"],
        ["-m", "flows.demo"],
        ["-m", "flows.demo", "--out", "there"],
    ]
    worker = became[1][1]
    assert worker["PREFECT_HOME"] == str(hancha.home / "prefect")
    assert worker["PREFECT_API_AUTH_STRING"].startswith("hancha:")
    assert worker["HANCHA_DATABASE_URL"] == hancha.environment["HANCHA_DATABASE_URL"]


def test_a_worker_does_not_start_on_a_database_that_was_never_migrated(
    bare: Bare, became: list[tuple[list[str], dict[str, str]]]
) -> None:
    assert bare("worker").refusal == "StoreUnavailable"
    assert became == []


def test_a_killed_act_leaves_nothing_half_done(hancha: Terminal) -> None:
    case = hancha.opened()
    before = hancha.counts()
    arguments = ("case", "reply", case, "--channel", "email", "--as", "zhou")
    killed = subprocess.run(
        [sys.executable, "-m", "integrations.cli", *arguments],
        env={**os.environ, "HANCHA_CRASH_AT": "reply:before-commit"},
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert hancha.counts() == before
    assert hancha(*arguments).code == 0
