"""The list as it comes back from the post office's counter: tracking numbers and postage."""

import csv
from collections.abc import Sequence
from io import StringIO

from cases.operations.postage import PostedLine
from cases.vocabulary.errors import InvalidValue
from integrations.mailroom.lists import ENVELOPE, POSTAGE, TRACKING

LARGEST_FILE = 8 * 1024 * 1024


def read_tracking_file(content: bytes) -> list[PostedLine]:
    """Return the lines of a CSV file in UTF-8 or GB18030, as Excel and WPS save it.

    Columns are found by their names and may stand in any order. Raises InvalidValue.
    """
    if len(content) > LARGEST_FILE:
        raise InvalidValue(f"the list has more than {LARGEST_FILE // 1024 // 1024} MiB")
    try:
        rows = list(csv.reader(StringIO(_text(content))))
    except csv.Error as fault:
        raise InvalidValue(f"the list is no CSV file: {fault}") from fault
    if not rows:
        raise InvalidValue("the list is empty")
    heading = [cell.strip() for cell in rows[0]]
    if ENVELOPE not in heading or not {TRACKING, POSTAGE}.intersection(heading):
        raise InvalidValue(f"the first line must name {ENVELOPE}, and {TRACKING} or {POSTAGE}")
    return [
        PostedLine(
            number=number,
            envelope=_cell(row, heading, ENVELOPE).removeprefix("'"),
            tracking=_cell(row, heading, TRACKING),
            postage=_cell(row, heading, POSTAGE),
        )
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidValue("the list is neither UTF-8 nor GB18030")


def _cell(row: Sequence[str], heading: Sequence[str], name: str) -> str:
    """Return a cell without the blanks that keep a spreadsheet from changing it."""
    if name not in heading or heading.index(name) >= len(row):
        return ""
    return row[heading.index(name)].strip()
