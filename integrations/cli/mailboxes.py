"""`hancha mailbox`: is the mailbox well, read it once, and what came in by mail."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from sqlmodel import Session, select

from cases.rules.access import Act, require
from cases.store import mail, offices
from cases.store.tables.case import Case
from cases.store.tables.mail import IncomingMail
from cases.store.tables.scan import TrayItem
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.mail import SenderProof
from cases.vocabulary.values import Actor
from integrations import words
from integrations.cli.files import Overwrite, write_file
from integrations.cli.options import AsJson, AsLogin, Limit, key_range, read_key, short
from integrations.cli.output import answer, facts, listing
from integrations.cli.premises import Premises, opened
from integrations.mail_round import (
    FOLDERS,
    Reading,
    imap_settings,
    intake_of,
    prepare,
    read_to_end,
    source_of,
)
from integrations.mailbox import imap
from integrations.reading.case_brief import Facts

MailId = Annotated[str, typer.Argument(metavar="MAIL", help="来件 Its id, or the beginning of it.")]


def check(as_json: AsJson = False) -> None:
    """Sign in to the mailbox and say what it can do and what lies in it; nothing is taken in."""
    with opened() as premises:
        settings = imap_settings(premises.settings)
        with premises.reading() as database:
            tray_of = offices.that_gets_mail(database, premises.settings.mailbox_office).code
        with imap.opened(settings) as session:
            prepare(session)
            document = {
                "mailbox": settings.server,
                "tray_of": tray_of,
                "waiting": len(session.waiting()),
                "folders": {name: session.count_in(name) for name in FOLDERS.values()},
                "abilities": session.abilities(),
                "asks_for_tagged_addresses": premises.settings.mail_tags,
                "trusts_checks_of": premises.settings.mail_authserv_id or None,
            }
    answer(document, as_json, lambda console: _show_check(console, document))


def once(login: AsLogin, as_json: AsJson = False) -> None:
    """Read the mailbox to its end now (收取来件); what is taken in is moved to a folder."""
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
        require(actor, Act.TAKE_IN_MAIL)
        reading = _read(premises, actor)
    document = {
        "taken": [_brief(each) for each in reading.taken],
        "known": reading.known,
        "left": reading.left,
    }
    answer(document, as_json, lambda console: _show_reading(console, reading))


def list_mails(login: AsLogin, limit: Limit = 50, as_json: AsJson = False) -> None:
    """List what came in by mail, the newest on top (来件): what it was and where it went."""
    with opened() as premises, premises.reading() as session:
        require(offices.actor_by_login(session, login), Act.READ)
        found = mail.newest(session, limit=limit)
    document = [_brief(each) for each in found]
    answer(document, as_json, lambda console: _show_mails(console, found))


def show(
    key: MailId,
    login: AsLogin,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", dir_okay=False, help="输出文件 As it came (.eml)."),
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Show a message: its sender, what our server found of it, and where it went and why."""
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            row = _named(session, key)
            places = _places(session, actor, row)
            document = {**_brief(row), "sender": row.sender, "cases": _cases(session, row)}
        if out is not None:
            address, case_id = next(iter(places), ("", row.id))
            if not address:
                raise InvalidValue("this message was rejected from the tray; it is not here")
            content = premises.documents.get(address, case_id=case_id)
            write_file(out, content, overwrite=overwrite)
            document["file"] = str(out)
    answer(document, as_json, lambda console: _show_mail(console, row, document))


def _read(premises: Premises, actor: Actor) -> Reading:
    settings = premises.settings
    intake = intake_of(settings, premises.database, premises.documents, premises.clock)
    try:
        with imap.opened(imap_settings(settings)) as session:
            prepare(session)
            return read_to_end(session, intake, source_of(settings), actor)
    finally:
        intake.reader.close()


def _named(session: Session, text: str) -> IncomingMail:
    found = mail.between(session, *key_range(read_key(text)))
    if not found:
        raise InvalidValue(f"no message has the id {text}")
    if len(found) > 1:
        raise InvalidValue(f"{text} begins the ids of several messages; give more of it")
    return found[0]


def _places(session: Session, actor: Actor, row: IncomingMail) -> list[tuple[str, UUID]]:
    """Return where the original is, as address and binding. Raises NotAllowed."""
    found: list[tuple[str, UUID]] = []
    for each in mail.filed_of(session, row.id):
        case = session.get_one(Case, each.case_id)
        require(actor, Act.READ, office_id=case.office_id)
        found.append((each.document, case.id))
    for item in session.exec(select(TrayItem).where(TrayItem.mail_id == row.id)).all():
        require(actor, Act.READ, office_id=item.office_id)
        if item.document:
            found.append((item.document, item.id))
    require(actor, Act.READ)
    return found or ([(row.document, row.id)] if row.document else [])


def _cases(session: Session, row: IncomingMail) -> list[str]:
    return [
        session.get_one(Case, each.case_id).reference for each in mail.filed_of(session, row.id)
    ]


def _brief(row: IncomingMail) -> Facts:
    """Return what a list shows of a message; nothing of it is personal."""
    return {
        "mail": row.id,
        "nature": row.nature,
        "place": row.place,
        "why": row.why,
        "sender_proof": {"spf": row.spf, "dkim": row.dkim, "dmarc": row.dmarc},
        "attached": row.attached,
        "size": row.size,
        "arrived_at": row.arrived_at,
        "taken_at": row.taken_at,
    }


def _show_check(console: Console, document: Facts) -> None:
    able = ", ".join(name for name, has in document["abilities"].items() if has) or words.NONE
    folders = ", ".join(f"{name} {count}" for name, count in document["folders"].items())
    console.print(
        facts(
            ("邮箱 Mailbox", document["mailbox"]),
            ("待认领归 Tray of", document["tray_of"]),
            ("待收 Waiting", str(document["waiting"])),
            ("文件夹 Folders", folders),
            ("能力 Abilities", able),
            ("回信标识 Tags", "启用 on" if document["asks_for_tagged_addresses"] else "停用 off"),
            ("核验来源 Checks of", document["trusts_checks_of"] or "不采信 none trusted"),
        )
    )


def _show_reading(console: Console, reading: Reading) -> None:
    if reading.taken:
        _show_mails(console, reading.taken)
    elif not reading.left:
        console.print("没有新来件 No new mail.")
    for line in reading.left:
        console.print(f"未收取 left in the mailbox: {line}")


def _show_mails(console: Console, found: Sequence[IncomingMail]) -> None:
    table = listing(
        *("件 Mail", "性质 Nature", "去向 Place", "核验 Sender's proof", "说明 Why"),
        keep_whole=(0,),
    )
    for row in found:
        table.add_row(
            short(row.id),
            words.say(row.nature),
            words.say(row.place),
            _proof(row),
            row.why,
        )
    console.print(table)


def _show_mail(console: Console, row: IncomingMail, document: Facts) -> None:
    console.print(
        facts(
            ("件 Mail", row.id.hex),
            ("性质 Nature", words.say(row.nature)),
            ("去向 Place", words.say(row.place)),
            ("说明 Why", row.why),
            ("发件人 Sender", row.sender),
            ("核验 Sender's proof", _proof(row)),
            ("办件 Cases", ", ".join(document["cases"]) or None),
            ("附件 Attached", str(row.attached)),
            ("文件 File", document.get("file")),
        )
    )


def _proof(row: IncomingMail) -> str:
    return str(SenderProof(row.spf, row.dkim, row.dmarc))
