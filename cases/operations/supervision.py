"""What keeps a case safe when the engine or Prefect cannot go on: hold, quarantine, release."""

from datetime import datetime

from sqlmodel import Session, select

from cases.operations.follow import hold_for_manager
from cases.rules.access import Act, require, require_reason
from cases.store import journal, runs
from cases.store.leases import wake
from cases.store.tables.case import Case
from cases.store.tables.outbox import IntakeSource
from cases.vocabulary.errors import CaseIsNotHeld
from cases.vocabulary.status import CaseStatus, EntryKind, Priority
from cases.vocabulary.values import ENGINE, Actor

MAILBOX = "imap:"  #: How the names of mailboxes begin among the sources of intake.


def hold(session: Session, case: Case, reason: str, *, now: datetime) -> None:
    """Hold an open case and ask the manager: somebody cancelled its run in Prefect.

    Prefect names nobody, so a cancel there decides nothing; only the desk withdraws a case.
    """
    if case.status is not CaseStatus.OPEN:
        return
    hold_for_manager(session, case, CaseStatus.HELD, now=now)
    journal.append(session, case, EntryKind.HELD, actor=ENGINE, at=now, result={"reason": reason})


def quarantine(session: Session, case: Case, reason: str, *, now: datetime) -> None:
    """Take a case that fails again and again out of the queue and give it to the manager."""
    if case.status is CaseStatus.QUARANTINED:
        return
    was_closed = case.status is CaseStatus.CLOSED
    hold_for_manager(session, case, CaseStatus.QUARANTINED, now=now)
    case.lease_holder, case.lease_until_ms = None, 0
    journal.append(
        session,
        case,
        EntryKind.QUARANTINED,
        actor=ENGINE,
        at=now,
        result={"attempts": case.attempts, "was_closed": was_closed},
        personal={"reason": reason},
    )


def release(session: Session, actor: Actor, case: Case, reason: str, *, now: datetime) -> None:
    """Let the engine follow a held or quarantined case again.

    Raises NotAllowed, CaseIsNotHeld, InvalidValue without a reason.
    """
    require(actor, Act.RELEASE, office_id=case.office_id)
    require_reason(reason)
    if case.status not in (CaseStatus.HELD, CaseStatus.QUARANTINED):
        raise CaseIsNotHeld(f"{case.reference} is {case.status.value}")
    case.status = CaseStatus.CLOSED if case.closed_at else CaseStatus.OPEN
    case.attempts = 0
    # The cancelled or failed run stays as it is; a new one carries on.
    runs.begin_generation(session, case.id)
    journal.append(
        session,
        case,
        EntryKind.RELEASED,
        actor=actor,
        at=now,
        personal={"reason": reason},
    )
    wake(case, now=now, priority=Priority.CLERK)


def record_intake_read(session: Session, source: str, *, now: datetime) -> None:
    """Record that a mailbox was read to its end; until then nobody is urged for lack of mail."""
    row = session.get(IntakeSource, source)
    if row is None:
        session.add(IntakeSource(name=source, read_at=now))
    else:
        row.read_at = now


def announce_mailbox(session: Session, name: str) -> None:
    """Say which mailbox replies come by; one that was another before no longer counts.

    Without a name none is read. From here on no rung is climbed before it was read.
    """
    for row in session.exec(select(IntakeSource)).all():
        if row.name.startswith(MAILBOX):
            row.is_active = row.name == name
    if name and session.get(IntakeSource, name) is None:
        session.add(IntakeSource(name=name))
