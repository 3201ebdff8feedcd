"""Person numbers: sealed at opening, shown with a reason, found without being shown."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from cases.ports import PersonNumberSafe
from cases.rules.access import Act, require, require_reason
from cases.rules.person_number import PersonNumber, mask, read_person_number
from cases.store import journal, person_numbers
from cases.store.cases import applicant_of
from cases.store.tables.case import Case
from cases.vocabulary.errors import InvalidValue, NotAllowed, NumberNotKept
from cases.vocabulary.status import EntryKind
from cases.vocabulary.values import Actor, SealedNumber


def seal(text: str, safe: PersonNumberSafe, *, case_id: UUID, today: date) -> SealedNumber:
    """Return a number as a case keeps it. Raises InvalidValue, which repeats no digit of it."""
    read = _read(text, today)
    return SealedNumber(
        masked=mask(read.normalized),
        sealed=safe.seal(read.normalized, case_id=case_id),
        search_key=safe.search_key(_same_for_both_forms(read)),
    )


def search_key(number: str, safe: PersonNumberSafe, *, today: date) -> str:
    """Return the keyed hash under which a number that is kept is to be found."""
    read = read_person_number(number, today=today)
    return safe.search_key(_same_for_both_forms(read) or number)


def show(
    session: Session,
    actor: Actor,
    case: Case,
    reason: str,
    *,
    safe: PersonNumberSafe,
    now: datetime,
) -> str:
    """Return the applicant's full number; the journal says who saw it, and why.

    The caller holds the case's row, and shows the number only after its commit. Raises
    NotAllowed, InvalidValue without a reason, NumberNotKept, and DiskFault when it cannot be
    opened.
    """
    require(actor, Act.SHOW_NUMBER, office_id=case.office_id)
    require_reason(reason)
    sealed = applicant_of(session, case.id).person_number_sealed
    if sealed is None:
        raise NumberNotKept(f"{case.reference} keeps no person number")
    number = safe.reveal(sealed, case_id=case.id)
    journal.append(
        session,
        case,
        EntryKind.NUMBER_SHOWN,
        actor=actor,
        at=now,
        personal={"reason": reason.strip()},
    )
    return number


def find(
    session: Session, actor: Actor, text: str, *, safe: PersonNumberSafe, today: date
) -> Sequence[Case]:
    """Return the cases of the actor's office about whoever has this number, the newest first.

    Both forms of a number find the same cases. Raises NotAllowed, InvalidValue.
    """
    if actor.office_id is None:
        raise NotAllowed(f"{actor.name} works for no office")
    require(actor, Act.FIND_NUMBER, office_id=actor.office_id)
    keys = safe.search_keys(_same_for_both_forms(_read(text, today)))
    return person_numbers.cases_of_number(session, keys, office_id=actor.office_id)


def _read(text: str, today: date) -> PersonNumber:
    read = read_person_number(text, today=today)
    if not read.is_usable:
        raise InvalidValue(f"the person number is not valid: {read.reason}")
    return read


def _same_for_both_forms(read: PersonNumber) -> str:
    """Return what a 15-digit number and its 18-digit form have in common."""
    return read.derived or read.normalized
