"""Faults of the system: exit code 4, one line, nothing half-written, nothing lost."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from cases.store import session as store_session
from tests.cli.terminal import Terminal, expect_fault
from tests.processes import HOST, free_port

only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def database_file(hancha: Terminal) -> Path:
    """Return the file of the installation's database."""
    name = hancha.story.house.database.engine.url.database
    assert name is not None
    return Path(name)


def check(hancha: Terminal, name: str) -> dict[str, object]:
    """Return one line of the doctor's."""
    said = hancha("doctor", "--json")
    (line,) = [each for each in said.document["checks"] if each["name"] == name]
    return dict(line)


@contextmanager
def held_by_another(hancha: Terminal, case: str) -> Iterator[None]:
    """Hold what a writer needs, as a stuck process would."""
    with hancha.story.house.database.engine.connect() as connection:
        connection.execute(
            text("UPDATE cases SET priority = priority WHERE reference = :case"), {"case": case}
        )
        yield
        connection.rollback()


def test_a_locked_database_is_named_and_nothing_is_lost(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_session, "BUSY_TIMEOUT_MS", 50)
    case = hancha.opened()
    before = hancha.counts()
    with held_by_another(hancha, case):
        said = hancha("case", "withdraw", case, "--reason", "x", "--as", "zhou")
    expect_fault(said, "StoreUnavailable", "lock")
    assert hancha.counts() == before
    assert hancha("case", "withdraw", case, "--reason", "x", "--as", "zhou").code == 0


def test_reading_goes_on_while_another_writes(hancha: Terminal) -> None:
    case = hancha.opened()
    with held_by_another(hancha, case):
        assert hancha.json("case", "show", case)["reference"] == case


@only_sqlite
def test_a_database_that_is_gone_is_named_and_no_empty_one_is_made(hancha: Terminal) -> None:
    database_file(hancha).rename(database_file(hancha).with_suffix(".elsewhere"))
    for command in (("case", "list"), ("outbox", "list"), ("journal", "verify")):
        expect_fault(hancha(*command), "StoreUnavailable", "hancha init")
    expect_fault(hancha.open(), "StoreUnavailable", "hancha init")
    assert check(hancha, "database")["level"] == "bad"
    assert not database_file(hancha).exists()


@only_sqlite
def test_a_file_that_is_no_database_is_named(
    hancha: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter.txt").write_bytes(b"Dear Sir or Madam" * 100)
    monkeypatch.setenv("HANCHA_DATABASE_URL", f"sqlite:///{tmp_path / 'letter.txt'}")
    expect_fault(hancha("case", "list"), "StoreUnavailable", "not a database")
    assert check(hancha, "database")["level"] == "bad"


def test_a_database_server_that_does_not_answer_is_named(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql+psycopg://hancha@{HOST}:{free_port()}/hancha"
    monkeypatch.setenv("HANCHA_DATABASE_URL", url)
    expect_fault(hancha("case", "list"), "StoreUnavailable", "refused")
    expect_fault(hancha("migrate"), "StoreUnavailable", "refused")
    assert check(hancha, "database")["level"] == "bad"


@pytest.mark.parametrize("url", ["nonsense", "mysql+nothing://x/y", "sqlite:////nowhere/at/all.db"])
def test_a_database_that_cannot_be_named_is_refused(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HANCHA_DATABASE_URL", url)
    said = hancha("case", "list")
    assert said.code == 4
    assert said.refusal in ("SettingsFault", "StoreUnavailable")


def test_a_database_of_another_schema_is_named(hancha: Terminal) -> None:
    with hancha.story.house.database.transaction("age") as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    expect_fault(hancha("case", "list"), "StoreUnavailable", "hancha migrate")
    assert "9999" in str(check(hancha, "database")["detail"])
    expect_fault(hancha("migrate"), "StoreUnavailable", "newer")


def test_prefect_away_stops_no_clerk_and_the_doctor_says_so(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANCHA_PREFECT_API_URL", f"http://{HOST}:{free_port()}/api")
    assert hancha.open().code == 0
    line = check(hancha, "prefect")
    assert line["level"] == "bad"
    assert "hancha up" in str(line["detail"])


def test_a_mail_server_that_is_down_is_named_and_mail_waits(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    hancha.opened()
    hancha.story.mail.is_down = True
    hancha.story.turn()
    hancha.story.send()
    (row,) = hancha.json("outbox", "list")
    assert (row["status"], row["failures"]) == ("pending", 1)
    assert "421" in row["last_error"]
    monkeypatch.setenv("HANCHA_SMTP_HOST", HOST)
    monkeypatch.setenv("HANCHA_SMTP_PORT", str(free_port()))
    line = check(hancha, "mail_server")
    assert line["level"] == "bad"


def test_a_mail_server_that_answers_is_well(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller = Controller(object(), hostname=HOST, port=free_port())
    controller.start()
    try:
        monkeypatch.setenv("HANCHA_SMTP_HOST", HOST)
        monkeypatch.setenv("HANCHA_SMTP_PORT", str(controller.port))
        assert check(hancha, "mail_server")["level"] == "ok"
    finally:
        controller.stop()


@only_postgresql
def test_a_lost_connection_is_named(hancha: Terminal) -> None:
    case = hancha.opened()
    with held_by_another(hancha, case):
        killer = threading.Timer(1.0, _end_other_connections, [hancha])
        killer.start()
        said = hancha("case", "withdraw", case, "--reason", "x", "--as", "zhou")
        killer.join()
    expect_fault(said, "StoreUnavailable")


def _end_other_connections(hancha: Terminal) -> None:
    """End every session that waits for a lock, as an administrator or a restart does."""
    with hancha.story.house.database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )


def test_a_setting_that_cannot_be_used_is_named(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANCHA_SMTP_PORT", "seven")
    expect_fault(hancha("case", "list"), "SettingsFault", "HANCHA_SMTP_PORT")
    expect_fault(hancha("doctor"), "SettingsFault", "HANCHA_SMTP_PORT")


def test_a_data_folder_that_cannot_be_made_is_named(
    hancha: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HANCHA_HOME", str(tmp_path / "file" / "home"))
    monkeypatch.delenv("HANCHA_DATABASE_URL")
    monkeypatch.delenv("HANCHA_CLOCK")
    expect_fault(hancha("migrate"), "DiskFault")


def test_a_document_that_was_changed_on_disk_is_named(hancha: Terminal) -> None:
    case = hancha.opened()
    hancha.story.live_until("Mon 2026-03-02 10:00")
    for path in (hancha.home / "documents").rglob("*"):
        if path.is_file() and path.stat().st_size:
            path.write_bytes(b"x" + path.read_bytes()[1:])
    out = hancha.home / "l.pdf"
    said = hancha("case", "letter", case, "--out", str(out), "--as", "zhou")
    expect_fault(said, "DiskFault")
    assert not out.exists()
    shutil.rmtree(hancha.home / "documents")
    expect_fault(hancha("case", "letter", case, "--out", str(out), "--as", "zhou"), "DiskFault")
