"""Multiply rows: one true case, lived to where it is wanted, becomes many.

The copies go straight into the tables, of our database and of Prefect's, so that a hundred
thousand sleeping cases take a minute and not a day. Every identifier is new in every copy and
the same on both sides; the journal's chain keeps the hashes of the original, so the copies do
not pass `journal verify`.
"""

import json
import random
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.engine import make_url

Row = dict[str, Any]  #: Column to value; texts and numbers only.
Changes = Callable[[int], Mapping[str, Row]]  #: Number of the copy to table to columns.
BATCH = 500

#: Tables that a case has rows in, in an order that foreign keys allow.
OURS = {
    "cases": "id",
    "party": "case_id",
    "enclosure": "case_id",
    "request": "case_id",
    "letter": "case_id",
    "outbox_message": "case_id",
    "journal_entry": "case_id",
    "run_link": "case_id",
}
_BYTES = "bytes:"  #: How JSON carries a sealed column.
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@")

PREFECTS = {"flow_run": "id", "flow_run_state": "flow_run_id"}


class Tables:
    """One database below SQLAlchemy: rows as plain texts and numbers."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._mark = "?" if self.is_sqlite else "%s"
        self._connection: Any
        if self.is_sqlite:
            self._connection = sqlite3.connect(parsed.database or "", timeout=60)
            self._connection.execute("PRAGMA synchronous=OFF")
        else:
            self._connection = psycopg.connect(
                host=str(parsed.query["host"]), user=parsed.username, dbname=parsed.database
            )

    def rows(self, table: str, where: str = "1 = 1", *values: object) -> list[Row]:
        """Return the rows of a table that meet a condition; its marks are "?"."""
        cursor = self._connection.cursor()
        cursor.execute(f"SELECT * FROM {table} WHERE 1 = 0")
        names = [column[0] for column in cursor.description]
        as_text = "" if self.is_sqlite else "::text"
        columns = ", ".join(f'"{name}"{as_text}' for name in names)
        wanted = where.replace("?", self._mark)
        cursor.execute(f"SELECT {columns} FROM {table} WHERE {wanted}", values)
        rows = [map(_as_text, row) for row in cursor.fetchall()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def add(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows, which all have the same columns."""
        columns = ", ".join(f'"{name}"' for name in rows[0])
        marks = ", ".join(self._mark for _ in rows[0])
        values = [tuple(map(_from_text, row.values())) for row in rows]
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        self._connection.cursor().executemany(statement, values)

    def run(self, statement: str) -> None:
        """Run one statement as it stands."""
        self._connection.cursor().execute(statement)

    def keep(self) -> None:
        """Commit."""
        self._connection.commit()

    def close(self) -> None:
        """Leave the database."""
        self._connection.close()


@contextmanager
def opened(url: str) -> Iterator[Tables]:
    """Give the tables of a database and keep what was done to them."""
    tables = Tables(url)
    try:
        yield tables
        tables.keep()
    finally:
        tables.close()


class Original:
    """The rows of one case in both databases, ready to be copied."""

    def __init__(
        self,
        ours: str,
        prefects: Path | None,
        *,
        case_id: UUID,
        reference: str,
        run_id: UUID | None,
    ) -> None:
        self._urls = [(ours, OURS, case_id)]
        if prefects is not None and run_id is not None:
            self._urls.append((f"sqlite:///{prefects}", PREFECTS, run_id))
        self._reference = reference
        self._texts = [_read(*each) for each in self._urls]
        self._ids = sorted(set().union(*(_ids_in(text) for text in self._texts)))

    def copy(self, count: int, *, series: str, changes: Changes = lambda _n: {}) -> list[UUID]:
        """Write copies and return their case ids; `series` goes into their references."""
        copied: list[UUID] = []
        chance = random.Random(series)
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            renamed = [self._new_names(chance, f"{series}-{n:06d}") for n in numbers]
            copied.extend(UUID(names[self._case_hex]) for names in renamed)
            for (url, _tables, _key), text in zip(self._urls, self._texts, strict=True):
                batches = [
                    _changed(json.loads(_renamed(text, names)), changes(n))
                    for n, names in zip(numbers, renamed, strict=True)
                ]
                _write(url, batches)
        return copied

    @property
    def _case_hex(self) -> str:
        return self._urls[0][2].hex

    def _new_names(self, chance: random.Random, reference: str) -> dict[str, str]:
        names = {self._reference: f"HC-{reference}"}
        for old in self._ids:
            new = UUID(int=chance.getrandbits(128), version=4)
            names[old], names[str(UUID(old))] = new.hex, str(new)
        return names


def _read(url: str, tables: Mapping[str, str], key: UUID) -> str:
    with opened(url) as database:
        found: dict[str, list[Row]] = {}
        for table, column in tables.items():
            for written in (key.hex, str(key)) if database.is_sqlite else (str(key),):
                found[table] = found.get(table) or database.rows(table, f"{column} = ?", written)
        return json.dumps(found, ensure_ascii=False)


def _ids_in(text: str) -> set[str]:
    """Return the identifiers of the rows themselves, as hexadecimal digits."""
    rows: dict[str, list[Row]] = json.loads(text)
    ids = {UUID(str(row["id"])).hex for found in rows.values() for row in found if "id" in row}
    return ids | set(_MESSAGE_ID.findall(text))


def _as_text(value: Any) -> Any:
    return f"{_BYTES}{value.hex()}" if isinstance(value, bytes) else value


def _from_text(value: Any) -> Any:
    is_bytes = isinstance(value, str) and value.startswith(_BYTES)
    return bytes.fromhex(value.removeprefix(_BYTES)) if is_bytes else value


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for old, new in names.items():
        text = text.replace(old, new)
    return text


def _changed(rows: dict[str, list[Row]], changes: Mapping[str, Row]) -> dict[str, list[Row]]:
    for table, columns in changes.items():
        for row in rows.get(table, []):
            row.update(columns)
    return rows


def _write(url: str, batches: Sequence[dict[str, list[Row]]]) -> None:
    """Write a few copies in one short transaction: others are working on the database."""
    with opened(url) as database:
        if database.is_sqlite:
            database.run("BEGIN IMMEDIATE")
        for table in batches[0]:
            rows = [row for batch in batches for row in batch[table]]
            if rows:
                database.add(table, rows)
