"""Sleeping cases cost nothing: the price of a wake-up beside none and a hundred thousand.

Two installations stand side by side on one machine: one with next to nothing in it, one with
the sleeping cases, seeded straight into the tables of both its databases. They are measured in
turns, and whoever is not measured is stopped, so that what the machine does to one it does to
the other.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.copies import Original
from bench.grounds import Ground, standing
from bench.meters import MIB, Spent, memory_mib, middle, spent, standing_still
from bench.scale import Scale


def run(scale: Scale) -> dict[str, object]:
    """Return the cost of a wake-up by the number of cases that sleep on."""
    with TemporaryDirectory(prefix="hancha-bench-") as folder, ExitStack() as stack:
        root = Path(folder)
        small, large = (
            stack.enter_context(standing(Ground(root / name))) for name in ("small", "large")
        )
        originals = [ground.original_of(ground.sleeping_case()) for ground in (small, large)]
        rows: list[dict[str, object]] = []
        asleep = 0
        for size in scale.dormant:
            originals[1].copy(size - asleep, series=f"Z{size}", changes=_spread_out)
            asleep = size
            rows += _side_by_side(small, large, originals, size, scale)
        return {"rows": rows, "note": "aim: growth to at most 1.2"}


def _side_by_side(
    small: Ground, large: Ground, originals: Sequence[Original], size: int, scale: Scale
) -> list[dict[str, object]]:
    woken = [original.copy(scale.dormant_wakes, series=f"W{size}") for original in originals]
    used: tuple[list[Spent], list[Spent]] = ([], [])
    for number in range(scale.dormant_rounds + 1):
        for which, (ground, other) in enumerate(((small, large), (large, small))):
            with standing_still(other.worker.pid, other.server.pid), spent(ground.groups()) as took:
                ground.wake(woken[which])
                ground.wait_asleep(woken[which])
            if number > 0:  # The first round after the seeding fills caches.
                used[which].append(took)
    rows = [
        _row(ground, asleep, scale.dormant_wakes, rounds)
        for ground, asleep, rounds in zip((small, large), (0, size), used, strict=True)
    ]
    for column in ("worker_cpu_ms", "server_cpu_ms", "all_cpu_ms"):
        rows[1][column.replace("_cpu_ms", "_grew_to")] = round(
            float(str(rows[1][column])) / float(str(rows[0][column])), 2
        )
    return rows


def _row(ground: Ground, asleep: int, wakes: int, rounds: Sequence[Spent]) -> dict[str, object]:
    worker, server = (
        [used.cpu_ms[name] / wakes for used in rounds] for name in ("worker", "prefect server")
    )
    return {
        "dormant": asleep,
        "rounds_of_wakes": f"{len(rounds)} x {wakes}",
        "wakes_per_s": middle([wakes / used.seconds for used in rounds], 2),
        "worker_cpu_ms": middle(worker),
        "server_cpu_ms": middle(server),
        "all_cpu_ms": middle([used.all_cpu_ms / wakes for used in rounds]),
        "server_rss_mib": memory_mib([psutil.Process(ground.server.pid)])["rss_mib"],
        "our_database_mib": round(_size(ground.folder / "hancha.sqlite3"), 1),
        "prefects_database_mib": round(_size(ground.server.database), 1),
    }


def _size(database: Path) -> float:
    return database.stat().st_size / MIB


def _spread_out(number: int) -> dict[str, dict[str, object]]:
    """Let the sleeping cases be due on different days, in both databases."""
    due = datetime.now(UTC) + timedelta(days=10 + number % 60, seconds=number % 86_400)
    written = due.strftime("%F %T.000000")
    return {
        "cases": {"wake_at": written, "next_action_at": written},
        "flow_run": {"next_scheduled_start_time": written},
    }
