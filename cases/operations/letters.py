"""Draft, sign, send back, issue: the life of one letter (拟稿、签发、编号、发出)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from cases.operations import follow
from cases.operations.channels import channel_to
from cases.rules.access import Act, require
from cases.rules.free_words import MAX_NOTE, check_words
from cases.rules.joint_letters import JOINABLE
from cases.store import correspondence, journal, offices, reply_links
from cases.store.cases import next_serial
from cases.store.leases import wake
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, LetterNumber, Request
from cases.store.tables.mail import ReplyTag
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import LetterIsSigned
from cases.vocabulary.reply_link import NewReplyLink
from cases.vocabulary.status import (
    CaseStatus,
    Channel,
    EntryKind,
    LetterKind,
    LetterStatus,
    OutboxStatus,
    Priority,
    Seal,
    SignOff,
    VoidReason,
)
from cases.vocabulary.values import NOT_WRITTEN, Actor, WrittenLetter

#: A copy being sent may have left already; its sender will say.
HAS_LEFT = (OutboxStatus.SENDING, OutboxStatus.SENT)
MAY_BE_ISSUED = (LetterStatus.SIGNED, LetterStatus.SEALED)


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy that is to leave, its bytes already on disk."""

    recipient: str
    channel: Channel
    message_id: str
    content: str  #: Address of the frozen bytes.
    office_id: UUID | None = None
    is_copy: bool = False
    tag_hash: str = ""  #: Of the tag in the address that it asks to be answered at.


@dataclass(frozen=True, slots=True)
class ElectronicallySealed:
    """An electronic seal on a letter: the sealed document, whose seal, and when."""

    document: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Production:
    """What rendering a letter gave."""

    document: str
    subject: str
    pages: int
    copies: tuple[Copy, ...]
    written: WrittenLetter = NOT_WRITTEN
    seal: ElectronicallySealed | None = None
    link: NewReplyLink | None = None  #: Of the link that it prints.


def draft(
    session: Session,
    case: Case,
    case_type: CaseType,
    kind: LetterKind,
    *,
    step_id: str,
    now: datetime,
    request: Request | None = None,
    rung: int = 0,
    office_id: UUID | None = None,
    copy_office_ids: Sequence[UUID] = (),
) -> Letter:
    """Write a letter down; where the type asks for no signature of its own, it is signed.

    A reminder that will go by post is only collected: the mail room numbers it with the others.
    """
    letter = Letter(
        case_id=case.id,
        request_id=request.id if request else None,
        step_id=step_id,
        kind=kind,
        language=case.language,
        is_joint=_is_joint(session, case_type, kind, office_id, copy_office_ids),
        rung=rung,
        ordinal=correspondence.next_ordinal(session, case.id),
        office_id=office_id,
        copy_office_ids=[str(each) for each in copy_office_ids],
        status=LetterStatus.DRAFTED,
        drafted_at=now,
    )
    session.add(letter)
    session.flush()
    if case_type.sign_off[kind] is not SignOff.EACH:
        _sign(session, case, case_type, letter, by=case_type.sign_off[kind].value, now=now)
    return letter


def sign(session: Session, actor: Actor, case: Case, case_type: CaseType, now: datetime) -> Letter:
    """Sign the letter that waits (签发): it gets its number and its date.

    Raises NotAllowed, or UnknownLetter when nothing waits.
    """
    require(actor, Act.SIGN, office_id=case.office_id)
    letter = correspondence.draft_of(session, case)
    _sign(session, case, case_type, letter, by=actor.name, now=now)
    journal.append(
        session,
        case,
        EntryKind.SIGNED,
        actor=actor,
        at=now,
        result={
            "letter": str(letter.id),
            "kind": letter.kind.value,
            "number": letter.number,
        },
    )
    if case.status is CaseStatus.CLOSED:  # It tells the applicant how the case ended.
        wake(case, now=now, priority=Priority.CLERK)
    follow.reconsider(session, case, now=now)
    return letter


def send_back(session: Session, actor: Actor, case: Case, comment: str, now: datetime) -> Letter:
    """Send the draft back with a comment; it goes on waiting.

    Raises NotAllowed, UnknownLetter, InvalidValue.
    """
    require(actor, Act.SIGN, office_id=case.office_id)
    check_words(comment, "the comment", longest=MAX_NOTE)
    letter = correspondence.draft_of(session, case)
    letter.comment = comment
    journal.append(
        session,
        case,
        EntryKind.SENT_BACK,
        actor=actor,
        at=now,
        result={"letter": str(letter.id)},
        personal={"comment": comment},
    )
    return letter


