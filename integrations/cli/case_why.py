"""`hancha case why`: the due date day by day, and whose days the case's days were."""

from typing import Any

from rich.console import Console

from cases.operations.day_ledgers import ledger_of
from cases.store.cases import by_reference
from cases.vocabulary.values import CountedDay
from integrations import words
from integrations.cli.day_table import day_table
from integrations.cli.ledger_table import stretches_table, totals_table
from integrations.cli.options import AsJson, AsReader, InLanguage, Reference, language_of_terminal
from integrations.cli.output import answer, facts
from integrations.cli.premises import opened
from integrations.reading.case_why import count_of, ledger_facts


def why(
    reference: Reference,
    login: AsReader = "",  # noqa: ARG001 - nothing here is personal; scripts may pass it anyway
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Say why the due date is what it is, day by day, and whose days the case's days were."""
    with opened() as premises, premises.reading() as session:
        case = by_reference(session, reference)
        document, days = count_of(session, case, language or language_of_terminal())
        ledger = ledger_of(session, case, now=premises.clock.now())
        document["ledger"] = ledger_facts(ledger)
    answer(document, as_json, lambda console: _show(console, document, days))


def _show(console: Console, why: dict[str, Any], days: tuple[CountedDay, ...]) -> None:
    if "not_counted" in why:
        reason = why["not_counted"]
        console.print(f"{why['reference']}  不在计时 No days are being counted: {reason}")
    else:
        _show_count(console, why, days)
    console.print(totals_table(why["ledger"]))
    console.print(stretches_table(why["ledger"]))


def _show_count(console: Console, why: dict[str, Any], days: tuple[CountedDay, ...]) -> None:
    unit = words.say(why["allowance_unit"])
    extension = f" + 延期 extension {why['extension_days']}" if why["extension_days"] else ""
    due = words.day(why["due_on"]) if why["due_on"] else "计时中止 the clock is stopped"
    if why["is_provisional"]:
        due += f"（暂定 provisional: {', '.join(map(str, why['missing_years']))} 日历未公布）"
    console.print(
        facts(
            ("办件编号 Reference", why["reference"]),
            ("函件 Letter", f"{words.say(why['letter'])} {why['number'] or ''}"),
            (
                "收到日 Received",
                f"{words.day(why['received_on'])}  {words.say(why['received_basis'])}",
            ),
            ("期限 Allowance", f"{why['allowance_days']} {unit}{extension}"),
            ("截止日期 Due", due),
        )
    )
    console.print(day_table(days))
