"""`hancha case why`: the due date day by day, and whose days the case's days were."""

from typing import Any

from rich.console import Console
from sqlmodel import Session

from cases.operations.counting import Counting, counting_of
from cases.operations.day_ledgers import ledger_of
from cases.store import correspondence
from cases.store.cases import by_reference
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.vocabulary.status import Language
from cases.vocabulary.values import CountedDay
from integrations.cli import words
from integrations.cli.day_table import day_table, days_as_facts
from integrations.cli.ledger_table import ledger_facts, stretches_table, totals_table
from integrations.cli.options import AsJson, AsReader, InLanguage, Reference, language_of_terminal
from integrations.cli.output import answer, facts
from integrations.cli.premises import opened


def why(
    reference: Reference,
    login: AsReader = "",  # noqa: ARG001 - nothing here is personal; scripts may pass it anyway
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Say why the due date is what it is, day by day, and whose days the case's days were."""
    with opened() as premises, premises.reading() as session:
        case = by_reference(session, reference)
        document, days = _count(session, case, language or language_of_terminal())
        ledger = ledger_of(session, case, now=premises.clock.now())
        document["ledger"] = ledger_facts(ledger)
    answer(document, as_json, lambda console: _show(console, document, days))


def _count(
    session: Session, case: Case, language: Language
) -> tuple[dict[str, Any], tuple[CountedDay, ...]]:
    """Return the count of the rung that runs, or why no days are being counted."""
    request = correspondence.request_of_round(session, case)
    letter = correspondence.letter_of_rung(session, request) if request else None
    counting = counting_of(session, case, request, letter) if request else None
    if letter is not None and counting is not None and not case.is_finished:
        days = counting.explain(language)
        return _document(case.reference, letter, counting, days), days
    reason = "no letter has left yet"
    if case.is_finished:
        reason = "the case is closed"
    elif letter is not None and letter.left_at is not None:
        reason = "the manager has it"
    return {"reference": case.reference, "not_counted": reason, "due_on": None}, ()


def _document(
    reference: str, letter: Letter, counting: Counting, days: tuple[CountedDay, ...]
) -> dict[str, Any]:
    due = counting.due_date()
    return {
        "reference": reference,
        "letter": letter.kind,
        "number": letter.number or None,
        "received_on": counting.received_on,
        "received_basis": letter.received_basis,
        "allowance_days": counting.allowance.days,
        "allowance_unit": counting.allowance.unit,
        "extension_days": counting.extension_days,
        "clock_stops": [
            {"since": stop.since, "until": stop.until} for stop in counting.clock_stops
        ],
        "both_calendars": counting.also_calendar is not None,
        "due_on": due.due_on if due else None,
        "due_at": due.due_at if due else None,
        "is_provisional": bool(due and due.is_provisional),
        "missing_years": list(due.missing_years) if due else [],
        "days": days_as_facts(days),
    }


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
