"""Numbers as tables on the terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table


def show(console: Console, found: Mapping[str, object]) -> None:
    """Print lists of rows as tables, everything else as one line."""
    single = {}
    for name, value in found.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            console.print(_table(name, value))
        else:
            single[name] = value
    for name, value in single.items():
        console.print(f"{name.replace('_', ' ')}: {value}", highlight=False)


def _table(name: str, rows: Sequence[Mapping[str, object]]) -> Table:
    table = Table(title=name if name != "rows" else None, title_justify="left")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    for column in columns:
        is_number = all(isinstance(row.get(column, 0), int | float) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    return table


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
