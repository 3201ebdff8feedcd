"""`hancha quarantine`: cases that the engine leaves alone until a manager says so."""

from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from sqlmodel import Session

from cases.operations import supervision
from cases.store import journal
from cases.store.backlog import BacklogRow, backlog
from cases.store.tables.case import Case
from cases.vocabulary.status import CaseStatus, EntryKind
from integrations import words
from integrations.cli.acted import acted, show_acted
from integrations.cli.options import AsJson, AsLogin, AsReader, Limit, Reason, Reference
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting_on, opened
from integrations.reading.case_brief import Facts, brief, may_read, reader

STOPPED = (CaseStatus.HELD, CaseStatus.QUARANTINED)
HOME_ZONE = ZoneInfo("Asia/Shanghai")


def list_cases(limit: Limit = 50, login: AsReader = "", as_json: AsJson = False) -> None:
    """List quarantined and held cases (隔离、搁置) with what stopped them."""
    with opened() as premises, premises.reading() as session:
        actor = reader(session, login)
        now = premises.clock.now()
        rows = backlog(
            session,
            office_id=actor.office_id if actor else None,
            statuses=STOPPED,
            limit=limit,
        )
        found = [
            {**brief(row, now), **_stop(session, row, may_read(actor, row.case))} for row in rows
        ]
    answer(found, as_json, lambda console: _show(console, found))


def release(reference: Reference, login: AsLogin, reason: Reason, as_json: AsJson = False) -> None:
    """Let the engine follow a held or quarantined case again; its tries are counted anew."""
    with acting_on(reference, login, "release") as act:
        supervision.release(act.session, act.actor, act.case, reason, now=act.now)
        done = acted(act, "已解除 released")
    answer(done, as_json, show_acted(done))


def _stop(session: Session, row: BacklogRow, is_open_book: bool) -> dict[str, Any]:
    """Return when and why the case was stopped; a quarantine's reason may hold anything."""
    entry = journal.last_of_kinds(session, row.case.id, _entries_that_stop(row.case))
    if entry is None:
        return {"stopped_at": None, "reason": None}
    reason = entry.result.get("reason")
    if reason is None and is_open_book:
        payload = journal.payload_of(session, entry.id)
        reason = payload.content.get("reason") if payload else None
    return {"stopped_at": entry.at, "reason": reason}


def _entries_that_stop(case: Case) -> EntryKind:
    return EntryKind.HELD if case.status is CaseStatus.HELD else EntryKind.QUARANTINED


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有搁置或隔离的办件 No case is held or quarantined.")
        return
    table = listing("办件编号 Reference", "状态 Status", "自 Since", "承办人 Owner", "原因 Why")
    for each in found:
        table.add_row(
            each["reference"],
            words.say(each["status"]),
            words.minute(each["stopped_at"], HOME_ZONE),
            words.owner(each["owner"] or ""),
            each["reason"] or words.NONE,
        )
    console.print(table)
