"""The folder that the scanner writes to: is it there, has it room, is it emptied."""

import os
import shutil
import time
from datetime import timedelta
from pathlib import Path

from integrations.cli.checks import Finding, Level, by_age, in_words

MEBIBYTE = 1024 * 1024
WARN_FREE, BAD_FREE = 1024 * MEBIBYTE, 128 * MEBIBYTE
_ORDER = (Level.OK, Level.WARN, Level.BAD)


def check_scan_folder(folder: Path | None) -> Finding:
    """Return what is found; the value is how many seconds the oldest file has waited."""
    if folder is None:
        return _found(Level.OK, "no folder is set; hancha scan FILE takes files in")
    try:
        if not folder.is_dir():
            return _found(Level.BAD, f"there is no folder {folder}")
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            return _found(Level.BAD, f"{folder} cannot be written: what is taken in stays in it")
        free = shutil.disk_usage(folder).free
        written = [
            each.stat().st_mtime
            for each in folder.iterdir()
            if each.is_file() and not each.name.startswith(".")
        ]
    except OSError as fault:
        return _found(Level.BAD, f"{folder}: {fault.strerror or fault}")
    # The scanner's machine dates its files; the clock that cases live by knows nothing of them.
    age = timedelta(seconds=max(0.0, time.time() - min(written))) if written else timedelta()
    room = Level.BAD if free < BAD_FREE else Level.WARN if free < WARN_FREE else Level.OK
    waits = by_age(age, warn=timedelta(hours=1), bad=timedelta(days=1))
    detail = f"{free // MEBIBYTE:,} MiB free in {folder}; "
    detail += f"{len(written)} files wait, the oldest for {in_words(age)}" if written else "empty"
    return _found(max(room, waits, key=_ORDER.index), detail, age.total_seconds())


def _found(level: Level, detail: str, value: float | None = None) -> Finding:
    return Finding("scan_folder", "扫描目录", level, detail, value)
