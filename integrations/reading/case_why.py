"""Why a due date is what it is, and whose days a case's days were, as plain facts."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from cases.operations.counting import Counting, counting_of
from cases.rules.day_ledger import DayLedger
from cases.store import correspondence
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.vocabulary.status import Language, ReceivedBasis
from cases.vocabulary.values import CountedDay
from integrations.reading.case_brief import Facts
from integrations.reading.counted_days import days_as_facts

ONE_DAY = timedelta(days=1)


def count_of(
    session: Session, case: Case, language: Language
) -> tuple[dict[str, Any], tuple[CountedDay, ...]]:
    """Return the count of the rung that runs, or why no days are being counted."""
    request = correspondence.request_of_round(session, case)
    letter = correspondence.letter_of_rung(session, request) if request else None
    counting = counting_of(session, case, request, letter) if request else None
    is_ours = request is not None and request.is_ours
    if (letter or is_ours) and counting is not None and not case.is_finished:
        days = counting.explain(language)
        return _document(case.reference, letter, counting, days), days
    reason = "no letter has left yet"
    if case.is_finished:
        reason = "the case is closed"
    elif letter is not None and letter.left_at is not None:
        reason = "the manager has it"
    return {"reference": case.reference, "not_counted": reason, "due_on": None}, ()


def _document(
    reference: str, letter: Letter | None, counting: Counting, days: tuple[CountedDay, ...]
) -> dict[str, Any]:
    due = counting.due_date()
    return {
        "reference": reference,
        "letter": letter.kind if letter else None,  # Else the inquiry itself, which reached us.
        "number": letter.number or None if letter else None,
        "received_on": counting.received_on,
        "received_basis": letter.received_basis if letter else ReceivedBasis.RECORDED,
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


def ledger_facts(ledger: DayLedger) -> Facts:
    """Return the ledger for JSON; the totals add up to the age."""
    return {
        "age": ledger.age,
        "totals": {account.value: days for account, days in ledger.totals().items()},
        "working_days_of_offices": ledger.days_of_offices(),
        "working_days_before_acceptance": ledger.days_before_acceptance(),
        "stretches": [
            {
                "since": stretch.since,
                "to": stretch.until - ONE_DAY,
                "days": stretch.length,
                "account": stretch.account,
                "office": stretch.office or None,
                "reason": stretch.reason,
            }
            for stretch in ledger.stretches
        ],
    }
