"""A count of days as a table that a clerk can check with a finger on a wall calendar."""

from collections.abc import Sequence

from rich.table import Table

from cases.vocabulary.values import CountedDay
from integrations import words
from integrations.cli.output import listing


def day_table(days: Sequence[CountedDay]) -> Table:
    """Return one row for each day: its date, its number if it counts, and why."""
    table = listing("日期 Date", "计 Day", "理由 Reason", keep_whole=(0, 1))
    number = 0
    for day in days:
        number += day.counts
        table.add_row(
            words.day(day.on),
            str(number) if day.counts else "·",
            day.reason,
            style=None if day.counts else "dim",
        )
    return table
