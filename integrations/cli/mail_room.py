"""`hancha mailroom today|batch|cancel|posted|tracking`: what the mail room posts, and when."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations import mail_room, postage
from cases.operations.mail_room import Gathered
from cases.store import offices, post
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.post import PostBatch
from cases.vocabulary.errors import DiskFault, InvalidValue
from integrations import words
from integrations.cli.options import AsJson, AsLogin, short
from integrations.cli.outboxes import named
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting
from integrations.mailroom.tracking_file import read_tracking_file
from integrations.reading.case_brief import Facts

BatchCode = Annotated[str, typer.Argument(metavar="BATCH", help="批次号 As lists show it.")]


def today(login: AsLogin, as_json: AsJson = False) -> None:
    """Show what waits to be posted, whose address does not stand, and open batches (今日寄件)."""
    with acting(login, "mailroom-today") as (premises, session, actor):
        now = premises.clock.now()
        cut_off = premises.settings.mail_room_cut_off
        found = mail_room.waiting_letters(session, actor, cut_off=cut_off, now=now)
        assert actor.office_id is not None  # It was asked who may.
        document = {
            "letters": [_letter(session, each) for each in found],
            "batches": [
                _batch(session, each) for each in post.unposted_batches(session, actor.office_id)
            ],
        }
    answer(document, as_json, lambda console: _show_today(console, document))


def batch(login: AsLogin, as_json: AsJson = False) -> None:
    """Put the day's letters in a batch; until its cut-off they can be taken out (制作批次)."""
    with acting(login, "mailroom-batch") as (premises, session, actor):
        now = premises.clock.now()
        cut_off = premises.settings.mail_room_cut_off
        row = mail_room.gather(session, actor, cut_off=cut_off, now=now)
        left_out = mail_room.waiting_letters(session, actor, cut_off=cut_off, now=now)
        document = {
            **_batch(session, row),
            "left_out": [_letter(session, each) for each in left_out],
        }
    answer(document, as_json, lambda console: _show_batch(console, document))


def cancel(
    code: BatchCode,
    login: AsLogin,
    letter: Annotated[
        str, typer.Option("--letter", metavar="ID", help="只取出一件 Only this one.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take letters out of a batch before its cut-off; they wait for the next day (撤出)."""
    with acting(login, "mailroom-cancel") as (premises, session, actor):
        row = post.locked_batch(session, code)
        message = named(session, letter) if letter else None
        count = mail_room.take_out(session, actor, row, message, now=premises.clock.now())
    document = {"batch": code, "taken_out": count}
    answer(document, as_json, lambda console: console.print(f"{code}  撤出 {count} 件 taken out"))


def posted(code: BatchCode, login: AsLogin, as_json: AsJson = False) -> None:
    """Record that the batch was handed to the post office; its days count from today (交寄)."""
    with acting(login, "mailroom-posted") as (premises, session, actor):
        row = post.locked_batch(session, code)
        count = mail_room.record_batch_posted(session, actor, row, now=premises.clock.now())
    document = {"batch": code, "letters": count}
    answer(document, as_json, lambda console: console.print(f"{code}  交寄 {count} 件 posted"))


def tracking(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="交寄清单 The list, as CSV.")],
    login: AsLogin,
    as_json: AsJson = False,
) -> None:
    """Read tracking numbers and postage back from the list; doubtful ones are shown (回填)."""
    try:
        content = file.read_bytes()
    except OSError as fault:
        if isinstance(fault, FileNotFoundError | IsADirectoryError):
            raise InvalidValue(f"there is no file {file}") from fault
        raise DiskFault(f"{file} cannot be read: {fault.strerror}") from fault
    lines = read_tracking_file(content)
    with acting(login, "mailroom-tracking") as (premises, session, actor):
        results = postage.record_lines(session, actor, lines, now=premises.clock.now())
    document = {
        "taken": sum(not each.refusal for each in results),
        "lines": [
            {
                "line": each.number,
                "envelope": each.envelope,
                "refusal": each.refusal or None,
                "warning": each.warning or None,
            }
            for each in results
        ],
    }
    answer(document, as_json, lambda console: _show_lines(console, document))


def _letter(session: Session, each: Gathered) -> Facts:
    letter = session.get_one(Letter, each.message.letter_id)
    return {
        "id": each.message.id,
        "reference": session.get_one(Case, each.message.case_id).reference,
        "number": letter.number or None,
        "letter": letter.kind,
        "to": each.office.code,
        "to_name": each.office.name_zh,
        "mail_class": each.mail_class,
        "faults": [str(fault) for fault in each.faults],
    }


def _batch(session: Session, row: PostBatch) -> Facts:
    return {
        "batch": row.code,
        "letters": len(post.letters_of(session, row.id)),
        "cut_off_at": row.cut_off_at,
        "closed_at": row.closed_at,
        "zone": offices.get(session, row.office_id).zone,
    }


def _show_today(console: Console, document: Facts) -> None:
    if not document["letters"]:
        console.print("没有待寄函件 No letter waits to be posted.")
    else:
        _show_letters(console, document["letters"])
    for each in document["batches"]:
        console.print(_batch_line(each))


def _show_batch(console: Console, document: Facts) -> None:
    console.print(_batch_line(document))
    if document["left_out"]:
        console.print("地址有误，未列入 Left out, since the address does not stand:")
        _show_letters(console, document["left_out"])


def _batch_line(each: Facts) -> str:
    zone = ZoneInfo(each["zone"])
    if each["closed_at"]:
        state = "已截止，待交寄 closed, to be posted"
    else:
        state = f"截止 cut-off {words.minute(each['cut_off_at'], zone)}"
    return f"{each['batch']}  {each['letters']} 件 letters  {state}"


def _show_letters(console: Console, found: list[Facts]) -> None:
    table = listing(
        *(
            "编号 Id",
            "办件编号 Reference",
            "函件 Letter",
            "致 To",
            "邮件种类 Class",
            "地址 Address",
        ),
        keep_whole=(0, 1),
    )
    for each in found:
        table.add_row(
            short(each["id"]),
            each["reference"],
            f"{words.say(each['letter'])}\n{each['number'] or ''}",
            f"{each['to']} {each['to_name']}",
            words.say(each["mail_class"]),
            "\n".join(each["faults"]) or "无误 good",
        )
    console.print(table)


def _show_lines(console: Console, document: Facts) -> None:
    console.print(f"回填 {document['taken']} 行 lines taken")
    for each in document["lines"]:
        words_ = each["refusal"] or each["warning"]
        if words_:
            kind = "未采用 refused" if each["refusal"] else "请核对 look at it"
            console.print(f"第 {each['line']} 行 {each['envelope']}  {kind}: {words_}")
