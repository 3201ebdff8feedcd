"""What a command prints: one JSON document, or tables for people."""

import json
import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

#: A file or a pipe has no width; wide enough for a list, narrow enough for an e-mail.
WIDTH_WITHOUT_TERMINAL = 120


class _Console(Console):
    """A console that leaves a closed pipe to `main`; rich would end the process itself."""

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError."""
        raise BrokenPipeError


def answer(document: Any, as_json: bool, show: Callable[[Console], None]) -> None:
    """Print the document as JSON, or have it shown as tables."""
    if as_json:
        print_json(document)
    else:
        show(console())


def print_json(document: Any) -> None:
    """Print one document: indented on a terminal, else on one line; dates as ISO 8601."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    text = json.dumps(
        document,
        ensure_ascii=encoding != "utf8",
        indent=2 if sys.stdout.isatty() else None,
        default=_plain,
    )
    sys.stdout.write(text + "\n")


def console() -> Console:
    """Return the console of standard output as it is now; what it prints holds no markup."""
    is_free = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    width = WIDTH_WITHOUT_TERMINAL if is_free else None
    return _Console(markup=False, emoji=False, highlight=False, width=width)


def listing(*headings: str, title: str = "", keep_whole: tuple[int, ...] = (0,)) -> Table:
    """Return an empty table with bilingual headings ("状态 Status").

    Columns in `keep_whole` are never broken: somebody will copy what stands there.
    """
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for number, heading in enumerate(headings):
        chinese, _, english = heading.partition(" ")
        table.add_column(
            f"{chinese}\n{english}", no_wrap=number in keep_whole, overflow="fold", vertical="top"
        )
    return table


def facts(*rows: tuple[str, object]) -> Table:
    """Return a table of labels ("状态 Status") and what each is; rows of None are left out."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in rows:
        if value is not None and value != "":
            table.add_row(label, value if isinstance(value, Text) else str(value))
    return table


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a document")
