"""`hancha discrepancy`: two answers that do not agree, until a person says which holds."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from cases.operations import answers as acts
from cases.store import answers
from cases.store.tables.answer import Discrepancy
from cases.vocabulary.errors import InvalidValue, UnknownDiscrepancy
from integrations.cli.acted import acted, show_acted
from integrations.cli.answer_tables import discrepancies_table
from integrations.cli.case_replies import named_reply
from integrations.cli.options import (
    AsJson,
    AsLogin,
    AsReader,
    Limit,
    Reason,
    Reference,
    read_key,
    short,
)
from integrations.cli.output import answer
from integrations.cli.premises import OnCase, acting_on, opened
from integrations.reading.answer_facts import discrepancy_facts
from integrations.reading.case_brief import may_read, reader

HOME_ZONE = ZoneInfo("Asia/Shanghai")
ReplyId = Annotated[str, typer.Option("--reply", metavar="ID", help="复函编号 The later one.")]


def list_open(limit: Limit = 50, login: AsReader = "", as_json: AsJson = False) -> None:
    """List what nobody has resolved yet (答复不一致), the oldest first."""
    with opened() as premises, premises.reading() as session:
        actor = reader(session, login)
        office_id = actor.office_id if actor else None
        found = [
            {"reference": case.reference, **discrepancy_facts(row, may_read(actor, case))}
            for row, case in answers.open_discrepancies(session, office_id=office_id, limit=limit)
        ]

    def show(console: Console) -> None:
        console.print(discrepancies_table(found, HOME_ZONE))

    answer(found, as_json, show)


def report(
    reference: Reference,
    login: AsLogin,
    first: Annotated[str, typer.Option("--first", metavar="ID", help="复函编号 The earlier one.")],
    reply: ReplyId,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Say that two replies do not agree; the case does not close until somebody resolves it."""
    with acting_on(reference, login, "report-discrepancy") as act:
        one, other = named_reply(act, first), named_reply(act, reply)
        row = acts.report(act.session, act.actor, act.case, one, other, reason, now=act.now)
        facts = discrepancy_facts(row, is_open_book=False)
        done = acted(act, f"答复不一致 discrepancy {short(row.id)}", discrepancy=facts)
    answer(done, as_json, show_acted(done))


def resolve(
    reference: Reference,
    discrepancy: Annotated[str, typer.Argument(metavar="ID", help="编号 Id, or its beginning.")],
    login: AsLogin,
    keep: Annotated[str, typer.Option("--keep", metavar="REPLY", help="以此复函为准 It holds.")],
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Say which of two replies holds, and why; both stay on file."""
    with acting_on(reference, login, "resolve-discrepancy") as act:
        row, kept = _named(act, discrepancy), named_reply(act, keep)
        acts.resolve(act.session, act.actor, act.case, row, kept, reason, now=act.now)
        facts = discrepancy_facts(row, is_open_book=False)
        done = acted(act, "已处理 resolved", discrepancy=facts)
    answer(done, as_json, show_acted(done))


def _named(act: OnCase, text: str) -> Discrepancy:
    key = read_key(text)
    rows = answers.discrepancies_of(act.session, act.case.id)
    found = [row for row in rows if row.id.hex.startswith(key)]
    if not found:
        raise UnknownDiscrepancy(f"{act.case.reference} has no discrepancy {text}")
    if len(found) > 1:
        raise InvalidValue(f"{text} begins the ids of {len(found)}; give more of it")
    return found[0]
