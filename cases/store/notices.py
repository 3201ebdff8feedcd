"""Queries on what applicants are told: what is to be written, and the list of calls."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.office import Office
from cases.store.tables.telling import ApplicantNotice, ApplicantTelephone, NoticeCall
from cases.vocabulary.status import OutboxStatus

TO_TELL = (OutboxStatus.PENDING, OutboxStatus.SENDING, OutboxStatus.GIVEN_UP)


def unwritten(
    session: Session, *, limit: int = 500
) -> Sequence[tuple[ApplicantNotice, Case, Office]]:
    """Return messages that have no text yet, with their case and our office."""
    return session.exec(
        select(ApplicantNotice, Case, Office)
        .join(Case, col(Case.id) == ApplicantNotice.case_id)
        .join(Office, col(Office.id) == ApplicantNotice.office_id)
        .where(ApplicantNotice.text == "", ApplicantNotice.status == OutboxStatus.PENDING)
        .order_by(col(ApplicantNotice.created_at))
        .limit(limit)
    ).all()


def to_tell(
    session: Session, *, office_id: UUID | None, limit: int = 200
) -> Sequence[tuple[ApplicantNotice, Case, ApplicantTelephone | None]]:
    """Return what applicants have not been told yet, the oldest first: the list of calls."""
    wanted = (
        select(ApplicantNotice, Case, ApplicantTelephone)
        .join(Case, col(Case.id) == ApplicantNotice.case_id)
        .join(ApplicantTelephone, col(ApplicantTelephone.case_id) == Case.id, isouter=True)
        .where(col(ApplicantNotice.status).in_(TO_TELL))
    )
    if office_id is not None:
        wanted = wanted.where(ApplicantNotice.office_id == office_id)
    return session.exec(wanted.order_by(col(ApplicantNotice.created_at)).limit(limit)).all()


def beginning_with(session: Session, first: UUID, last: UUID) -> Sequence[ApplicantNotice]:
    """Return two messages at most whose ids lie in a range: one, if the range names it."""
    return session.exec(
        select(ApplicantNotice)
        .where(col(ApplicantNotice.id) >= first, col(ApplicantNotice.id) <= last)
        .limit(2)
    ).all()


def calls_without_success(session: Session, notice_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count the calls that reached nobody, by message."""
    rows = session.exec(
        select(NoticeCall.notice_id, func.count())
        .where(col(NoticeCall.notice_id).in_(notice_ids), col(NoticeCall.is_reached).is_(False))
        .group_by(col(NoticeCall.notice_id))
    ).all()
    return dict(rows)
