"""Cells of lists that people open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def guarded(cell: str) -> str:
    """Return a cell as no spreadsheet takes it for a formula, or drops its zeros.

    What begins like a formula gets an apostrophe; figures alone end with a tabulator, so that a
    postcode keeps its zeros and a number all its digits.
    """
    if cell.startswith(_FORMULA):
        return f"'{cell}"
    return f"{cell}\t" if cell.isascii() and cell.isdigit() and len(cell) > 4 else cell


def as_csv(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """Return UTF-8 with a BOM, by which Excel and WPS know it; every cell guarded."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for line in lines:
        writer.writerow([guarded(cell) for cell in line])
    return text.getvalue().encode("utf-8-sig")
