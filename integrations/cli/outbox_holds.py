"""`hancha outbox look` and `release`: after a restore, what may have left already."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations import restoring
from cases.store import number_series, offices, outbox_holds
from cases.store.number_series import NumberKind
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, UnknownLetter
from cases.vocabulary.values import Actor
from integrations.cli.options import AsJson, AsLogin, Reason, key_range, read_key
from integrations.cli.outboxes import show_list
from integrations.cli.output import answer
from integrations.cli.premises import acting
from integrations.reading.case_brief import Facts
from integrations.reading.case_facts import message

NUMBERS_LOST = (
    "备份后发出的编号可能被再次使用 Numbers given out after the backup would be given out again: "
    "hancha outbox skip-numbers"
)


def look(login: AsLogin, as_json: AsJson = False) -> None:
    """List the mail of your office that a restored database holds for unsent (待核发件)."""
    with acting(login, "look") as (_, session, actor):
        rows = restoring.to_look_at(session, actor)
        found = [message(session, row, is_open_book=True) for row in rows]
        holds = outbox_holds.open_holds(session)
        numbers = _last_numbers(session, actor)
    held = next((hold for hold in holds if hold.office_id == actor.office_id), None)
    document = {
        "known_until": held.known_until if held else None,
        "messages": found,
        "last_numbers": numbers if held else [],
    }
    words = (
        f"备份时间 The database knows what left until {held.known_until:%Y-%m-%d %H:%M} UTC."
        if held
        else "未暂停发件 The outbox of your office is not held."
    )

    def show(console: Console) -> None:
        console.print(words)
        show_list(console, found)
        for number in numbers if held else ():
            console.print(f"已知最后编号 The last number known: {number['number']}")
        if held:
            console.print(NUMBERS_LOST)

    answer(document, as_json, show)


def skip_numbers(
    kind: Annotated[NumberKind, typer.Argument(help="letter 发文字号, case 办件编号.")],
    year: Annotated[int, typer.Argument(min=2000, max=2100, help="年 The year.")],
    through: Annotated[int, typer.Argument(min=1, help="至 The last number to skip.")],
    login: AsLogin,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Give out no number that a letter sent after the backup may carry (跳号); they stay void."""
    with acting(login, "skip-numbers") as (premises, session, actor):
        before = restoring.skip_numbers(
            session, actor, kind, year, through, reason, now=premises.clock.now()
        )
    document = {"kind": kind, "year": year, "skipped_from": before.serial + 1, "through": through}
    words = f"已跳号 skipped: {before.serial + 1} – {through}"
    answer(document, as_json, lambda console: console.print(words))


def _last_numbers(session: Session, actor: Actor) -> list[Facts]:
    office = offices.get(session, actor.office_id) if actor.office_id else None
    code = office.code if office else None
    return [
        {"kind": each.kind, "year": each.year, "last": each.serial, "number": each.printed}
        for each in number_series.last_numbers(session, code)
    ]


def release(
    login: AsLogin,
    reason: Reason,
    left: Annotated[
        list[str] | None,
        typer.Option("--left", metavar="ID", help="已发出 This one had left; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let the mail of your office leave again (恢复发件), all but what had left already."""
    with acting(login, "release-outbox") as (premises, session, actor):
        rows = restoring.to_look_at(session, actor)
        had_left = {_named(rows, text).id for text in left or []}
        restoring.release_outbox(
            session, actor, reason, had_left=had_left, now=premises.clock.now()
        )
    document = {"to_leave": len(rows) - len(had_left), "had_left": len(had_left)}
    words = (
        f"已恢复发件 released: {document['to_leave']} messages leave, "
        f"{document['had_left']} had left already"
    )
    answer(document, as_json, lambda console: console.print(words))


def _named(rows: Sequence[OutboxMessage], text: str) -> OutboxMessage:
    first, last = key_range(read_key(text))
    found = [row for row in rows if first <= row.id <= last]
    if not found:
        raise UnknownLetter(f"no message that waits in this outbox has the id {text}")
    if len(found) > 1:
        raise InvalidValue(f"{text} begins the ids of {len(found)} messages; give more of it")
    return found[0]
