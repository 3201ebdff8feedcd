"""Looking at a document store from outside."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

LETTER = b"%PDF-1.7 synthetic letter"
HOUR = timedelta(hours=1)
CASE, OTHER_CASE = UUID(int=1), UUID(int=2)


def files_in(root: Path) -> list[Path]:
    """Return all files but the lock."""
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != "lock")


def make_older(path: Path, age: timedelta) -> None:
    """Let the file look as if it had been written so long ago."""
    then = time.time() - age.total_seconds()
    os.utime(path, (then, then))
