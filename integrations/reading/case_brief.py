"""What a list shows of a case; nothing here is personal, and little is imported for it."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from cases.rules.access import Act, may
from cases.store import offices
from cases.store.backlog import BacklogRow, is_overdue
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.vocabulary.status import RequestStatus
from cases.vocabulary.values import Actor

Facts = dict[str, Any]


def reader(session: Session, login: str) -> Actor | None:
    """Return who reads, or None when nobody said. Raises UnknownPerson."""
    return offices.actor_by_login(session, login) if login else None


def may_read(actor: Actor | None, case: Case) -> bool:
    """Whether this reader may see what is personal in the case."""
    return actor is not None and may(actor, Act.READ, office_id=case.office_id)


def brief(row: BacklogRow, now: datetime) -> Facts:
    """Return what a list shows of a case; nothing of it is personal."""
    case, request = row.case, row.request
    return {
        **standing(case),
        "home_office": row.home_office.code,
        "home_office_name": row.home_office.name_zh,
        "clerk": row.clerk,
        "due_on": request.due_on if request and is_running(request) else None,
        "due_is_provisional": bool(request and request.due_is_provisional),
        "is_overdue": is_overdue(request, offices.day_at(row.home_office, now)),
    }


def standing(case: Case) -> Facts:
    """Return where a case stands: its status and its one next action, date and owner."""
    return {
        "reference": case.reference,
        "type": f"{case.type_code}.{case.type_version}",
        "status": case.status,
        "outcome": case.outcome,
        "awaiting": None if case.is_finished else case.awaiting,
        "next_action": None if case.next_action_at is None else case.next_action,
        "next_action_at": case.next_action_at,
        "owner": case.owner or None,
        "opened_at": case.opened_at,
        "closed_at": case.closed_at,
    }


def is_running(request: Request) -> bool:
    """Whether the asked office's clock runs."""
    return request.status is RequestStatus.AWAITING_REPLY
