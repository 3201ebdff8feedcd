"""Leases: which worker owns a case for one turn, proved anew by every write.

Leases alone live by the database's real clock; everything else lives by the `Clock` port.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    text,
    update,
)
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.types import UtcInstant
from cases.vocabulary.errors import LeaseLost
from cases.vocabulary.status import CaseStatus, NextAction, Priority

FlowVersion = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Claim:
    """One case, owned for one turn."""

    case_id: UUID
    reference: str
    flow: str
    flow_version: int
    round: int
    holder: str
    fence: int
    attempts: int


@dataclass(frozen=True, slots=True)
class DueQueue:
    """Cases of one office and priority whose turn has come."""

    priority: int
    office_id: UUID
    oldest: datetime


#: Steps through the index from one office to the next, so that it costs as little beside fifty
#: thousand due cases, or sleeping ones, as beside none; counting them would read them all.
_DUE_QUEUES = (
    text(
        """
        WITH RECURSIVE urgency (priority) AS (
            SELECT 0 UNION ALL SELECT priority + 1 FROM urgency WHERE priority < :last
        ),
        queue (priority, office_id) AS (
            SELECT priority, (
                SELECT office_id FROM cases WHERE cases.priority = urgency.priority
                ORDER BY office_id LIMIT 1
            ) FROM urgency
            UNION ALL
            SELECT priority, (
                SELECT office_id FROM cases
                WHERE cases.priority = queue.priority AND cases.office_id > queue.office_id
                ORDER BY office_id LIMIT 1
            ) FROM queue WHERE office_id IS NOT NULL
        )
        SELECT priority, office_id, oldest FROM (
            SELECT priority, office_id, (
                SELECT min(wake_at) FROM cases
                WHERE cases.priority = queue.priority AND cases.office_id = queue.office_id
                AND wake_at <= :now
            ) AS oldest FROM queue
        ) AS looked_at
        WHERE oldest IS NOT NULL ORDER BY priority, oldest
        """
    )
    .bindparams(bindparam("now", type_=UtcInstant), last=max(Priority).value)
    .columns(priority=Integer, office_id=Uuid, oldest=UtcInstant)
)


def database_now_ms(session: Session) -> ColumnElement[int]:
    """Return the SQL expression for the database's real time in milliseconds."""
    if session.get_bind().dialect.name == "sqlite":
        return literal_column("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)")
    return literal_column("CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)")


def due_queues(session: Session, now: datetime) -> Sequence[DueQueue]:
    """Return where something is due, the most urgent and then the oldest first."""
    return [DueQueue(*row) for row in session.execute(_DUE_QUEUES, {"now": now}).all()]


def claim(
    session: Session,
    queue: DueQueue,
    *,
    now: datetime,
    holder: str,
    lease_ms: int,
    versions: Collection[FlowVersion],
    limit: int,
) -> list[Claim]:
    """Take up to `limit` due cases of one queue, oldest first, counting the attempt.

    Only cases whose flow version this worker has are taken. The attempt is counted here, so
    that a worker killed in the middle of a turn has counted it.
    """
    database_now = database_now_ms(session)
    has_version = or_(
        *(
            and_(col(Case.flow) == flow, col(Case.flow_version) == version)
            for flow, version in versions
        )
    )
    ready = (
        select(Case.id)
        .where(
            Case.priority == queue.priority,
            Case.office_id == queue.office_id,
            col(Case.wake_at) <= now,
            col(Case.lease_until_ms) < database_now,
            has_version,
        )
        .order_by(col(Case.wake_at))
        .limit(limit)
    )
    # Looked up first and not inside the update: PostgreSQL may run such a subquery once for each
    # row, and passing over what is locked it finds others each time, past the limit.
    ids = session.exec(ready.with_for_update(skip_locked=True)).all()
    taken = _take(session, col(Case.id).in_(ids), holder=holder, lease_ms=lease_ms)
    return sorted(taken, key=lambda claim: ids.index(claim.case_id))


