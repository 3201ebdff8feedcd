"""Joint letters (合并函): the reminders of a batch to one office leave as one letter.

The turn of each case drafts its reminder and puts it in the outbox unwritten. When the mail room
prints its batch, `number` signs a letter for each office; the caller writes it outside any
transaction; `fix` gives it to its cases in the transaction that closes the batch. Until then no
list is fixed: what was answered meanwhile is not in it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations.letters import take_number
from cases.rules.joint_letters import Collected, joined
from cases.store import correspondence, joint_letters, journal, outbox
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.joint_letter import JointLetter
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostBatch
from cases.vocabulary.status import (
    EntryKind,
    Language,
    LetterKind,
    LetterStatus,
    OutboxStatus,
    SignOff,
    VoidReason,
)
from cases.vocabulary.values import Actor, WrittenLetter


@dataclass(frozen=True, slots=True)
class Alike:
    """What reminders have in common that one letter can carry."""

    recipient_id: UUID
    kind: LetterKind
    language: Language
    copies: tuple[str, ...]
    signed_by: str
    own_words: str = ""  #: Id of a reminder whose text a clerk edited; it goes alone.


@dataclass(frozen=True, slots=True)
class Piece:
    """What is printed once: one copy of a letter, for its case or for all that it lists."""

    messages: tuple[UUID, ...]  #: In the order of the list.
    joint_id: UUID | None = None  #: None, too, before the joint letter has its number.
    is_written: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """A joint letter as it was printed."""

    document: str
    subject: str
    pages: int
    words: WrittenLetter


def pieces_of(
    session: Session, batch: PostBatch, ready: Sequence[OutboxMessage]
) -> Sequence[Piece]:
    """Return what is printed of messages that are ready: each of them is in one piece."""
    pieces = [Piece((row.id,)) for row in ready if row.content and row.joint_id is None]
    copies: dict[tuple[UUID, UUID | None], list[UUID]] = {}
    for row in ready:
        if row.content and row.joint_id is not None:  # A copy that could not go with its letter.
            copies.setdefault((row.joint_id, row.office_id), []).append(row.id)
    pieces += [Piece(tuple(ids), joint_id) for (joint_id, _), ids in copies.items()]
    numbered = {
        (_alike(joint.recipient_id, joint), joint.part): joint.id
        for joint in joint_letters.numbered_in(session, batch.id)
    }
    for alike, part, letters in _lists(session, ready):
        by_office: dict[UUID | None, list[UUID]] = {}
        for letter in letters:
            for row in ready:
                if row.letter_id == letter.id and not row.content:
                    by_office.setdefault(row.office_id, []).append(row.id)
        pieces += [
            Piece(tuple(ids), numbered.get((alike, part)), is_written=False)
            for ids in by_office.values()
        ]
    return pieces


def number(
    session: Session, batch: PostBatch, ready: Sequence[OutboxMessage], *, now: datetime
) -> None:
    """Sign and number the joint letters that a batch needs; one that lists nothing is void.

    Done again, it finds those that it numbered before: whatever was killed in between, none is
    numbered twice.
    """
    numbered = {
        (_alike(joint.recipient_id, joint), joint.part): joint
        for joint in joint_letters.numbered_in(session, batch.id)
    }
    wanted = [(alike, part) for alike, part, _ in _lists(session, ready)]
    for key, joint in numbered.items():
        if key not in wanted:
            joint_letters.void(session, joint, VoidReason.NOTHING_TO_LIST)
    for alike, part in wanted:
        if (alike, part) not in numbered:
            _begin(session, batch, alike, part, now)
    session.flush()


def letters_of(session: Session, message_ids: Sequence[UUID]) -> Sequence[Letter]:
    """Return the reminders that these messages are to carry, in their order."""
    return [
        session.get_one(Letter, outbox.get(session, message_id).letter_id)
        for message_id in message_ids
    ]


def may_be_listed(session: Session, message: OutboxMessage) -> bool:
    """Whether a collected reminder may go: the letter that it reminds of has left.

    It may have come back meanwhile; then it goes first.
    """
    letter = session.get_one(Letter, message.letter_id)
    if letter.request_id is None:
        return True
    before = correspondence.letter_before(session, letter)
    return before is None or before.left_at is not None


def fix(
    session: Session,
    joint: JointLetter,
    letters: Sequence[Letter],
    written: Written,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a joint letter to the cases that it lists, and write it in the journal of each.

    The caller holds the rows of the cases and has found that they are the ones to list.
    """
    joint.status, joint.cases = LetterStatus.ISSUED, len(letters)
    joint.document, joint.subject, joint.pages = written.document, written.subject, written.pages
    joint.written = asdict(written.words)
    for letter in letters:
        letter.status, letter.joint_id = LetterStatus.ISSUED, joint.id
        letter.number, letter.signed_at = joint.number, joint.signed_at
        letter.document, letter.subject = joint.document, joint.subject
        letter.pages = joint.pages
        for message in outbox.of_letter(session, letter.id):
            if not message.content and message.status is not OutboxStatus.CANCELLED:
                message.content, message.joint_id = joint.document, joint.id
        journal.append(
            session,
            session.get_one(Case, letter.case_id),
            EntryKind.JOINED,
            actor=actor,
            at=now,
            result={
                "letter": str(letter.id),
                "joint": str(joint.id),
                "number": joint.number,
                "cases": joint.cases,
            },
        )


def _lists(
    session: Session, ready: Sequence[OutboxMessage]
) -> list[tuple[Alike, int, tuple[Letter, ...]]]:
    """Return for each joint letter what its reminders have in common, its part, and them."""
    letters = [
        session.get_one(Letter, row.letter_id)
        for row in ready
        if not row.content and not row.is_copy
    ]
    references = {letter.id: session.get_one(Case, letter.case_id).reference for letter in letters}
    found = joined(
        [
            Collected(letter, _of_letter(session, letter), references[letter.id])
            for letter in letters
        ]
    )
    return [(_of_letter(session, rows[0]), part, rows) for part, rows in found]


def _of_letter(session: Session, letter: Letter) -> Alike:
    assert letter.request_id is not None  # A reminder reminds of a request.
    return _alike(session.get_one(Request, letter.request_id).office_id, letter)


def _alike(recipient_id: UUID, row: Letter | JointLetter) -> Alike:
    copies = tuple(row.copy_office_ids)
    return Alike(recipient_id, row.kind, row.language, copies, row.signed_by, _own_words(row))


def _own_words(row: Letter | JointLetter) -> str:
    if isinstance(row, JointLetter):
        return row.own_words
    return str(row.id) if row.written.get("text") else ""


def _begin(session: Session, batch: PostBatch, alike: Alike, part: int, now: datetime) -> None:
    joint = JointLetter(
        batch_id=batch.id,
        office_id=batch.office_id,
        recipient_id=alike.recipient_id,
        copy_office_ids=list(alike.copies),
        kind=alike.kind,
        language=alike.language,
        part=part,
        own_words=alike.own_words,
        status=LetterStatus.SIGNED,
        signed_by=alike.signed_by,
        signed_at=now,
    )
    session.add(joint)
    session.flush()
    if alike.signed_by != SignOff.NONE.value:  # A message without signature carries no number.
        given = take_number(session, batch.office_id, now)
        joint.number, given.joint_id = given.printed, joint.id
