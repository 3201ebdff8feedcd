"""Mail leaves, is posted, fails, or is sent again: what each does to its letter and case."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from cases.operations import notices
from cases.operations.follow import reconsider
from cases.operations.letters import Copy, keep_tag, status_before_leaving, void
from cases.rules.access import Act, require
from cases.rules.backoff import MAIL_TRIES, mail_pause
from cases.store import address_repairs, correspondence, journal, offices, outbox
from cases.store.case_types import pinned
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, NothingToRetry
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.status import (
    Channel,
    EntryKind,
    LetterStatus,
    OutboxStatus,
    ReceivedBasis,
    RequestStatus,
    VoidReason,
)
from cases.vocabulary.telling import NoticeKind
from cases.vocabulary.values import ENGINE, Actor

MAX_WORDS = 300  #: Of what a mail server said.


def record_sent(
    session: Session, message_id: UUID, *, holder: str, words: str, now: datetime
) -> bool:
    """Settle a message that the server accepted; False when another sender has it by now."""
    message, case = _message_and_case(session, message_id)
    if message.status is not OutboxStatus.SENDING or message.claimed_by != holder:
        return False
    settle_left(session, case, message, actor=ENGINE, words=words, now=now)
    return True


def begin_exchange(session: Session, message_id: UUID, *, holder: str, now: datetime) -> bool:
    """Claim a message for a partner's folder, for good: only its receipt settles it.

    False when it is not to leave, or no longer. What was claimed before is laid out anew.
    """
    message, case = _message_and_case(session, message_id)
    if message.status is OutboxStatus.SENDING and message.claimed_by == holder:
        return True
    letter = session.get_one(Letter, message.letter_id)
    is_due = message.status is OutboxStatus.PENDING and message.not_before <= now
    if not is_due or not is_wanted(session, case, letter):
        return False
    message.status, message.claimed_by = OutboxStatus.SENDING, holder
    message.sends += 1
    return True


def record_failure(
    session: Session,
    message_id: UUID,
    *,
    holder: str,
    words: str,
    is_final: bool,
    now: datetime,
    doubts_address: bool = True,
) -> None:
    """Put a refused message back with a pause; after the last try, or for good, call a person.

    A letter whose request ended while it was being sent is cancelled instead.
    """
    message, case = _message_and_case(session, message_id)
    if message.status is not OutboxStatus.SENDING or message.claimed_by != holder:
        return
    message.claimed_by, message.claim_until_ms = None, 0
    message.failures += 1
    message.last_error = words[:MAX_WORDS]
    message.status = status_before_leaving(session, case, is_ladder=message.is_ladder)
    letter = session.get_one(Letter, message.letter_id)
    if not is_wanted(session, case, letter):
        void(session, letter, VoidReason.NOT_WANTED)
        return
    if not is_final and message.failures < MAIL_TRIES:
        message.not_before = now + mail_pause(message.failures)
        session.flush()
        reconsider(session, case, now=now)
        return
    _give_up(session, case, message, now, is_final=is_final and doubts_address)


def _give_up(
    session: Session, case: Case, message: OutboxMessage, now: datetime, *, is_final: bool
) -> None:
    message.status = OutboxStatus.GIVEN_UP
    if is_final and message.office_id is not None:  # A server that is down says nothing of it.
        words = message.last_error
        address_repairs.doubt(session, message.office_id, words, by=ENGINE.name, now=now)
    journal.append(
        session,
        case,
        EntryKind.DISPATCH_FAILED,
        actor=ENGINE,
        at=now,
        result={"message_id": message.message_id, "failures": message.failures},
        personal={"words": message.last_error, "recipient": message.recipient},
    )
    session.flush()
    reconsider(session, case, now=now)


def record_posted(session: Session, actor: Actor, message: OutboxMessage, *, now: datetime) -> None:
    """Record that the mail room posted a letter. Raises NotAllowed, InvalidValue."""
    case = lock(session, message.case_id)
    require(actor, Act.RECORD_POST, office_id=case.office_id)
    session.refresh(message)
    if message.channel is not Channel.POST or message.status is not OutboxStatus.PENDING:
        raise InvalidValue(f"this copy is {message.status.value} by {message.channel.value}")
    if not message.content:
        raise InvalidValue("the mail room writes this reminder with the others of its batch")
    if address_repairs.open_of(session, message.office_id) is not None:
        raise InvalidValue("the address of this office is in doubt; see `hancha address list`")
    settle_left(session, case, message, actor=actor, words="posted", now=now)


def record_known_to_have_left(
    session: Session, actor: Actor, case: Case, message: OutboxMessage, *, now: datetime
) -> None:
    """Settle a message that left before a restore, on a person's word.

    The caller holds the case's row. What left unseen counts as having left now; the day of its
    receipt can be recorded as for any letter.
    """
    settle_left(session, case, message, actor=actor, words="left before a restore", now=now)


def retry(session: Session, actor: Actor, message: OutboxMessage, *, now: datetime) -> None:
    """Send again what was given up, with the same bytes: its address was right after all.

    Raises NotAllowed, NothingToRetry.
    """
    case = lock(session, message.case_id)
    require(actor, Act.SEND, office_id=case.office_id)
    session.refresh(message)
    if message.status is not OutboxStatus.GIVEN_UP:
        raise NothingToRetry(f"this message is {message.status.value}, not given up")
    message.status = status_before_leaving(session, case, is_ladder=message.is_ladder)
    message.failures, message.not_before = 0, now
    journal.append(
        session,
        case,
        EntryKind.DISPATCH_RETRIED,
        actor=actor,
        at=now,
        result={"message_id": message.message_id},
    )
    _settle_address(session, actor, message, RepairOutcome.CONFIRMED, now)
    session.flush()
    reconsider(session, case, now=now)


def readdress(
    session: Session, actor: Actor, message: OutboxMessage, copy: Copy, *, now: datetime
) -> OutboxMessage:
    """Send what has not arrived to a mended address, as a new message in place of the old one.

    Raises NotAllowed, NothingToRetry.
    """
    case = lock(session, message.case_id)
    require(actor, Act.SEND, office_id=case.office_id)
    session.refresh(message)
    if message.status not in address_repairs.WAITS:
        raise NothingToRetry(f"this message is {message.status.value} and needs no other address")
    again = _in_place_of(session, case, message, copy, now)
    message.status = OutboxStatus.CANCELLED
    journal.append(
        session,
        case,
        EntryKind.DISPATCH_RETRIED,
        actor=actor,
        at=now,
        result={"message_id": copy.message_id, "in_place_of": message.message_id},
        personal={"recipient": copy.recipient},
    )
    _settle_address(session, actor, message, RepairOutcome.MENDED, now)
    session.flush()
    reconsider(session, case, now=now)
    return again


def _in_place_of(
    session: Session, case: Case, message: OutboxMessage, copy: Copy, now: datetime
) -> OutboxMessage:
    """Return the message that replaces another; one that went to that address before goes again."""
    status = status_before_leaving(session, case, is_ladder=message.is_ladder)
    not_before = max(now, message.not_before)
    for before in outbox.of_letter(session, message.letter_id):
        if (before.recipient, before.channel) == (copy.recipient, copy.channel):
            before.status, before.not_before = status, not_before
            before.content, before.failures = copy.content, 0
            keep_tag(session, before, copy)
            return before
    again = OutboxMessage(
        case_id=case.id,
        letter_id=message.letter_id,
        office_id=copy.office_id,
        recipient=copy.recipient,
        is_copy=message.is_copy,
        channel=copy.channel,
        message_id=copy.message_id,
        content=copy.content,
        joint_id=message.joint_id,
        status=status,
        created_at=now,
        not_before=not_before,
        is_ladder=message.is_ladder,
    )
    session.add(again)
    keep_tag(session, again, copy)
    return again


def _settle_address(
    session: Session, actor: Actor, message: OutboxMessage, outcome: RepairOutcome, now: datetime
) -> None:
    """End the repair of an address that a person has just settled by sending to it."""
    repair = address_repairs.open_of(session, message.office_id)
    if repair is not None:
        address_repairs.settle(session, repair, outcome, by=actor.name, now=now)


def is_wanted(session: Session, case: Case, letter: Letter) -> bool:
    """Whether the letter is still to leave: its request runs, or it tells of a closed case.

    What we tell an office that asks us leaves while the case is open.
    """
    if letter.request_id is None:
        return letter.kind.tells_the_asking_office is not case.is_finished
    return not session.get_one(Request, letter.request_id).status.has_ended


def _message_and_case(session: Session, message_id: UUID) -> tuple[OutboxMessage, Case]:
    """Lock the case first, then the message: the order that every other act takes."""
    case = lock(session, outbox.get(session, message_id).case_id)
    message = outbox.get(session, message_id)
    session.refresh(message)
    return message, case


def settle_left(
    session: Session,
    case: Case,
    message: OutboxMessage,
    *,
    actor: Actor,
    words: str,
    now: datetime,
) -> None:
    """Write down that a copy left; the caller holds the case's row and has asked who may."""
    message.status, message.sent_at = OutboxStatus.SENT, now
    message.claimed_by, message.claim_until_ms = None, 0
    message.server_words, message.last_error = words[:MAX_WORDS], ""
    letter = session.get_one(Letter, message.letter_id)
    if not message.is_copy and letter.left_at is None:
        letter.left_at, letter.status = now, LetterStatus.LEFT
        letter.received_on = _presumed(session, case, message, now)
        letter.received_basis = ReceivedBasis.PRESUMED
        request = session.get(Request, letter.request_id) if letter.request_id else None
        if request is not None and request.status is RequestStatus.DRAFTED:
            request.status = RequestStatus.AWAITING_REPLY
            notices.tell(session, case, NoticeKind.WAITING, now=now)
    journal.append(
        session,
        case,
        EntryKind.LEFT,
        actor=actor,
        at=now,
        result={
            "letter": str(letter.id),
            "message_id": message.message_id,
            "is_copy": message.is_copy,
            "sends": message.sends,
            **({"number": letter.number} if message.joint_id else {}),
        },
    )
    session.flush()
    if not message.is_copy and correspondence.request_of_round(session, case) is not None:
        reconsider(session, case, now=now)


def _presumed(session: Session, case: Case, message: OutboxMessage, now: datetime) -> date:
    case_type = pinned(session, case.type_code, case.type_version)
    days = case_type.transit_days.get(message.channel, 0)
    return offices.local_day(session, case.office_id, now) + timedelta(days=days)
