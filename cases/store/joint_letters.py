"""Queries on joint letters: those a batch has numbered, and the messages that travel in one."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from cases.store.tables.correspondence import Letter, LetterNumber
from cases.store.tables.joint_letter import JointLetter
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.status import LetterStatus, VoidReason


def numbered_in(session: Session, batch_id: UUID) -> Sequence[JointLetter]:
    """Return the joint letters of a batch whose list is not fixed yet."""
    return session.exec(
        select(JointLetter)
        .where(JointLetter.batch_id == batch_id, JointLetter.status == LetterStatus.SIGNED)
        .order_by(col(JointLetter.signed_at), col(JointLetter.id))
    ).all()


def of_letter(session: Session, letter: Letter) -> JointLetter | None:
    """Return the joint letter that carries a reminder, or None."""
    return session.get_one(JointLetter, letter.joint_id) if letter.joint_id else None


def travelling_with(session: Session, message: OutboxMessage) -> Sequence[OutboxMessage]:
    """Return every message that is the same paper as this one, itself among them."""
    if message.joint_id is None:
        return [message]
    return session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.joint_id == message.joint_id,
            OutboxMessage.office_id == message.office_id,
        )
        .order_by(col(OutboxMessage.case_id))
    ).all()


def void(session: Session, joint: JointLetter, reason: VoidReason) -> None:
    """Keep the number of a joint letter void; nothing was printed under it."""
    joint.status, joint.batch_id = LetterStatus.VOID, None
    number = session.exec(
        select(LetterNumber).where(LetterNumber.joint_id == joint.id)
    ).one_or_none()
    if number is not None:
        number.void_reason = reason.value
