"""`hancha doctor` looks at the scanner's folder: there, writable, roomy, emptied."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from integrations.cli.checks import Level
from integrations.cli.checks_of_scans import MEBIBYTE, check_scan_folder


def lying(folder: Path, hours: float, name: str = "stack.pdf") -> None:
    """Put a file there that the scanner wrote some hours ago."""
    path = folder / name
    path.write_bytes(b"%PDF")
    at = time.time() - hours * 3600
    os.utime(path, (at, at))


@pytest.mark.parametrize(
    ("hours", "level"),
    [(0.1, Level.OK), (2, Level.WARN), (30, Level.BAD)],
    ids=["a few minutes", "two hours", "since yesterday"],
)
def test_how_long_the_oldest_file_has_waited(tmp_path: Path, hours: float, level: Level) -> None:
    lying(tmp_path, hours)
    lying(tmp_path, 0, "newer.pdf")
    found = check_scan_folder(tmp_path)
    assert found.level is level
    assert found.value == pytest.approx(hours * 3600, abs=60)
    assert "2 files wait" in found.detail


def test_what_was_taken_in_or_refused_does_not_wait(tmp_path: Path) -> None:
    (tmp_path / "done").mkdir()
    lying(tmp_path / "done", 90)
    lying(tmp_path, 90, ".half-written")
    found = check_scan_folder(tmp_path)
    assert (found.level, found.value) == (Level.OK, 0)


def test_no_folder_is_set_or_there(tmp_path: Path) -> None:
    assert check_scan_folder(None).level is Level.OK
    gone = check_scan_folder(tmp_path / "gone")
    assert (gone.level, "there is no folder" in gone.detail) == (Level.BAD, True)


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told by the system's own answer: whoever runs the tests as root may write anywhere."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert check_scan_folder(tmp_path).level is Level.BAD


@pytest.mark.parametrize(
    ("free", "level"), [(100, Level.BAD), (500, Level.WARN), (9_000, Level.OK)]
)
def test_free_space_in_mebibytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    usage: Any = shutil.disk_usage(tmp_path)
    told = usage._replace(free=free * MEBIBYTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: told)
    assert check_scan_folder(tmp_path).level is level
