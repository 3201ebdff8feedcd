"""`hancha scan`: stacks of paper come in, and what their codes name is filed."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from sqlmodel import Session, col, select

from cases.rules.access import Act, require
from cases.store import offices
from cases.store import scans as store
from cases.store.tables.case import Case
from cases.vocabulary.errors import InvalidValue, ScanRefused, SettingsFault
from cases.vocabulary.values import Actor
from integrations import words
from integrations.cli.options import AsJson, AsLogin, read_day
from integrations.cli.output import answer, listing
from integrations.cli.premises import Premises, opened
from integrations.cli.tray_facts import item_facts, show_items
from integrations.reading.case_brief import Facts
from integrations.scans.folder import Gathered, ScanFolder
from integrations.scans.intake import ScanIntake, TakenIn
from integrations.scans.reader import ScanReader

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]...", help="扫描件 PDF, TIFF, JPEG, PNG; else the folder."),
]
Returned = Annotated[
    bool, typer.Option("--returned", help="退件 These letters came back undelivered.")
]
OnDay = Annotated[
    date | None,
    typer.Option(
        "--on", parser=read_day, metavar="DATE", help="收到日 Day it came; today by default."
    ),
]


def scan(
    login: AsLogin,
    files: Files = None,
    returned: Returned = False,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Take in scanned stacks (扫描收件): their codes file them, receipt slips become replies.

    Without FILE, the folder HANCHA_SCAN_FOLDER is taken in. A file is taken in whole or not at
    all, and once: the same file again files nothing. Pages that no code assigns go to the tray
    (待认领件). The first file that cannot be taken ends the command; those before it are in.
    """
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
        if actor.office_id is None:
            raise InvalidValue(f"{login} works for no office")
        require(actor, Act.TAKE_IN_SCANS, office_id=actor.office_id)
        intake = ScanIntake(premises.database, premises.documents, premises.clock, ScanReader())
        if files:
            taken = [
                intake.take_in(file, actor, actor.office_id, are_returned=returned, received_on=on)
                for file in files
            ]
            refused: list[str] = []
        else:
            gathered = _folder(premises, intake, actor, actor.office_id)
            taken, refused = gathered.taken, gathered.refused
        with premises.reading() as session:
            found = [_told(session, each) for each in taken]
        found += [{"refused": line} for line in refused]
    answer(found, as_json, lambda console: _show(console, found))


def _folder(premises: Premises, intake: ScanIntake, actor: Actor, office_id: UUID) -> Gathered:
    root = premises.settings.scan_folder
    if root is None:
        raise SettingsFault("give a FILE, or set HANCHA_SCAN_FOLDER")
    with premises.reading() as session:
        office = offices.that_scans(session, premises.settings.scan_office)
    require(actor, Act.TAKE_IN_SCANS, office_id=office.id)
    gathered = ScanFolder(root, intake).gather(actor, office_id)
    if gathered.refused and not gathered.taken:
        raise ScanRefused("; ".join(gathered.refused))
    return gathered


def _told(session: Session, taken: TakenIn) -> Facts:
    batch = taken.batch
    filed = store.filed_of(session, batch.id)
    references = _references(session, filed)
    return {
        "batch": batch.id,
        "is_known": taken.is_known,
        "pages": batch.pages,
        "blanks": batch.blanks,
        "filed": [
            {
                "reference": references[row.case_id],
                "as": row.kind,
                "letter": row.letter,
                "pages": row.pages,
                "reply": row.reply_id,
            }
            for row in filed
        ],
        "tray": [item_facts(row) for row in store.put_of(session, batch.id)],
    }


def _references(session: Session, filed: Any) -> dict[UUID, str]:
    ids = {row.case_id for row in filed}
    rows = session.exec(select(Case.id, Case.reference).where(col(Case.id).in_(ids))).all()
    return dict(rows)


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有待收的扫描件 Nothing to take in.")
    for each in found:
        if "refused" in each:
            console.print(f"不予接收 {each['refused']}")
            continue
        known = "，以前已收 taken in before" if each["is_known"] else ""
        console.print(
            f"共{each['pages']}页 pages，空白{each['blanks']}页 blank{known}",
        )
        if each["filed"]:
            table = listing("办件编号 Reference", "归入 Filed as", "页 Pages")
            for row in each["filed"]:
                table.add_row(row["reference"], words.say(row["as"]), _numbers(row["pages"]))
            console.print(table)
        if each["tray"]:
            show_items(console, each["tray"])


def _numbers(pages: list[int]) -> str:
    return ", ".join(map(str, pages))
