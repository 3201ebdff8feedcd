"""Run states owed to the orchestrator: written with the change, settled when it was told."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, func, text
from sqlmodel import Session, col, select

from cases.store.leases import database_now_ms
from cases.store.tables.case import Case
from cases.store.tables.outbox import OwedState
from cases.store.types import UtcInstant
from cases.vocabulary.values import Parked

COMPLETED = "Completed"
HELD = "Held"

_OWE = text(
    "INSERT INTO owed_state (case_id, name, at, owed_since, serial)"
    " VALUES (:case_id, :name, :at, :now, 1)"
    " ON CONFLICT (case_id) DO UPDATE"
    " SET name = excluded.name, at = excluded.at, serial = owed_state.serial + 1"
).bindparams(
    bindparam("case_id", type_=Uuid),
    bindparam("at", type_=UtcInstant),
    bindparam("now", type_=UtcInstant),
)


class State(NamedTuple):
    """A run state that a case is to have."""

    case_id: UUID
    name: str
    at: datetime | None


def state_of(case_id: UUID, parked: Parked) -> State:
    """Return the state of a case that is parked."""
    return State(case_id, parked.awaiting.value, parked.wake_at or parked.next_action_at)


def owe(session: Session, case_id: UUID, name: str, at: datetime | None, *, now: datetime) -> int:
    """Owe one state for the case in place of any owed before; return its serial."""
    owed = session.get(OwedState, case_id)
    if owed is None:
        owed = OwedState(case_id=case_id, name=name, at=at, owed_since=now)
        session.add(owed)
    else:
        owed.name, owed.at, owed.serial = name, at, owed.serial + 1
    return owed.serial


def owe_all(session: Session, states: Sequence[State], *, now: datetime) -> None:
    """Owe many cases their states in one go, each as `owe` does."""
    if states:
        session.execute(_OWE, [{**state._asdict(), "now": now} for state in states])


def settle(session: Session, case_id: UUID, serial: int) -> None:
    """Strike what was owed, unless something newer is owed by now."""
    session.execute(
        delete(OwedState).where(col(OwedState.case_id) == case_id, col(OwedState.serial) == serial)
    )


def of_case(session: Session, case_id: UUID) -> OwedState | None:
    """Return what is owed for a case."""
    return session.get(OwedState, case_id)


def oldest(session: Session, *, limit: int) -> list[UUID]:
    """Return the cases, held by nobody, whose states have been owed longest."""
    wanted = (
        select(OwedState.case_id)
        .join(Case, col(Case.id) == OwedState.case_id)
        .where(col(Case.lease_until_ms) < database_now_ms(session))
        .order_by(col(OwedState.owed_since))
        .limit(limit)
    )
    return list(session.exec(wanted).all())


def count(session: Session) -> int:
    """Count the cases for which a state is owed."""
    return session.exec(select(func.count()).select_from(OwedState)).one()