def issue(
    session: Session,
    case: Case,
    letter: Letter,
    production: Production,
    *,
    now: datetime,
) -> int:
    """Put every copy of a signed letter in the outbox and return how many there are.

    Raises LetterIsSigned if it was issued before, is not signed, or waits for its seal.
    """
    if letter.status not in MAY_BE_ISSUED:
        raise LetterIsSigned(f"{letter.kind.value} of {case.reference} is {letter.status.value}")
    letter.status = LetterStatus.COLLECTED if letter.is_joint else LetterStatus.ISSUED
    if not letter.is_joint:  # Words of its own that a clerk gave it are yet to be printed.
        keep_production(session, letter, production, now=now)
    if production.seal is not None:
        letter.sealed_document = production.seal.document
        letter.sealed_by, letter.sealed_at = production.seal.by, production.seal.at
    is_ladder = letter.rung > 0
    for copy in production.copies:
        message = OutboxMessage(
            case_id=case.id,
            letter_id=letter.id,
            office_id=copy.office_id,
            recipient=copy.recipient,
            is_copy=copy.is_copy,
            channel=copy.channel,
            message_id=copy.message_id,
            content=copy.content,
            status=status_before_leaving(session, case, is_ladder=is_ladder),
            created_at=now,
            not_before=_leaves_at(session, case, letter, now),
            is_ladder=is_ladder,
        )
        session.add(message)
        keep_tag(session, message, copy)
    return len(production.copies)


def _leaves_at(session: Session, case: Case, letter: Letter, now: datetime) -> datetime:
    """Return from when a letter may leave; what the mail room writes waits for its hours."""
    has_hours = letter.rung > 0 and not letter.is_joint
    return follow.may_leave_at(session, case, now) if has_hours else now


def keep_tag(session: Session, message: OutboxMessage, copy: Copy) -> None:
    """Remember by which tag an answer to this copy will be known; earlier ones stay valid."""
    if copy.tag_hash:
        session.flush()
        tag = ReplyTag(hash=copy.tag_hash, case_id=message.case_id, message_id=message.id)
        session.add(tag)


def keep_production(
    session: Session, letter: Letter, production: Production, *, now: datetime
) -> None:
    """Keep on a letter what it was printed as, the words it was written with, and its link."""
    letter.document, letter.subject = production.document, production.subject
    letter.pages, letter.written = production.pages, asdict(production.written)
    if production.link is not None:
        reply_links.keep(session, letter, production.link, now=now)


def status_before_leaving(session: Session, case: Case, *, is_ladder: bool) -> OutboxStatus:
    """Return how a copy waits: a ladder letter is held while a reply waits for a look.

    The reply may have come while the letter was being printed, or while it was being sent.
    """
    is_held = is_ladder and correspondence.reply_to_look_at(session, case.id) is not None
    return OutboxStatus.HELD if is_held else OutboxStatus.PENDING


def void(session: Session, letter: Letter, reason: VoidReason) -> None:
    """Cancel what has not left of a letter; if no copy left, its number is kept void."""
    messages = session.exec(select(OutboxMessage).where(OutboxMessage.letter_id == letter.id)).all()
    for message in messages:
        if message.status in (OutboxStatus.PENDING, OutboxStatus.HELD, OutboxStatus.GIVEN_UP):
            message.status = OutboxStatus.CANCELLED
    if letter.left_at or any(message.status in HAS_LEFT or message.sent_at for message in messages):
        return
    letter.status = LetterStatus.VOID
    number = session.exec(
        select(LetterNumber).where(LetterNumber.letter_id == letter.id)
    ).one_or_none()
    if number is not None:
        number.void_reason = reason.value


def _sign(
    session: Session,
    case: Case,
    case_type: CaseType,
    letter: Letter,
    *,
    by: str,
    now: datetime,
) -> None:
    letter.status, letter.signed_by, letter.signed_at = LetterStatus.SIGNED, by, now
    if letter.is_joint or case_type.sign_off[letter.kind] is SignOff.NONE:
        return  # A message without signature carries no number either.
    number = take_number(session, case.office_id, now)
    letter.number, number.letter_id = number.printed, letter.id


def take_number(session: Session, office_id: UUID, now: datetime) -> LetterNumber:
    """Return the office's next letter number of the year; the caller says what carries it."""
    office = offices.get(session, office_id)
    year = offices.day_at(office, now).year
    serial = next_serial(session, f"letter/{office.code}/{year}")
    number = LetterNumber(office_code=office.code, year=year, serial=serial)
    session.add(number)
    return number


def _is_joint(
    session: Session,
    case_type: CaseType,
    kind: LetterKind,
    office_id: UUID | None,
    copy_office_ids: Sequence[UUID],
) -> bool:
    """Whether the letter waits for the others of its day: a reminder, all of it by post.

    One that is to be stamped by hand is printed, stamped and scanned back by itself.
    """
    if not case_type.joint_reminders or kind not in JOINABLE or office_id is None:
        return False
    if case_type.seal(kind) is not Seal.NONE:
        return False
    return all(
        channel_to(offices.get(session, each), case_type) is Channel.POST
        for each in (office_id, *copy_office_ids)
    )
