"""What a change moves, as every command that can move dates tells it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console

from cases.operations.moved_dates import MovedDate
from integrations import words
from integrations.cli.output import listing
from integrations.reading.case_brief import Facts

SHOWN = 200  #: Lines on a screen; --json lists every one.

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="试算 Only show which open dates would move.")
]


def moved_facts(moved: Iterable[MovedDate], *, is_applied: bool) -> Facts:
    """Return what moved, or would move, for JSON and for `show_moved`."""
    return {
        "is_applied": is_applied,
        "moved": [
            {
                "reference": each.reference,
                "office": each.office,
                "before": each.before.due_on,
                "before_at": each.before.due_at,
                "was_provisional": each.before.is_provisional,
                "after": each.after.due_on,
                "after_at": each.after.due_at,
                "is_provisional": each.after.is_provisional,
            }
            for each in moved
        ],
    }


def show_moved(console: Console, document: Facts) -> None:
    """Print the dates before and after as a table."""
    moved: Sequence[Facts] = document["moved"]
    if not document["is_applied"]:
        console.print("试算，未生效 Only tried; nothing was changed.")
    if not moved:
        console.print("没有随之变动的截止日期 No open date moves.")
        return
    table = listing(
        "办件编号 Reference",
        "被函机关 Asked",
        "原截止日期 Before",
        "现截止日期 After",
        keep_whole=(0, 2, 3),
    )
    for each in moved[:SHOWN]:
        is_same_day = each["before"] == each["after"]
        table.add_row(
            each["reference"],
            each["office"],
            _date(each["before"], each["before_at"], each["was_provisional"], is_same_day),
            _date(each["after"], each["after_at"], each["is_provisional"], is_same_day),
        )
    console.print(table)
    verb = "变动 moved" if document["is_applied"] else "将变动 would move"
    more = f"，仅列出前 {SHOWN} 件 the first {SHOWN} are shown" if len(moved) > SHOWN else ""
    console.print(f"{len(moved)} 件{verb}{more}")


def _date(on: date, at: datetime, is_provisional: bool, with_time: bool) -> str:
    """Return the date; with its instant where another zone moved nothing else."""
    time = f" {at:%H:%M} UTC" if with_time else ""
    return words.day(on) + time + ("\n暂定 provisional" if is_provisional else "")
