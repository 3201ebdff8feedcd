"""Acceptance by the asked office (签收): it has the request and is competent."""

from datetime import UTC, datetime

from sqlmodel import Session

from cases.rules.access import Act, require
from cases.store import correspondence, journal
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Channel, EntryKind
from cases.vocabulary.values import Actor


def record(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    channel: Channel,
    accepted_at: datetime,
    now: datetime,
) -> Request:
    """Record when the asked office accepted the request; said again, the first time holds.

    It is measured apart from the answer: no date moves, no waiting ends. Raises NotAllowed,
    NoOpenRequest, or InvalidValue for a time before the letter left or to come.
    """
    require(actor, Act.RECORD_ACCEPTANCE, office_id=case.office_id)
    request = correspondence.open_request(session, case)
    if request.accepted_at is not None:
        return request
    letter = correspondence.first_letter(session, request)
    if letter is None or letter.left_at is None:
        raise InvalidValue(f"no letter of {case.reference} has left yet that could be accepted")
    if not letter.left_at <= accepted_at <= now:
        raise InvalidValue("a request is accepted after its letter left, and not in the future")
    request.accepted_at = accepted_at.astimezone(UTC)
    journal.append(
        session,
        case,
        EntryKind.ACCEPTED,
        actor=actor,
        at=now,
        result={
            "request": str(request.id),
            "channel": channel.value,
            "accepted_at": request.accepted_at.isoformat(),
        },
    )
    return request
