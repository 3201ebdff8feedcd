"""Close a batch of the mail room: its joint letters are fixed, all of it goes into envelopes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations import joint_letters as joint
from cases.operations.joint_letters import Piece, Written
from cases.operations.mail_room import gathered, office_of
from cases.rules.access import Act, require
from cases.rules.posting import PostItem, envelope_size, in_posting_order
from cases.store import outbox, post
from cases.store.leases import lock
from cases.store.tables.joint_letter import JointLetter
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostBatch, PostEnvelope, PostLetter
from cases.vocabulary.errors import BatchIsClosed, InvalidValue, NothingToPost
from cases.vocabulary.status import OutboxStatus
from cases.vocabulary.values import Actor


@dataclass(frozen=True, slots=True)
class Print:
    """How much paper one piece is, counted by whoever has read the files."""

    sheets: int
    pages: int
    written: Written | None = None  #: Of a joint letter that is yet to be fixed.


def ready_in(session: Session, batch: PostBatch, now: datetime) -> Sequence[OutboxMessage]:
    """Return the letters of an open batch that are still to leave, to an address that stands.

    A reply or a withdrawal since may have held or cancelled the others. A reminder that is not
    written yet waits for the letter it reminds of, and its copies wait for it.
    """
    messages = [message for _, message in post.letters_of(session, batch.id)]
    held = outbox.held_among(session, [message.id for message in messages])
    ready = [
        message
        for message in messages
        if message.status is OutboxStatus.PENDING
        and message.id not in held
        and not gathered(session, message, now).faults
        and (message.content or joint.may_be_listed(session, message))
    ]
    leading = {message.letter_id for message in ready if not message.is_copy}
    return [row for row in ready if row.content or row.letter_id in leading]


def number_joint_letters(
    session: Session, actor: Actor, batch: PostBatch, *, now: datetime, is_early: bool = False
) -> None:
    """Sign and number the joint letters that an open batch needs now.

    Raises NotAllowed, BatchIsClosed, InvalidValue before its cut-off.
    """
    _require_closable(actor, batch, now, is_early=is_early)
    joint.number(session, batch, ready_in(session, batch, now), now=now)


def close(
    session: Session,
    actor: Actor,
    batch: PostBatch,
    prints: Mapping[Piece, Print],
    *,
    now: datetime,
    is_early: bool = False,
) -> bool:
    """Close a batch: what is in it goes into envelopes and can no longer be taken out.

    False, and nothing done, when other letters are ready by now than those that were printed.
    Letters that are no longer to leave drop out. Raises NotAllowed, BatchIsClosed, NothingToPost,
    InvalidValue before its cut-off.
    """
    _require_closable(actor, batch, now, is_early=is_early)
    rows = post.letters_of(session, batch.id)
    for case_id in sorted({message.case_id for _, message in rows}):
        lock(session, case_id)  # From here on no reply and no withdrawal comes in between.
    for _, message in rows:
        session.refresh(message)
    ready = {message.id: message for message in ready_in(session, batch, now)}
    if set(joint.pieces_of(session, batch, list(ready.values()))) != prints.keys():
        return False
    if not ready:
        raise NothingToPost(f"no letter of {batch.code} is to leave any more")
    letters = {letter.message_id: letter for letter, _ in rows}
    for message_id, letter in letters.items():
        if message_id not in ready:
            session.delete(letter)
    for piece, printed in prints.items():
        if printed.written is not None and not ready[piece.messages[0]].is_copy:
            _fix(session, actor, piece, printed.written, now)
    items = [_item(session, batch, piece, printed) for piece, printed in prints.items()]
    for position, envelope in enumerate(in_posting_order(items), start=1):
        _fill(session, batch, position, envelope, ready, letters, prints)
    batch.closed_by, batch.closed_at = actor.name, now
    session.flush()
    return True


def _require_closable(actor: Actor, batch: PostBatch, now: datetime, *, is_early: bool) -> None:
    require(actor, Act.RECORD_POST, office_id=batch.office_id)
    if batch.closed_at is not None:
        raise BatchIsClosed(f"{batch.code} was closed by {batch.closed_by}")
    if now < batch.cut_off_at and not is_early:
        raise InvalidValue(f"{batch.code} can be changed until {batch.cut_off_at:%F %H:%M} UTC")


def _fix(session: Session, actor: Actor, piece: Piece, written: Written, now: datetime) -> None:
    row = session.get_one(JointLetter, piece.joint_id)
    joint.fix(
        session, row, joint.letters_of(session, piece.messages), written, actor=actor, now=now
    )


def _item(session: Session, batch: PostBatch, piece: Piece, printed: Print) -> PostItem[Piece]:
    first = outbox.get(session, piece.messages[0])
    each = gathered(session, first, batch.cut_off_at)
    return PostItem(piece, each.office.code, each.mail_class, each.reference, printed.sheets)


def _fill(
    session: Session,
    batch: PostBatch,
    position: int,
    items: Sequence[PostItem[Piece]],
    ready: Mapping[UUID, OutboxMessage],
    letters: Mapping[UUID, PostLetter],
    prints: Mapping[Piece, Print],
) -> None:
    """Put letters into one envelope; from now on they may have left."""
    office = office_of(session, ready[items[0].key.messages[0]])
    envelope = PostEnvelope(
        code=f"{batch.code}-{position:03}",
        batch_id=batch.id,
        position=position,
        office_id=office.id,
        recipient=office.name_zh,
        contact=office.contact,
        address=office.address,
        postcode=office.postcode,
        telephone=office.telephone,
        mail_class=items[0].mail_class,
        size=envelope_size(1 + sum(item.sheets for item in items)),
        pages=1 + sum(prints[item.key].pages for item in items),
    )
    session.add(envelope)
    session.flush([envelope])
    for ordinal, item in enumerate(items, start=1):
        for message_id in item.key.messages:
            letter, message = letters[message_id], ready[message_id]
            letter.envelope_id, letter.position = envelope.id, ordinal
            letter.joint_id = item.key.joint_id
            message.status = OutboxStatus.SENDING
            message.claimed_by = f"mail_room:{batch.code}"[:80]
