"""Measure what was asked for, print tables, keep the numbers."""

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from rich.console import Console

from bench import (
    dormant,
    drain,
    idle,
    letters,
    machine,
    mailin,
    mailroom,
    moving,
    opening,
    rules,
    scanning,
    wakeups,
)
from bench.scale import FULL, QUICK, Scale
from bench.tables import show

WIDTH = 150  #: Of the tables, where the terminal does not say more.
RESULTS = Path(__file__).parent / "results"
MEASUREMENTS: dict[str, ModuleType] = {
    "opening": opening,
    "wakeups": wakeups,
    "dormant": dormant,
    "drain": drain,
    "idle": idle,
    "letters": letters,
    "mailin": mailin,
    "mailroom": mailroom,
    "moving": moving,
    "rules": rules,
    "scanning": scanning,
}


def main() -> int:
    """Run what was asked for; return 0, or 1 when a measurement failed."""
    asked = _arguments()
    scale = QUICK if asked.quick else FULL
    console = Console(width=max(Console().width, WIDTH))
    found = machine.machine()
    console.print(machine.line(found))
    names = [asked.only] if asked.only else list(MEASUREMENTS)
    report: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "scale": "quick" if asked.quick else "full",
        "machine": found,
    }
    for name in names:
        report[name] = _measured(name, scale, console)
        _keep(report)
    return 0


def _measured(name: str, scale: Scale, console: Console) -> dict[str, object]:
    measurement = MEASUREMENTS[name]
    console.rule(name)
    console.print((measurement.__doc__ or "").splitlines()[0])
    started = time.monotonic()
    found: dict[str, object] = measurement.run(scale)
    found["took_s"] = round(time.monotonic() - started, 1)
    show(console, found)
    return found


def _keep(report: dict[str, object]) -> None:
    RESULTS.mkdir(exist_ok=True)
    stamp = str(report["at"]).replace(":", "").partition("+")[0]
    text = json.dumps(report, ensure_ascii=False, indent=2)
    (RESULTS / f"{stamp}-{report['scale']}.json").write_text(text + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", choices=sorted(MEASUREMENTS), help="one measurement")
    parser.add_argument("--quick", action="store_true", help="small counts, under three minutes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
