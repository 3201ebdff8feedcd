"""`hancha case reply` and `hancha case review`: an answer comes in, and a clerk looks at it."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cases.operations import replies
from cases.store import cases, correspondence, offices
from cases.store.tables.correspondence import Reply
from cases.vocabulary.errors import InvalidValue, UnknownReply
from cases.vocabulary.status import Channel, Verdict
from integrations.cli.acted import acted, show_acted
from integrations.cli.options import (
    LONGEST_COMMENT,
    AsJson,
    AsLogin,
    Reference,
    read_day,
    read_key,
    short,
    text_of_at_most,
)
from integrations.cli.output import answer
from integrations.cli.premises import OnCase, Premises, acting_on, opened
from integrations.enclosures.reader import PdfEnclosureReader

LONGEST_SUMMARY = 1_000


def reply(
    reference: Reference,
    login: AsLogin,
    channel: Annotated[Channel, typer.Option("--channel", help="渠道 How it came.")],
    on: Annotated[
        date | None,
        typer.Option(
            "--on", parser=read_day, metavar="DATE", help="收到日 Day it came; today by default."
        ),
    ] = None,
    summary: Annotated[
        str,
        typer.Option(
            "--summary", parser=text_of_at_most(LONGEST_SUMMARY), help="摘要 What it says."
        ),
    ] = "",
    file: Annotated[
        Path | None, typer.Option("--file", metavar="PDF", help="复函扫描件 The reply itself.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record a reply (收到复函): late, second or after the end, it is filed and a clerk is told.

    A file that cannot be taken is refused; record the reply without it then.
    """
    with opened() as premises:
        document = _document(premises, reference, file)
    with acting_on(reference, login, "reply") as act:
        row = replies.record(
            act.session,
            act.actor,
            act.case,
            channel=channel,
            received_on=on or offices.local_day(act.session, act.case.office_id, act.now),
            now=act.now,
            summary=summary,
            document=document,
        )
        done = acted(act, f"已收复函 reply recorded: {short(row.id)}{_marks(row)}", **_facts(row))
    answer(done, as_json, show_acted(done))


def review(
    reference: Reference,
    verdict: Annotated[Verdict, typer.Argument(help="审阅意见 What the reply is.")],
    login: AsLogin,
    reply_id: Annotated[
        str, typer.Option("--reply", metavar="ID", help="Which one; else the oldest unseen.")
    ] = "",
    note: Annotated[
        str, typer.Option("--note", parser=text_of_at_most(LONGEST_COMMENT), help="说明 Kept.")
    ] = "",
    given: Annotated[
        list[str],
        typer.Option("--answer", metavar="NAME=WORDS", help="分项答复 To one question; repeat it."),
    ] = [],  # noqa: B006 - Typer copies it.
    as_json: AsJson = False,
) -> None:
    """Say what a reply is (审阅): only `complete`, or an accepted `refusal`, ends the waiting.

    `question` stops the office's clock, `not_competent` too, until the request is referred;
    `partial`, `contested` and `no_answer` leave it running. With --answer for each question of the
    case type, the last part ends the waiting as well.
    """
    with acting_on(reference, login, "review") as act:
        row = (
            named_reply(act, reply_id)
            if reply_id
            else replies.newest_unreviewed(act.session, act.case)
        )
        parts = _parts(given) if given else None
        replies.review(
            act.session, act.actor, act.case, row, verdict, now=act.now, note=note, answers=parts
        )
        done = acted(act, "已审阅 reply reviewed", reply=row.id, verdict=verdict)
    answer(done, as_json, show_acted(done))


def _parts(given: list[str]) -> dict[str, str]:
    """Return the answers by question. Raises InvalidValue."""
    parts: dict[str, str] = {}
    for each in given:
        name, is_there, text = each.partition("=")
        if not is_there or name in parts:
            raise InvalidValue(f"{each!r} is not NAME=WORDS, or names a question again")
        parts[name] = text
    return parts


def _document(premises: Premises, reference: str, file: Path | None) -> str:
    """Put the file where documents lie, once it is known to be one and the case to exist."""
    if file is None:
        return ""
    with premises.reading() as session:
        case = cases.by_reference(session, reference)
    return premises.documents.put(PdfEnclosureReader().read(file), case_id=case.id)


def named_reply(act: OnCase, text: str) -> Reply:
    """Return the reply of the case whose id begins so. Raises UnknownReply, InvalidValue."""
    key = read_key(text)
    found = [
        row
        for row in correspondence.replies_of(act.session, act.case.id)
        if row.id.hex.startswith(key)
    ]
    if not found:
        raise UnknownReply(f"{act.case.reference} has no reply {text}")
    if len(found) > 1:
        raise InvalidValue(f"{text} begins the ids of {len(found)} replies; give more of it")
    return found[0]


def _facts(row: Reply) -> dict[str, object]:
    return {
        "reply": row.id,
        "received_on": row.received_on,
        "is_late": row.is_late,
        "is_surplus": row.is_surplus,
    }


def _marks(row: Reply) -> str:
    late = "，逾期 late" if row.is_late else ""
    return late + ("，重复 surplus" if row.is_surplus else "")
