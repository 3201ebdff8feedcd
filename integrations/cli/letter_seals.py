"""`hancha letter waiting`: letters that are to be stamped by hand (待用印)."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from cases.rules.access import Act, require
from cases.store import correspondence, offices
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.vocabulary.errors import InvalidValue
from integrations import words
from integrations.cli.files import Overwrite, file_to_write
from integrations.cli.options import AsJson, AsLogin, Limit
from integrations.cli.output import answer, listing
from integrations.cli.premises import opened
from integrations.mailroom.print_file import print_in_turn
from integrations.reading.case_brief import Facts


def waiting(
    login: AsLogin,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", dir_okay=False, help="输出文件 All of them as PDF."),
    ] = None,
    limit: Limit = 100,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """List the letters of your office that wait for a wet seal (待用印), signed first on top.

    With --out they are written to one PDF to print and stamp. Then `hancha scan` takes them in: a
    letter of which every page is there leaves as it was sealed.
    """
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            require(actor, Act.READ, office_id=actor.office_id)
            if actor.office_id is None:
                raise InvalidValue(f"{login} works for no office")
            zone = ZoneInfo(offices.get(session, actor.office_id).zone)
            rows = correspondence.awaiting_seal(session, actor.office_id, limit=limit)
            found = [_facts(letter, case) for letter, case in rows]
        if out is not None:
            if not rows:
                raise InvalidValue("no letter waits for its seal")
            with file_to_write(out, overwrite=overwrite) as file:
                documents = premises.documents
                print_in_turn(
                    file,
                    (documents.get(each.document, case_id=each.case_id) for each, _ in rows),
                    two_sided=premises.settings.mail_room_two_sided,
                )
    document = {"letters": found, "file": str(out) if out else None}
    answer(document, as_json, lambda console: _show(console, document, zone))


def _facts(letter: Letter, case: Case) -> Facts:
    return {
        "reference": case.reference,
        "letter": letter.kind,
        "number": letter.number or None,
        "pages": letter.pages,
        "signed_at": letter.signed_at,
        "owner": case.owner or None,
    }


def _show(console: Console, document: Facts, zone: ZoneInfo) -> None:
    if not document["letters"]:
        console.print("没有待用印的函件 No letter waits for its seal.")
        return
    table = listing(
        *("办件编号 Reference", "函种 Letter", "发文字号 Number", "页数 Pages"),
        *("签发 Signed", "承办人 Owner"),
        keep_whole=(0, 2),
    )
    for each in document["letters"]:
        table.add_row(
            each["reference"],
            words.say(each["letter"]),
            each["number"],
            str(each["pages"]),
            words.minute(each["signed_at"], zone),
            words.owner(each["owner"] or ""),
        )
    console.print(table)
    if document["file"]:
        console.print(f"印制用印后请扫描 Print, stamp, then scan: {document['file']}")
