"""`hancha tray list` and `hancha tray show`: what waits for a person to assign it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session

from cases.rules.access import Act, require
from cases.store import offices, scans
from cases.store.tables.mail import IncomingMail
from cases.store.tables.scan import TrayItem
from cases.vocabulary.errors import InvalidValue, TrayItemIsSettled, UnknownTrayItem
from cases.vocabulary.mail import SenderProof
from integrations import words
from integrations.cli.files import Overwrite, write_file
from integrations.cli.options import AsJson, AsLogin, Limit, key_range, read_key, short
from integrations.cli.output import answer, facts
from integrations.cli.premises import opened
from integrations.cli.tray_facts import item_facts, show_items
from integrations.reading.case_brief import Facts

Item = Annotated[str, typer.Argument(metavar="ITEM", help="件 Its id, or the beginning of it.")]


def list_items(
    login: AsLogin,
    limit: Limit = 50,
    settled: Annotated[
        bool, typer.Option("--all", help="Also what is filed, rejected or split.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what lies in your office's tray (待认领件), with the best guess and why."""
    with opened() as premises, premises.reading() as session:
        actor = offices.actor_by_login(session, login)
        require(actor, Act.READ, office_id=actor.office_id)
        if actor.office_id is None:
            raise InvalidValue(f"{login} works for no office")
        rows = scans.tray(session, office_id=actor.office_id, settled=settled, limit=limit)
        found = [item_facts(row) for row in rows]
    answer(found, as_json, lambda console: show_items(console, found))


def show(
    key: Item,
    login: AsLogin,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", dir_okay=False, help="输出文件 As PDF; a message as .eml."
        ),
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Show an item of the tray; with --out, write its pages, or the message, to a file."""
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            item = named_item(session, key)
            require(actor, Act.READ, office_id=item.office_id)
            message = session.get(IncomingMail, item.mail_id) if item.mail_id else None
        if out is not None:
            if not item.document:
                raise TrayItemIsSettled(f"{short(item.id)} is {item.status.value}; it is not here")
            content = premises.documents.get(item.document, case_id=item.id)
            write_file(out, content, overwrite=overwrite)
    document = {**item_facts(item), **_of_message(item, message)}
    document["file"] = str(out) if out else None

    answer(document, as_json, lambda console: _show_item(console, item, document))


def _show_item(console: Console, item: TrayItem, document: Facts) -> None:
    console.print(
        facts(
            ("件 Item", item.id.hex),
            ("状态 Status", words.say(item.status)),
            ("页 Pages", ", ".join(map(str, item.pages))),
            ("发件人 Sender", document.get("sender")),
            ("核验 Sender's proof", document.get("sender_proof")),
            ("主题 Subject", item.subject),
            ("内容 Words", item.summary),
            ("原因 Reason", words.say(item.reason)),
            ("说明 Why", item.why),
            ("可能 Guess", item.guess or None),
            ("归入为 As", words.say(item.guess_as) if item.guess_as else None),
            ("处理人 Settled by", item.settled_by or None),
            ("理由 Reason given", item.settled_why or None),
            ("文件 File", document["file"]),
        )
    )


def _of_message(item: TrayItem, message: IncomingMail | None) -> Facts:
    """Return what a person needs to know where a message belongs."""
    if message is None:
        return {}
    proof = SenderProof(message.spf, message.dkim, message.dmarc)
    return {
        "sender": message.sender,
        "sender_proof": str(proof),
        "subject": item.subject,
        "words": item.summary,
    }


def named_item(session: Session, text: str) -> TrayItem:
    """Return the item whose id begins so. Raises UnknownTrayItem, InvalidValue."""
    found = scans.items_between(session, *key_range(read_key(text)))
    if not found:
        raise UnknownTrayItem(f"nothing in the tray has the id {text}")
    if len(found) > 1:
        raise InvalidValue(f"{text} begins the ids of several items; give more of it")
    return found[0]
