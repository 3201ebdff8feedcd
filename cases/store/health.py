"""What the doctor asks the database: how long the oldest of everything has waited."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.outbox import OutboxMessage, OwedState
from cases.vocabulary.status import CaseStatus, Channel, LetterStatus, OutboxStatus, RequestStatus


def oldest_due_turn(session: Session, now: datetime) -> datetime | None:
    """Return since when the engine's most overdue turn has been due, or None."""
    return session.exec(select(func.min(Case.wake_at)).where(col(Case.wake_at) <= now)).one()


def oldest_ready_mail(session: Session, now: datetime) -> datetime | None:
    """Return since when the oldest mail could have left; what is being sent counts too."""
    return session.exec(
        select(func.min(OutboxMessage.not_before)).where(
            col(OutboxMessage.status).in_((OutboxStatus.PENDING, OutboxStatus.SENDING)),
            OutboxMessage.channel == Channel.EMAIL,
            col(OutboxMessage.not_before) <= now,
        )
    ).one()


def letters_to_post(session: Session) -> tuple[int, datetime | None]:
    """Count the letters that the mail room has to post, and return since when the oldest waits."""
    count, oldest = session.exec(
        select(func.count(), func.min(OutboxMessage.created_at)).where(
            OutboxMessage.status == OutboxStatus.PENDING, OutboxMessage.channel == Channel.POST
        )
    ).one()
    return count, oldest


def letters_to_seal(session: Session) -> tuple[int, datetime | None]:
    """Count the letters that wait for their seal, and return since when the oldest is signed."""
    count, oldest = session.exec(
        select(func.count(), func.min(Letter.signed_at)).where(
            Letter.status == LetterStatus.AWAITING_SEAL
        )
    ).one()
    return count, oldest


def owed_since(session: Session) -> tuple[int, datetime | None]:
    """Count the states owed to Prefect, and return since when the oldest is owed."""
    count, oldest = session.exec(select(func.count(), func.min(OwedState.owed_since))).one()
    return count, oldest


def provisional_dates(session: Session) -> int:
    """Count the open requests whose due date rests on a year that is not published."""
    return session.exec(
        select(func.count())
        .select_from(Request)
        .join(Case, col(Case.id) == Request.case_id)
        .where(
            Case.status == CaseStatus.OPEN,
            Request.status == RequestStatus.AWAITING_REPLY,
            col(Request.due_is_provisional),
        )
    ).one()
