"""The machine under the numbers: what it is, and how fast it is at this moment.

Others may be loading it. So each report carries two yardsticks taken in the same run: a fixed
piece of Python, and one fsync. Numbers of two runs compare where their yardsticks do.
"""

import os
import platform
import sqlite3
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

YARDSTICK_LOOPS = 200_000
FSYNCS = 50
PACKAGES = ("prefect", "sqlalchemy", "sqlmodel", "typst", "psycopg", "pydantic")


def machine() -> dict[str, object]:
    """Return what the numbers were taken on."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def yardsticks(folder: Path) -> dict[str, float]:
    """Return how busy and how fast the machine is now."""
    return {
        "load": round(os.getloadavg()[0], 2),
        "python_ms": round(median(_python_ms() for _ in range(7)), 2),
        "fsync_ms": round(_fsync_ms(folder), 3),
    }


def line(found: dict[str, object]) -> str:
    """Return the machine in one line."""
    return ", ".join(
        [
            f"{found['cores']} cores ({found['system']}), {found['memory_gib']} GiB",
            f"Python {found['python']}",
            f"SQLite {found['sqlite']}",
            *(f"{name} {found[name]}" for name in PACKAGES),
        ]
    )


def _python_ms() -> float:
    """Return the processor time of a fixed loop; twice the usual means a crowded core."""
    started = time.process_time()
    total = 0
    for n in range(YARDSTICK_LOOPS):
        total += n % 7
    return (time.process_time() - started) * 1000


def _fsync_ms(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        took = []
        for _ in range(FSYNCS):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - started) * 1000)
        return median(took)