def claim_one(
    session: Session, case_id: UUID, *, holder: str, lease_ms: int, is_turn: bool = True
) -> Claim | None:
    """Take one case whatever its date, unless somebody holds it.

    With `is_turn` the attempt is counted, as a stock Prefect worker begins a turn here; without
    it the case is only held still while its run is looked at.
    """
    taken = _take(
        session,
        col(Case.id) == case_id,
        holder=holder,
        lease_ms=lease_ms,
        attempts=1 if is_turn else 0,
    )
    return taken[0] if taken else None


def _take(
    session: Session,
    which: ColumnElement[bool],
    *,
    holder: str,
    lease_ms: int,
    attempts: int = 1,
) -> list[Claim]:
    database_now = database_now_ms(session)
    taken = (
        update(Case)
        .where(which, col(Case.lease_until_ms) < database_now)
        .values(
            lease_holder=holder,
            lease_until_ms=database_now + lease_ms,
            fence=col(Case.fence) + 1,
            attempts=col(Case.attempts) + attempts,
        )
        .returning(
            col(Case.id),
            col(Case.reference),
            col(Case.flow),
            col(Case.flow_version),
            col(Case.round),
            col(Case.lease_holder),
            col(Case.fence),
            col(Case.attempts),
        )
    )
    return [Claim(*row) for row in session.execute(taken).all()]


def prove(session: Session, claim: Claim, *, lease_ms: int) -> Case:
    """Lock the case's row and return it, its lease renewed. Raises LeaseLost."""
    case = lock(session, claim.case_id)
    if case.fence != claim.fence or case.lease_holder != claim.holder:
        raise LeaseLost(f"{claim.reference}: fence {claim.fence} was followed by {case.fence}")
    session.execute(
        update(Case)
        .where(col(Case.id) == claim.case_id)
        .values(lease_until_ms=database_now_ms(session) + lease_ms)
        .execution_options(synchronize_session=False)
    )
    return case


def lock(session: Session, case_id: UUID) -> Case:
    """Return the case with its row locked; on SQLite the transaction itself is the lock."""
    return session.exec(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def release(session: Session, claim: Claim, *, ended_well: bool, pause_ms: int = 0) -> bool:
    """Give the case back, if it is still ours; after a bad turn it rests for `pause_ms`."""
    values: dict[str, object] = {
        "lease_holder": None,
        "lease_until_ms": database_now_ms(session) + pause_ms if pause_ms else 0,
    }
    if ended_well:
        values["attempts"] = 0
    given_back = session.execute(
        update(Case)
        .where(
            col(Case.id) == claim.case_id,
            col(Case.fence) == claim.fence,
            col(Case.lease_holder) == claim.holder,
        )
        .values(**values)
        .returning(col(Case.id))
    ).one_or_none()
    return given_back is not None


def forget_attempt(session: Session, claim: Claim) -> None:
    """Take back the attempt of a turn that did not begin (Prefect was away).

    Also when the lease has run out meanwhile: whoever waits for Prefect in turn would else bring
    the case into quarantine together.
    """
    session.execute(
        update(Case)
        .where(col(Case.id) == claim.case_id, col(Case.attempts) > 0)
        .values(attempts=col(Case.attempts) - 1)
    )


def held_by(session: Session, holder: str) -> int:
    """Count the cases that a worker holds now."""
    wanted = select(func.count()).where(
        Case.lease_holder == holder,
        col(Case.lease_until_ms) >= database_now_ms(session),
    )
    return session.exec(wanted).one()


def wake(case: Case, *, now: datetime, priority: Priority) -> None:
    """Ask the engine for a turn now; a waiting turn is only ever brought forward.

    A held or quarantined case stays its manager's: the engine would take no turn on it.
    """
    if case.status in (CaseStatus.HELD, CaseStatus.QUARANTINED):
        return
    if case.wake_at is None or case.wake_at > now:
        case.wake_at, case.priority = now, priority.value
    else:
        case.priority = min(case.priority, priority.value)
    if case.status is not CaseStatus.CLOSED:
        case.next_action, case.next_action_at = NextAction.ENGINE_TURN, now
        case.owner = "engine"
