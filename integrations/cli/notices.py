"""`hancha notice`: what applicants are to be told, and the calls that tell it."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations import notices as operations
from cases.store import notices
from cases.store.leases import lock
from cases.store.tables.telling import ApplicantNotice
from cases.vocabulary.errors import InvalidValue
from integrations import words
from integrations.cli.options import (
    AsJson,
    AsLogin,
    AsReader,
    Limit,
    Reason,
    Reference,
    key_range,
    read_key,
    short,
)
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting, acting_on, opened
from integrations.reading.case_brief import Facts, may_read, reader

NoticeId = Annotated[
    str, typer.Argument(metavar="ID", help="编号 Its id, or the beginning that the list shows.")
]


def list_notices(login: AsReader = "", limit: Limit = 200, as_json: AsJson = False) -> None:
    """List what applicants have not been told yet, the oldest first: SMS and calls."""
    with opened() as premises, premises.reading() as session:
        actor = reader(session, login)
        rows = notices.to_tell(session, office_id=actor.office_id if actor else None, limit=limit)
        missed = notices.calls_without_success(session, [row.id for row, _, _ in rows])
        found = [
            {
                "id": row.id,
                "reference": case.reference,
                "kind": row.kind,
                "way": row.way,
                "status": row.status,
                "text": row.text or None,
                "telephone_masked": kept.masked if kept and may_read(actor, case) else None,
                "calls_without_success": missed.get(row.id, 0),
                "last_error": row.last_error or None,
            }
            for row, case, kept in rows
        ]
    answer(found, as_json, lambda console: _show(console, found))


def called(
    identity: NoticeId,
    login: AsLogin,
    reached: Annotated[
        bool, typer.Option("--reached/--not-reached", help="是否接通 Whether they were reached.")
    ],
    as_json: AsJson = False,
) -> None:
    """Record a call to an applicant; not reached, it stays on the list."""
    with acting(login, "called") as (premises, session, actor):
        notice = _named(session, identity)
        case = lock(session, notice.case_id)
        operations.record_call(
            session, actor, case, notice, is_reached=reached, now=premises.clock.now()
        )
        document: Facts = {
            "id": notice.id,
            "reference": case.reference,
            "kind": notice.kind,
            "is_reached": reached,
            "status": notice.status,
        }
    done = "已告知 told" if reached else "未接通 not reached"
    said = f"{document['reference']}  {words.say(document['kind'])}  {done}"
    answer(document, as_json, lambda console: console.print(said))


def number(reference: Reference, login: AsLogin, reason: Reason, as_json: AsJson = False) -> None:
    """Show an applicant's telephone number in full; the journal keeps who saw it, and why."""
    with opened() as premises:
        safe = premises.protection.safe
    with acting_on(reference, login, "show-telephone") as act:
        shown = operations.show_telephone(
            act.session, act.actor, act.case, reason, safe=safe, now=act.now
        )
    document = {"reference": reference, "telephone": shown}
    answer(document, as_json, lambda console: console.print(shown))


def _named(session: Session, text: str) -> ApplicantNotice:
    found: Sequence[ApplicantNotice] = notices.beginning_with(session, *key_range(read_key(text)))
    if len(found) != 1:
        raise InvalidValue(f"{len(found) or 'no'} messages have an id that begins with {text}")
    return found[0]


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有待告知事项 Nobody is to be told anything.")
        return
    table = listing("编号 Id", "办件编号 Reference", "告知 Told", "电话 Number", "内容 Text")
    for each in found:
        missed = each["calls_without_success"]
        trouble = f"\n未接通{missed}次 not reached" if missed else ""
        identity: UUID = each["id"]
        table.add_row(
            short(identity),
            each["reference"],
            f"{words.say(each['kind'])}\n{words.say(each['way'])}{trouble}",
            each["telephone_masked"] or words.NONE,
            each["text"] or words.NONE,
        )
    console.print(table)
