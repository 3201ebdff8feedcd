"""`hancha calendar override|local|withdraw|receipts`: single days, and how receipts are read."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations import calendar_days
from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import NATIONAL, OFFICE, DayKind
from cases.store import offices
from cases.store.calendars import office_scope
from integrations.cli.moved_dates import DryRun, moved_facts, show_moved
from integrations.cli.options import AsJson, AsLogin, Reason, read_day, text_of_at_most
from integrations.cli.output import answer
from integrations.cli.premises import acting
from integrations.reading.case_brief import Facts

Day = Annotated[
    date, typer.Argument(parser=read_day, metavar="DATE", help="日期 The day, like 2026-03-11.")
]
Kind = Annotated[DayKind, typer.Argument(metavar="off|work", help="休息或上班 Off or worked.")]
Name = Annotated[
    str,
    typer.Option(
        "--name", parser=text_of_at_most(60), help="名称 What is printed as the day's reason."
    ),
]
APPROVE = "hancha calendar approve"
SCOPE = "范围 national, division:45 (a code's beginning) or office:CODE."
Scope = Annotated[str, typer.Option("--scope", metavar="SCOPE", help=SCOPE)]


def override(
    on: Day,
    kind: Kind,
    login: AsLogin,
    name: Name,
    reason: Reason,
    scope: Scope = NATIONAL,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Order one day off or worked, over every other rule of its scope (a storm, say).

    A national order holds once a second person has run `hancha calendar approve`.
    """
    with acting(login, "override-day", is_rehearsal=dry_run) as (premises, session, actor):
        moved = calendar_days.override_day(
            session,
            actor,
            on,
            kind,
            name,
            scope=_scope(session, scope),
            reason=reason,
            now=premises.clock.now(),
        )
    document = {
        **_document(on, kind, name, scope),
        "is_proposed": scope == NATIONAL,
        **moved_facts(moved, is_applied=not dry_run),
    }

    def show(console: Console) -> None:
        if scope == NATIONAL:
            console.print(f"待第二人批准 To be approved by another person: {APPROVE} {on}")
        else:
            show_moved(console, document)

    answer(document, as_json, show)


def approve(
    on: Day,
    login: AsLogin,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Let a national order that another person entered hold; the dates it moves are shown."""
    with acting(login, "approve-day", is_rehearsal=dry_run) as (premises, session, actor):
        moved = calendar_days.approve_day(session, actor, on, now=premises.clock.now())
    document = {"on": on, **moved_facts(moved, is_applied=not dry_run)}
    answer(document, as_json, lambda console: show_moved(console, document))


def local(
    on: Day,
    kind: Kind,
    login: AsLogin,
    name: Name,
    reason: Reason,
    scope: Annotated[str, typer.Option("--scope", metavar="SCOPE", help=SCOPE)],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Enter a day that a division or an office keeps by its own rule (三月三, a removal)."""
    with acting(login, "add-local-day", is_rehearsal=dry_run) as (premises, session, actor):
        moved = calendar_days.add_local_day(
            session,
            actor,
            on,
            kind,
            name,
            scope=_scope(session, scope),
            reason=reason,
            now=premises.clock.now(),
        )
    document = _document(on, kind, name, scope) | moved_facts(moved, is_applied=not dry_run)
    answer(document, as_json, lambda console: show_moved(console, document))


def withdraw(
    on: Day,
    login: AsLogin,
    scope: Scope = NATIONAL,
    is_local: Annotated[
        bool, typer.Option("--local", help="本地日 A local day; else a special order.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Take back a local day or an order; a national one only while it waits for approval."""
    with acting(login, "withdraw-day", is_rehearsal=dry_run) as (premises, session, actor):
        moved = calendar_days.withdraw_day(
            session,
            actor,
            on,
            scope=_scope(session, scope),
            is_override=not is_local,
            now=premises.clock.now(),
        )
    document = {"on": on, "scope": scope, **moved_facts(moved, is_applied=not dry_run)}
    answer(document, as_json, lambda console: show_moved(console, document))


def receipts(
    setting: Annotated[
        ReceiptOnRestDay,
        typer.Argument(help="as_is 当日收到; next_working_day 顺延至下一工作日."),
    ],
    login: AsLogin,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say how a letter that arrives on a rest day is taken."""
    with acting(login, "read-receipts", is_rehearsal=dry_run) as (premises, session, actor):
        moved = calendar_days.read_receipts(session, actor, setting, now=premises.clock.now())
    document = {"receipt_on_rest_day": setting, **moved_facts(moved, is_applied=not dry_run)}
    answer(document, as_json, lambda console: show_moved(console, document))


def _document(on: date, kind: DayKind, name: str, scope: str) -> Facts:
    return {"on": on, "kind": kind, "name": name, "scope": scope}


def _scope(session: Session, text: str) -> str:
    """Return the scope as days keep it: an office by its id, since its code may be printed anew.

    Raises UnknownOffice.
    """
    if not text.startswith(OFFICE):
        return text
    return office_scope(offices.by_code(session, text.removeprefix(OFFICE)).id)
