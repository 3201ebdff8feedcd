"""The day ledgers of cases: whose days they were, for "why", for ageing and for assessment.

Assessment measures offices' service, never people: days are charged to offices alone.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from cases.operations.counting import calendar_in_force
from cases.rules.day_ledger import DayLedger, day_ledger
from cases.store import day_facts, offices
from cases.store.tables.case import Case
from cases.store.tables.office import Office


def ledger_of(session: Session, case: Case, *, now: datetime) -> DayLedger:
    """Return the ledger of one case up to and including today, where our office is."""
    return ledgers_of(session, [case], now=now)[case.id]


def ledgers_of(session: Session, cases: Sequence[Case], *, now: datetime) -> dict[UUID, DayLedger]:
    """Return the ledgers of many cases by id; a few looks at the database for all of them.

    An asked office rests by its own calendar, ours by ours, both as they are in force now.
    """
    facts = day_facts.facts_of(session, cases)
    codes = {fact.office for told in facts.values() for fact in told if fact.office}
    asked = session.exec(select(Office).where(col(Office.code).in_(codes))).all()
    calendars = {office.code: calendar_in_force(session, office) for office in asked}
    ours = {case.office_id: offices.get(session, case.office_id) for case in cases}
    own = {office.id: calendar_in_force(session, office) for office in ours.values()}
    return {
        case.id: day_ledger(
            facts[case.id],
            offices.day_at(ours[case.office_id], now),
            own[case.office_id],
            calendars,
        )
        for case in cases
    }
