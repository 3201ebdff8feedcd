"""`hancha call`: inquiries by telephone, as the clerk writes them down."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cases.operations import calls
from cases.operations.calls import Said
from cases.store import offices, telephone
from cases.store.cases import by_reference
from cases.store.tables.telephone import TelephoneCall
from cases.vocabulary.errors import InvalidValue, UnknownCall
from integrations.cli.acted import acted, show_acted
from integrations.cli.call_table import calls_table
from integrations.cli.options import (
    AsJson,
    AsLogin,
    AsReader,
    Reference,
    read_key,
    short,
    text_of_at_most,
)
from integrations.cli.output import answer
from integrations.cli.premises import OnCase, acting_on, opened
from integrations.reading.call_facts import call_facts
from integrations.reading.case_brief import may_read, reader

LONGEST_NAME, LONGEST_WORDS = 60, 1_000
FORM = "%Y-%m-%d %H:%M"

CallId = Annotated[str, typer.Argument(metavar="CALL", help="电话记录编号 Id, or its beginning.")]


def read_minute(text: str) -> datetime:
    """Return the instant of "2026-03-02 10:30", without a zone. Raises BadParameter."""
    try:
        return datetime.strptime(text, FORM)  # noqa: DTZ007 - our office's zone is put to it.
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not of the form '2026-03-02 10:30'") from None


def record(
    reference: Reference,
    login: AsLogin,
    number: Annotated[str, typer.Option("--number", help="电话号码 The number that was dialled.")],
    spoke_with: Annotated[
        str,
        typer.Option(
            "--with", parser=text_of_at_most(LONGEST_NAME), help="接听人 Who answered, if anybody."
        ),
    ] = "",
    asked: Annotated[
        str,
        typer.Option("--asked", parser=text_of_at_most(LONGEST_WORDS), help="所询 The question."),
    ] = "",
    answered: Annotated[
        str,
        typer.Option("--answered", parser=text_of_at_most(LONGEST_WORDS), help="所答 The answer."),
    ] = "",
    is_read_back: Annotated[
        bool, typer.Option("--read-back", help="已复述核对 The answer was read back.")
    ] = False,
    at: Annotated[
        datetime | None,
        typer.Option("--at", parser=read_minute, metavar="TIME", help="Now by default."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write down a call to the asked office (电话查询); without --with nobody was reached.

    An answer is filed as a reply by telephone and looked at with `hancha case review`.
    """
    with acting_on(reference, login, "call") as act:
        zone = ZoneInfo(offices.get(act.session, act.case.office_id).zone)
        called_at = at.replace(tzinfo=zone) if at else act.now
        said = Said(number, called_at, spoke_with, asked, answered, is_read_back)
        row = calls.record(act.session, act.actor, act.case, said, now=act.now)
        facts = call_facts(row, is_open_book=False)
        done = acted(act, f"已记录 call written down: {short(row.id)}", call=facts)
    answer(done, as_json, show_acted(done))


def confirm(reference: Reference, call: CallId, login: AsLogin, as_json: AsJson = False) -> None:
    """Confirm the record of a call (复核), as a clerk who did not make it."""
    with acting_on(reference, login, "confirm-call") as act:
        row = _named(act, call)
        calls.confirm(act.session, act.actor, act.case, row, now=act.now)
        facts = call_facts(row, is_open_book=False)
        done = acted(act, "已复核 call confirmed", call=facts)
    answer(done, as_json, show_acted(done))


def list_calls(reference: Reference, login: AsReader = "", as_json: AsJson = False) -> None:
    """List the calls of a case; who said what only with --as somebody who may read it."""
    with opened() as premises, premises.reading() as session:
        case = by_reference(session, reference)
        is_open_book = may_read(reader(session, login), case)
        found = [call_facts(row, is_open_book) for row in telephone.calls_of(session, case.id)]
        zone = ZoneInfo(offices.get(session, case.office_id).zone)
    answer(found, as_json, lambda console: console.print(calls_table(found, zone)))


def _named(act: OnCase, text: str) -> TelephoneCall:
    key = read_key(text)
    found = [
        row for row in telephone.calls_of(act.session, act.case.id) if row.id.hex.startswith(key)
    ]
    if not found:
        raise UnknownCall(f"{act.case.reference} has no call {text}")
    if len(found) > 1:
        raise InvalidValue(f"{text} begins the ids of {len(found)} calls; give more of it")
    return found[0]
