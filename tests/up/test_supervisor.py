"""`hancha up`: one roof over Prefect's API and the worker, once, cleanly."""

import os
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from cases.vocabulary.errors import AlreadyRunning
from flows.demo.stage import free_port
from integrations.prefect_environment import prefect_environment
from integrations.settings import Settings
from integrations.supervisor import lock

READY_WITHIN = 150.0


@pytest.fixture
def installation(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an installation of its own."""
    own = {
        "HANCHA_HOME": str(tmp_path / "home"),
        "HANCHA_PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api",
        "HANCHA_DESK_PORT": "0",
    }
    return {**os.environ, **own}


@pytest.fixture
def roof(installation: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start everything; end it afterwards whatever happened."""
    with (tmp_path / "console").open("wb") as console:
        process = subprocess.Popen(
            [sys.executable, "-m", "integrations.supervisor"],
            env=installation,
            stdout=console,
            stderr=console,
        )
    family = psutil.Process(process.pid)
    yield process
    members = [*family.children(recursive=True), family] if family.is_running() else []
    for member in members:
        member.kill()
    process.wait(10)


def until(seen: Callable[[], bool], what: str) -> None:
    """Wait for something that must come."""
    end = time.monotonic() + READY_WITHIN
    while not seen():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def test_a_folder_is_locked_against_a_second_start(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(AlreadyRunning, match="running already"):
        lock(tmp_path)


def test_the_lock_is_free_again_after_the_first_one_ended(tmp_path: Path) -> None:
    lock(tmp_path).close()
    lock(tmp_path).close()


@pytest.mark.prefect
def test_everything_starts_survives_a_killed_worker_and_stops_cleanly(
    roof: subprocess.Popen[bytes], installation: dict[str, str], tmp_path: Path
) -> None:
    console = tmp_path / "console"
    until(lambda: b"ready after" in console.read_bytes().split(b"worker is")[-1], "never ready")
    until(lambda: b"/enter/" in console.read_bytes(), "no link for the first administrator")
    link = next(word for word in console.read_text().split() if "/enter/" in word)
    with urllib.request.urlopen(link) as page:
        assert "开始使用函查" in page.read().decode()

    second = subprocess.run(
        [sys.executable, "-m", "integrations.supervisor"],
        env=installation,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 4
    assert second.stderr.strip().count("\n") == 0
    assert "running already" in second.stderr

    children = psutil.Process(roof.pid).children()
    worker = next(each for each in children if "flows.service" in " ".join(each.cmdline()))
    worker.kill()
    until(lambda: b"is started again" in console.read_bytes(), "the death was not noticed")
    until(
        lambda: any(
            "flows.service" in " ".join(each.cmdline()) and each.pid != worker.pid
            for each in psutil.Process(roof.pid).children()
            if each.status() != psutil.STATUS_ZOMBIE
        ),
        "the worker was not started again",
    )

    family = psutil.Process(roof.pid).children(recursive=True)
    roof.send_signal(signal.SIGTERM)
    assert roof.wait(60) == 0
    assert not [each for each in family if each.is_running()]


def test_an_api_that_is_not_on_this_machine_is_refused_in_one_line(
    installation: dict[str, str],
) -> None:
    installation["HANCHA_PREFECT_API_URL"] = "http://prefect.example:4200/api"
    refused = subprocess.run(
        [sys.executable, "-m", "integrations.supervisor"],
        env=installation,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 4
    assert "must name a port on this machine" in refused.stderr
    assert refused.stderr.strip().count("\n") == 0


def test_the_password_of_prefect_is_readable_by_us_alone(tmp_path: Path) -> None:
    environment = prefect_environment(Settings(home=tmp_path))
    file = tmp_path / "prefect" / "password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert environment["PREFECT_SERVER_API_AUTH_STRING"] == file.read_text("ascii")
    assert prefect_environment(Settings(home=tmp_path)) == environment


def test_prefect_is_told_to_report_to_nobody_and_to_keep_to_its_own_folder(tmp_path: Path) -> None:
    environment = prefect_environment(Settings(home=tmp_path))
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert environment["PREFECT_SERVER_API_HOST"] == "127.0.0.1"
