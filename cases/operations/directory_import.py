"""Take offices into the directory from a file: all that is good at once, or nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, select, update

from cases.operations.directory import DATES_REST_ON
from cases.operations.moved_dates import MovedDate, moving
from cases.rules.access import Act, require
from cases.rules.office_import import Facts, ImportPlan, LineReport, LineVerdict
from cases.rules.office_lines import COLUMNS, Line
from cases.rules.office_words import search_rank, search_words
from cases.store import directory_entries, divisions
from cases.store.calendars import office_scope
from cases.store.open_counts import NOTHING, Reach
from cases.store.session import rehearsal
from cases.store.tables.directory_entry import DirectoryEntry
from cases.store.tables.office import Office
from cases.vocabulary.values import Actor

#: Columns of the file that are columns of the table.
PLAIN = tuple(column for column in COLUMNS if column not in ("superior", "successor"))
_TABLE = Office.__table__  # type: ignore[attr-defined]
MOST_SCOPES = 200  #: Beyond, all open requests are counted rather than each office asked for.
DAYS = frozenset({"verified_on", "valid_from", "valid_to"})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file did, or would do, line by line."""

    lines: tuple[LineReport, ...]
    is_written: bool
    moved: tuple[MovedDate, ...] = ()  #: Due dates that moved, or would; by reference.

    def count(self, verdict: LineVerdict) -> int:
        """Return how many lines ended so."""
        return sum(line.verdict is verdict for line in self.lines)


def import_offices(
    session: Session,
    actor: Actor,
    lines: Iterable[Line],
    *,
    on: date,
    is_dry_run: bool = False,
    without_refused: bool = False,
    now: datetime,
) -> ImportReport:
    """Add and change offices by the lines of a file (`rules.office_lines.read_lines`).

    An office is known by its code. An empty cell leaves what is known; a column that the file
    lacks is left alone; nothing is ever removed, so the same file a second time changes nothing.
    With a line refused nothing is written, unless `without_refused` lets the others in. `on` is
    the day by which offices are living. A dry run of lines that may move due dates writes
    and takes it back, to see which. Raises NotAllowed.
    """
    require(actor, Act.KEEP_DIRECTORY)
    ids, known = _known(session)
    plan = ImportPlan(tuple(lines), known, divisions.book(session), on)
    reports = tuple(plan.reports())
    is_good = without_refused or all(each.verdict is not LineVerdict.REFUSED for each in reports)
    moved: list[MovedDate] = []
    reach = _reach(reports, ids)
    with rehearsal(session) if is_dry_run else nullcontext():
        if is_good and not (is_dry_run and reach is NOTHING):
            cause = "offices were taken in from a file"
            with moving(session, actor, cause, reach, now=now) as moved:
                _write(session, plan, reports, ids)
                directory_entries.record_all(session, list(_entries(actor, plan, reports, now)))
    return ImportReport(reports, is_written=is_good and not is_dry_run, moved=tuple(moved))


def _reach(reports: Iterable[LineReport], ids: Mapping[str, UUID]) -> Reach:
    """Return whose requests the lines can move: those of offices by which days are counted."""
    offices = [
        office_scope(ids[each.code])
        for each in reports
        if each.verdict is LineVerdict.CHANGED and not DATES_REST_ON.isdisjoint(each.changes)
    ]
    if not offices:
        return NOTHING
    return Reach(tuple(offices)) if len(offices) <= MOST_SCOPES else Reach()


def _entries(
    actor: Actor, plan: ImportPlan, reports: Iterable[LineReport], now: datetime
) -> Iterator[DirectoryEntry]:
    for each in reports:
        if each.verdict is LineVerdict.CHANGED:
            changes: directory_entries.Changes = each.changes
        elif each.verdict is LineVerdict.ADDED:
            changes = directory_entries.differences({}, plan.facts_of(each.code))
        else:
            continue
        subject = f"office:{each.code}"
        yield directory_entries.entry(actor, subject, "imported", changes, at=now)


def _known(session: Session) -> tuple[dict[str, UUID], dict[str, Facts]]:
    """Return code to id and code to facts of every office, in one look."""
    columns = [_TABLE.c[name] for name in ("id", "superior_id", "successor_id", *PLAIN)]
    rows = session.connection().execute(select(*columns)).mappings().all()
    codes = {row["id"]: row["code"] for row in rows}
    known: dict[str, Facts] = {
        row["code"]: {
            **{column: row[column] for column in PLAIN},
            "superior": codes.get(row["superior_id"], ""),
            "successor": codes.get(row["successor_id"], ""),
        }
        for row in rows
    }
    return {code: identity for identity, code in codes.items()}, known


def _write(
    session: Session, plan: ImportPlan, reports: Iterable[LineReport], ids: dict[str, UUID]
) -> None:
    added = [each.code for each in reports if each.verdict is LineVerdict.ADDED]
    changed = [each.code for each in reports if each.verdict is LineVerdict.CHANGED]
    ids.update((code, uuid4()) for code in added)
    rows = {code: _row(plan.facts_of(code), ids[code], ids) for code in (*added, *changed)}
    if added:
        new = [{**rows[code], "successor_id": None} for code in _superiors_first(added, plan)]
        session.connection().execute(_TABLE.insert(), new)
    later = [code for code in added if rows[code]["successor_id"] is not None]
    if later or changed:
        session.execute(update(Office), [rows[code] for code in (*later, *changed)])
    session.expire_all()  # What was read before is of before.


def _superiors_first(added: Sequence[str], plan: ImportPlan) -> list[str]:
    """Return the new offices in an order in which each superior is there before it is named."""
    waiting, ordered = set(added), dict[str, None]()
    for code in added:
        above: list[str] = []
        while code in waiting:
            waiting.remove(code)
            above.append(code)
            code = str(plan.facts_of(code).get("superior") or "")
        ordered.update(dict.fromkeys(reversed(above)))
    return list(ordered)


def _row(facts: Facts, identity: UUID, ids: Mapping[str, UUID]) -> dict[str, Any]:
    row: dict[str, Any] = {
        column: facts.get(column) or (None if column in DAYS else "") for column in PLAIN
    }
    return row | {
        "id": identity,
        "zone": row["zone"] or Office.model_fields["zone"].default,
        "superior_id": ids.get(str(facts.get("superior") or "")),
        "successor_id": ids.get(str(facts.get("successor") or "")),
        "search_words": search_words(row["name_zh"], row["code"]),
        "search_rank": search_rank(row["name_zh"], row["division_code"]),
    }
