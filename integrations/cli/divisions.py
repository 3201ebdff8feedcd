"""`hancha division`: administrative divisions and their changes (行政区划)."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations.divisions import change_division, withdraw_change
from cases.rules.calendar import CHINA
from cases.rules.divisions import Change, DivisionBook
from cases.store import divisions
from cases.vocabulary.errors import InvalidValue
from integrations import words
from integrations.cli.moved_dates import DryRun, moved_facts, show_moved
from integrations.cli.options import AsJson, AsLogin, read_day, text_of_at_most
from integrations.cli.output import answer, facts
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts

Code = Annotated[
    str, typer.Argument(metavar="CODE", parser=text_of_at_most(12), help="区划代码 Its code.")
]


def show(code: Code, as_json: AsJson = False) -> None:
    """Show a division: its full name, whether a government is behind it, who is above."""
    with opened() as premises, premises.reading() as session:
        today = premises.clock.now().astimezone(CHINA).date()
        document = _division(divisions.book(session), code, today)
    answer(document, as_json, lambda console: _show(console, document))


def change(
    code: Code,
    login: AsLogin,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="名称 Its name.")] = "",
    valid_from: Annotated[
        date | None,
        typer.Option("--valid-from", parser=read_day, metavar="DATE", help="设立日期 First day."),
    ] = None,
    valid_to: Annotated[
        date | None,
        typer.Option("--valid-to", parser=read_day, metavar="DATE", help="撤销日期 Last day."),
    ] = None,
    successor: Annotated[
        str, typer.Option("--successor", metavar="CODE", help="承继区划 Who took over.")
    ] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="文号 The notice that says so.")
    ] = "",
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="撤回 Take an entered change back.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Enter a new division, or that one was renamed or abolished, and who took over."""
    with acting(login, "change-division", is_rehearsal=dry_run) as (premises, session, actor):
        now = premises.clock.now()
        if withdraw:
            moved = withdraw_change(session, actor, code, now=now)
        else:
            known = divisions.book(session).names.get(code, "")
            entered = Change(code, name or known, valid_from, valid_to, successor)
            moved = change_division(session, actor, entered, source=source, now=now)
        document = _changed(session, code, now) | moved_facts(moved, is_applied=not dry_run)
    answer(document, as_json, lambda console: _show_changed(console, document))


def _changed(session: Session, code: str, now: datetime) -> Facts:
    """Return the division as it is behind a change; only its code, if it was new and is no more."""
    book = divisions.book(session)
    if code not in book.names:
        return {"code": code}
    return _division(book, code, now.astimezone(CHINA).date())


def _division(book: DivisionBook, code: str, today: date) -> Facts:
    division = book.get(code)
    if division is None:
        raise InvalidValue(f"no division has the code {code}")
    superior = book.superior(code, today)
    return {
        "code": code,
        "path": book.path(code),
        "kind": division.kind,
        "is_office": division.is_office,
        "not_an_office": division.not_an_office or None,
        "is_living": division.is_living(today),
        "valid_from": division.valid_from,
        "valid_to": division.valid_to,
        "successor": division.successor or None,
        "superior": superior.division.code if superior else None,
        "superior_path": book.path(superior.division.code) if superior else None,
        "notes": superior.notes if superior else (),
    }


def _show_changed(console: Console, each: Facts) -> None:
    _show(console, each)
    if each["moved"] or not each["is_applied"]:
        show_moved(console, each)


def _show(console: Console, each: Facts) -> None:
    if "path" not in each:
        console.print("已撤回 Withdrawn; no list has this code.")
        return
    console.print(
        facts(
            ("区划 Division", f"{each['code']} {each['path']}"),
            ("上级 Above", each["superior_path"] or words.NONE),
            ("说明 Remarks", "\n".join(filter(None, (each["not_an_office"], *each["notes"])))),
            ("设立日期 Valid from", words.day(each["valid_from"]) if each["valid_from"] else None),
            ("撤销日期 Valid to", words.day(each["valid_to"]) if each["valid_to"] else None),
            ("承继区划 Successor", each["successor"]),
        )
    )
