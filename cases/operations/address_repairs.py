"""Address repair (地址核对): hold an office's letters, mend or confirm its address, go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations import directory, dispatch, returns
from cases.operations.letters import Copy
from cases.rules.access import Act, require
from cases.rules.free_words import check_reason
from cases.store import address_repairs, offices, outbox
from cases.store.leases import lock
from cases.store.tables.address_repair import AddressRepair
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.status import OutboxStatus
from cases.vocabulary.values import Actor

#: What a repair may change of an office; all else is the directory's keeper's.
MENDABLE = frozenset({"email", "address", "postcode"})


def open_repair(
    session: Session,
    actor: Actor,
    office: Office,
    reason: str,
    *,
    now: datetime,
    returned: OutboxMessage | None = None,
) -> AddressRepair:
    """Hold every letter for an office until somebody has looked at its address.

    `returned` is the copy that came back, where it is known: it goes again once the address is
    settled. A repair that is open already is returned as it is. Raises NotAllowed, InvalidValue.
    """
    require(actor, Act.REPAIR_ADDRESS)
    check_reason(reason)
    if returned is not None:
        if returned.office_id != office.id:
            raise InvalidValue(f"this letter did not go to {office.code}")
        returns.record_returned(session, actor, returned, reason, now=now)
    return address_repairs.doubt(session, office.id, reason, by=actor.name, now=now)


def mend_address(
    session: Session, actor: Actor, office: Office, changes: Mapping[str, str], *, now: datetime
) -> None:
    """Enter another address of an office whose repair is open; its letters are still held.

    Raises NotAllowed, InvalidValue when nothing is in doubt or the address cannot be used.
    """
    require(actor, Act.REPAIR_ADDRESS)
    require_open(session, office)
    other = sorted(set(changes) - MENDABLE)
    if other or not changes:
        raise InvalidValue(f"{', '.join(other) or 'nothing'} is no address to mend")
    directory.mend_address(session, actor, office, changes, now=now)


def settle(
    session: Session,
    actor: Actor,
    office: Office,
    outcome: RepairOutcome,
    copies: Mapping[UUID, Copy],
    *,
    now: datetime,
) -> Sequence[OutboxMessage]:
    """End the repair and let its letters leave: the address was mended, or was right.

    `copies` are those frozen anew, by the message they take the place of; what was given up and
    has none goes again as it is. Returns what is to leave. Raises NotAllowed, InvalidValue.
    """
    require(actor, Act.REPAIR_ADDRESS)
    repair = require_open(session, office)
    waiting = address_repairs.waiting_for(session, office.id)
    for case_id in sorted({message.case_id for message in waiting}):
        lock(session, case_id)  # In one order, since another act may hold several, too.
    left: list[OutboxMessage] = []
    for message in waiting:
        copy = copies.get(message.id)
        if copy is not None:
            left.append(dispatch.readdress(session, actor, message, copy, now=now))
        elif message.status is OutboxStatus.GIVEN_UP:
            dispatch.retry(session, actor, message, now=now)
            left.append(message)
        else:
            left.append(message)
    if repair.closed_at is None:
        address_repairs.settle(session, repair, outcome, by=actor.name, now=now)
    repair.outcome = outcome
    return left


def require_open(session: Session, office: Office) -> AddressRepair:
    """Return the open repair of an office. Raises InvalidValue when nothing is in doubt."""
    repair = address_repairs.open_of(session, office.id)
    if repair is None:
        raise InvalidValue(f"no address repair of {office.code} is open")
    return repair


def held_letters(session: Session, repair: AddressRepair) -> Sequence[OutboxMessage]:
    """Return what an open repair keeps back."""
    return address_repairs.waiting_for(session, repair.office_id)


def returned_copy(session: Session, message_id: UUID) -> tuple[OutboxMessage, Office]:
    """Return a copy that came back and the office that it was for. Raises InvalidValue."""
    message = outbox.get(session, message_id)
    if message.office_id is None:
        raise InvalidValue("this letter went to the applicant, of whom the directory knows nothing")
    return message, offices.get(session, message.office_id)
