"""Queries for the register of what left and what came in (收发文登记簿)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ScalarSelect
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, LetterNumber, Reply, Request
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostBatch, PostEnvelope, PostLetter
from cases.vocabulary.status import OutboxStatus

MOST_ROWS = 20_000


def left_between(
    session: Session, office_id: UUID, since: datetime, until: datetime
) -> Sequence[tuple[OutboxMessage, Letter, Case, PostEnvelope | None]]:
    """Return every copy that left our office from `since` to before `until`, the first first."""
    rows = session.exec(
        select(OutboxMessage, Letter, Case, PostEnvelope)
        .join(Letter, col(Letter.id) == OutboxMessage.letter_id)
        .join(Case, col(Case.id) == OutboxMessage.case_id)
        .outerjoin(PostEnvelope, col(PostEnvelope.id) == _last_envelope())
        .where(
            Case.office_id == office_id,
            OutboxMessage.status == OutboxStatus.SENT,
            col(OutboxMessage.sent_at) >= since,
            col(OutboxMessage.sent_at) < until,
        )
        .order_by(col(OutboxMessage.sent_at), col(Letter.number), col(OutboxMessage.is_copy))
        .limit(MOST_ROWS)
    ).all()
    return [(message, letter, case, envelope) for message, letter, case, envelope in rows]


def _last_envelope() -> ScalarSelect[UUID | None]:
    """Return the envelope in which a message left last: what came back has been in several."""
    return (
        select(PostLetter.envelope_id)
        .join(PostBatch, col(PostBatch.id) == PostLetter.batch_id)
        .where(PostLetter.message_id == OutboxMessage.id, col(PostLetter.envelope_id).is_not(None))
        .order_by(col(PostBatch.made_at).desc())
        .limit(1)
        .correlate(OutboxMessage)
        .scalar_subquery()
    )


def received_between(
    session: Session, office_id: UUID, first: date, last: date
) -> Sequence[tuple[Reply, Case, UUID | None]]:
    """Return the replies that came in on these days, with the office that was asked."""
    rows = session.exec(
        select(Reply, Case, Request.office_id)
        .join(Case, col(Case.id) == Reply.case_id)
        .outerjoin(Request, col(Request.id) == Reply.request_id)
        .where(
            Case.office_id == office_id,
            col(Reply.received_on) >= first,
            col(Reply.received_on) <= last,
        )
        .order_by(col(Reply.received_on), col(Reply.recorded_at))
        .limit(MOST_ROWS)
    ).all()
    return [(reply, case, asked) for reply, case, asked in rows]


def void_numbers(session: Session, office_code: str, years: Sequence[int]) -> list[LetterNumber]:
    """Return the letter numbers of these years that are kept void, in their order."""
    return list(
        session.exec(
            select(LetterNumber)
            .where(
                LetterNumber.office_code == office_code,
                col(LetterNumber.year).in_(years),
                LetterNumber.void_reason != "",
            )
            .order_by(col(LetterNumber.year), col(LetterNumber.serial))
            .limit(MOST_ROWS)
        ).all()
    )
