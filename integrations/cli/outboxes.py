"""`hancha outbox`: what is to leave, what would not, and what the mail room posted."""

from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations import dispatch
from cases.rules.access import Act, require
from cases.store import offices, outbox
from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, UnknownLetter
from cases.vocabulary.status import OutboxStatus
from integrations import words
from integrations.cli.files import OutFile, Overwrite, write_file
from integrations.cli.options import (
    AsJson,
    AsLogin,
    AsReader,
    Limit,
    key_range,
    read_key,
    short,
)
from integrations.cli.output import answer, facts, listing
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts, may_read, reader
from integrations.reading.case_facts import message

NOT_LEFT = (
    OutboxStatus.PENDING,
    OutboxStatus.SENDING,
    OutboxStatus.HELD,
    OutboxStatus.GIVEN_UP,
)
HOME_ZONE = ZoneInfo("Asia/Shanghai")

MessageId = Annotated[
    str, typer.Argument(metavar="ID", help="编号 Its id, or the beginning that lists show.")
]


def list_messages(
    status: Annotated[
        list[OutboxStatus] | None,
        typer.Option("--status", help="状态 Only these; else all waiting."),
    ] = None,
    limit: Limit = 100,
    login: AsReader = "",
    as_json: AsJson = False,
) -> None:
    """List what has not left, the oldest first: of your office with --as, else of all offices."""
    with opened() as premises, premises.reading() as session:
        actor = reader(session, login)
        rows = outbox.listed(
            session,
            office_id=actor.office_id if actor else None,
            statuses=status or NOT_LEFT,
            limit=limit,
        )
        found = [
            message(session, row, may_read(actor, session.get_one(Case, row.case_id)))
            for row in rows
        ]
    answer(found, as_json, lambda console: show_list(console, found))


def show(identity: MessageId, login: AsReader = "", as_json: AsJson = False) -> None:
    """Show one message: to whom, when, how often it was tried, what the server said."""
    with opened() as premises, premises.reading() as session:
        row = named(session, identity)
        case = session.get_one(Case, row.case_id)
        document = message(session, row, may_read(reader(session, login), case))
    answer(document, as_json, lambda console: _show(console, document))


def posted(identity: MessageId, login: AsLogin, as_json: AsJson = False) -> None:
    """Record that the mail room posted a letter (已寄出); its days in transit count from today."""
    with acting(login, "posted") as (premises, session, actor):
        row = named(session, identity)
        dispatch.record_posted(session, actor, row, now=premises.clock.now())
        document = message(session, row, is_open_book=True)
    answer(document, as_json, lambda console: told(console, document, "已寄出 posted"))


def export(
    identity: MessageId,
    login: AsLogin,
    out: OutFile,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write the frozen bytes to a file: a mail as .eml, a letter to be posted as .pdf."""
    with opened() as premises:
        with premises.reading() as session:
            row = named(session, identity)
            actor = offices.actor_by_login(session, login)
            office_id = session.get_one(Case, row.case_id).office_id
            require(actor, Act.READ, office_id=office_id)
            document = {**message(session, row, is_open_book=True), "file": str(out)}
        if not row.content:
            raise UnknownLetter("the mail room writes this reminder when it prints its batch")
        content = premises.documents.get(row.content, case_id=row.kept_for)
        write_file(out, content, overwrite=overwrite)
    answer(document, as_json, lambda console: told(console, document, f"→  {out}"))


def named(session: Session, text: str) -> OutboxMessage:
    """Return the message whose id begins so. Raises UnknownLetter, InvalidValue."""
    found: Sequence[OutboxMessage] = outbox.beginning_with(session, *key_range(read_key(text)))
    if not found:
        raise UnknownLetter(f"no message of the outbox has the id {text}")
    if len(found) > 1:
        raise InvalidValue(f"{text} begins the ids of several messages; give more of it")
    return found[0]


def show_list(console: Console, found: list[Facts]) -> None:
    """Show messages, one a row."""
    if not found:
        console.print("没有待发件 Nothing waits to leave.")
        return
    table = listing(
        "编号 Id",
        "办件编号 Reference",
        "函种 Letter",
        "致 To",
        "渠道 Channel",
        "状态 Status",
        keep_whole=(0, 1),
    )
    for each in found:
        trouble = f"\n{each['last_error']}" if each["last_error"] else ""
        when = each["sent_at"] or each["not_before"]
        table.add_row(
            short(each["id"]),
            each["reference"],
            words.say(each["letter"]),
            each["to_name"] + ("（抄送 copy）" if each["is_copy"] else ""),
            words.say(each["channel"]),
            f"{words.say(each['status'])}\n{words.minute(when, HOME_ZONE)}{trouble}",
        )
    console.print(table)


def _show(console: Console, each: Facts) -> None:
    sent = words.minute(each["sent_at"], HOME_ZONE) if each["sent_at"] else None
    copy = "（抄送 copy）" if each["is_copy"] else ""
    console.print(
        facts(
            ("编号 Id", each["id"]),
            ("办件编号 Reference", each["reference"]),
            ("函件 Letter", f"{words.say(each['letter'])} {each['number'] or ''}"),
            ("标题 Subject", each["subject"]),
            ("致 To", f"{each['to_name']}{copy}  {each['recipient'] or ''}"),
            ("渠道 Channel", words.say(each["channel"])),
            ("状态 Status", words.say(each["status"])),
            ("写入 Written", words.minute(each["created_at"], HOME_ZONE)),
            ("不早于 Not before", words.minute(each["not_before"], HOME_ZONE)),
            ("发出 Left", sent),
            ("发送次数 Sends", each["sends"]),
            ("被拒次数 Failures", each["failures"]),
            ("最近原因 Last error", each["last_error"]),
            ("对方服务器 Server", each["server_words"]),
            ("邮件标识 Message-ID", each["message_id"]),
        )
    )


def told(console: Console, each: Facts, done: str) -> None:
    """Say what became of a message."""
    console.print(f"{short(each['id'])}  {each['reference']}  {words.say(each['letter'])}  {done}")
