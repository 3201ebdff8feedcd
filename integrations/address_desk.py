"""Settle an address in doubt: freeze anew what went to the old one, then let all of it leave."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from cases.operations import address_repairs as repairs
from cases.operations.letters import Copy
from cases.store import address_repairs, offices
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.values import Actor
from integrations.production import readdressed
from integrations.wiring import House


def mend(
    house: House, actor: Actor, office_code: str, changes: Mapping[str, str]
) -> Sequence[OutboxMessage]:
    """Enter the mended address and send every held letter there; return what is to leave.

    The address is entered first: if the power fails in between, the repair is still open and
    nothing has left. Raises NotAllowed, UnknownOffice, InvalidValue, MissingAddress, DiskFault.
    """
    with house.database.transaction("mend-address") as session:
        office = offices.by_code(session, office_code)
        repairs.mend_address(session, actor, office, changes, now=house.clock.now())
    return settle(house, actor, office_code, RepairOutcome.MENDED)


def settle(
    house: House, actor: Actor, office_code: str, outcome: RepairOutcome
) -> Sequence[OutboxMessage]:
    """End the repair of an office's address; return what is to leave.

    Raises NotAllowed, UnknownOffice, InvalidValue, MissingAddress, DiskFault.
    """
    with house.database.reading() as session:
        office = offices.by_code(session, office_code)
        repairs.require_open(session, office)
        waiting = [row.id for row in address_repairs.waiting_for(session, office.id)]
    frozen = {message_id: readdressed(house, message_id) for message_id in waiting}
    copies: dict[UUID, Copy] = {key: copy for key, copy in frozen.items() if copy is not None}
    with house.database.transaction("settle-address") as session:
        office = offices.by_code(session, office_code)
        now = house.clock.now()
        return repairs.settle(session, actor, office, outcome, copies, now=now)
