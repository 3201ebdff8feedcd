"""`hancha case why`: the due date, day by day."""

from typing import Any

from rich.console import Console

from cases.operations.counting import Counting, counting_of
from cases.store import correspondence
from cases.store.cases import by_reference
from cases.store.tables.correspondence import Letter
from cases.vocabulary.errors import NoOpenRequest
from cases.vocabulary.values import CountedDay
from integrations.cli import words
from integrations.cli.day_table import day_table, days_as_facts
from integrations.cli.options import AsJson, AsReader, InLanguage, Reference, language_of_terminal
from integrations.cli.output import answer, facts
from integrations.cli.premises import opened


def why(
    reference: Reference,
    login: AsReader = "",  # noqa: ARG001 - nothing here is personal; scripts may pass it anyway
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Say why the due date is what it is: every day from receipt on, and why it counts or not."""
    with opened() as premises, premises.reading() as session:
        case = by_reference(session, reference)
        request = correspondence.open_request(session, case)
        letter = correspondence.letter_of_rung(session, request)
        counting = counting_of(session, case, request, letter)
        if counting is None or letter is None:
            reason = "the manager has it" if letter and letter.left_at else "no letter has left yet"
            raise NoOpenRequest(f"no days of {reference} are being counted: {reason}")
        days = counting.explain(language or language_of_terminal())
        document = _document(reference, letter, counting, days)
    answer(document, as_json, lambda console: _show(console, document, days))


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
