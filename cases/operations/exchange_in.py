"""Take in one message of a partner: an inquiry becomes a case, an answer finds the one that asked.

What cannot be placed is refused with its reason, which goes back. The caller has proved the
signature; here it is proved that the partner speaks for the office that writes.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations import inquiries, replies
from cases.operations.follow import reconsider
from cases.operations.inquiries import Incoming
from cases.ports import LetterPrinter, PersonNumberSafe
from cases.store import correspondence, exchange, journal, offices
from cases.store.cases import locked_by_reference
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.store.tables.exchange import ExchangeRecord, Partner
from cases.store.tables.office import Office
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.exchange import ExchangedMessage, ExchangeKind, ExchangeStatus
from cases.vocabulary.status import Channel, EntryKind, ReceivedBasis
from cases.vocabulary.values import ENGINE

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Paper:
    """The letter of a message, on disk and bound to the case that it belongs to."""

    case_id: UUID
    document: str


def case_for(session: Session, partner: Partner, message: ExchangedMessage) -> UUID | None:
    """Return the case that a message belongs to; None for an inquiry, which opens one.

    Raises InvalidValue for what no case is waiting for, or that is not this partner's to say.
    """
    theirs, _ours = _offices(session, partner, message)
    if message.kind is ExchangeKind.INQUIRY:
        return None
    return _case(session, theirs, message).id


def take_in(
    session: Session,
    partner: Partner,
    message: ExchangedMessage,
    digest: str,
    paper: Paper,
    printer: LetterPrinter,
    safe: PersonNumberSafe,
    *,
    now: datetime,
) -> ExchangeRecord:
    """Do what a message says, once; the record says what became of it. Raises CaseError."""
    theirs, ours = _offices(session, partner, message)
    if message.kind is ExchangeKind.INQUIRY:
        incoming = _incoming(partner, message, paper)
        intake = inquiries.examine(
            session, ENGINE, incoming, printer, safe, office_id=ours.id, now=now
        )
        case = inquiries.register(session, ENGINE, intake, now=now)
    else:
        case = lock(session, _case(session, theirs, message).id)
        if message.kind is ExchangeKind.ACCEPTANCE:
            _accepted(session, case, message, now)
        else:
            replies.record(
                session,
                ENGINE,
                case,
                channel=Channel.PLATFORM,
                received_on=offices.day_at(ours, now),
                now=now,
                summary=_summary(message),
                document=paper.document,
            )
    return _keep(session, partner, message.id, digest, ExchangeStatus.ACCEPTED, now, case=case)


def refuse(
    session: Session, partner: Partner, message_id: str, digest: str, reason: str, *, now: datetime
) -> ExchangeRecord:
    """Write down that a message was refused, and why."""
    status = ExchangeStatus.REFUSED
    return _keep(session, partner, message_id, digest, status, now, reason=reason[:MAX_REASON])


def taken_before(
    session: Session, partner: Partner, message_id: str, digest: str
) -> ExchangeRecord | None:
    """Return the record of a message that was taken in; one that was refused is tried again.

    Raises InvalidValue when its id belonged to another message, or to another partner's.
    """
    known = exchange.record_of(session, message_id)
    if known is None or known.status is ExchangeStatus.REFUSED:
        return None
    if (known.digest, known.partner_code) != (digest, partner.code):
        raise InvalidValue("another message had this id")
    return known


def _offices(
    session: Session, partner: Partner, message: ExchangedMessage
) -> tuple[Office, Office]:
    """Return who writes and who of us is written to. Raises InvalidValue, UnknownOffice."""
    theirs = offices.by_code(session, message.sender)
    ours = offices.by_code(session, message.recipient)
    if theirs.partner_code != partner.code:
        raise InvalidValue(f"{partner.code} does not speak for {message.sender}")
    if not ours.is_ours:
        raise InvalidValue(f"{message.recipient} is no office of this installation")
    return theirs, ours


def _case(session: Session, theirs: Office, message: ExchangedMessage) -> Case:
    """Return the case of a message that is no inquiry. Raises CaseError."""
    if message.kind is ExchangeKind.REMINDER:
        case = exchange.asked_case(session, theirs, message.reference)
        if case is None:
            raise InvalidValue(f"no inquiry {message.reference} of {message.sender} is known here")
    else:
        case = locked_by_reference(session, message.answers)
        _asked_of(session, case, theirs)
    if case.office_id != offices.by_code(session, message.recipient).id:
        raise InvalidValue(f"{case.reference} is no case of {message.recipient}")
    return case


def _asked_of(session: Session, case: Case, theirs: Office) -> Request:
    """Return the request that this office was asked. Raises InvalidValue, for no other may."""
    for request in reversed(correspondence.requests_of(session, case.id)):
        if request.office_id == theirs.id and not request.is_ours:
            return request
    raise InvalidValue(f"{case.reference} asked nothing of {theirs.code}")


def _accepted(session: Session, case: Case, message: ExchangedMessage, now: datetime) -> None:
    """Write down the acceptance (签收): from the day it names, the office's days count."""
    request = _asked_of(session, case, offices.by_code(session, message.sender))
    letter = correspondence.first_letter(session, request)
    on, today = message.received_on, offices.local_day(session, case.office_id, now)
    if letter is not None and letter.left_at is not None and on is not None:
        left_on = offices.local_day(session, case.office_id, letter.left_at)
        if left_on <= on <= today:
            letter.received_on, letter.received_basis = on, ReceivedBasis.RECORDED
    request.accepted_at = request.accepted_at or now
    journal.append(
        session,
        case,
        EntryKind.ACCEPTED,
        actor=ENGINE,
        at=now,
        result={
            "request": str(request.id),
            "by": message.sender,
            "their_reference": message.reference,
            "received_on": on.isoformat() if on else None,
        },
    )
    session.flush()
    reconsider(session, case, now=now)


def _incoming(partner: Partner, message: ExchangedMessage, paper: Paper) -> Incoming:
    return Incoming(
        asking_office=message.sender,
        channel=Channel.PLATFORM,
        their_reference=message.number or message.reference,
        their_case=message.reference,
        dated_on=message.dated_on,
        received_on=None,
        asks=message.asks,
        about=message.about,
        person_number_masked=message.person_number_masked,
        clerk=partner.clerk,
        document=paper.document,
        message_id=message.id,
        case_id=paper.case_id,
    )


def _summary(message: ExchangedMessage) -> str:
    if message.kind is ExchangeKind.REMINDER:
        return f"催复函 {message.number} Reminder of the asking office"
    said = "不予办理 refused" if message.outcome == "refused" else "答复 answered"
    return f"{message.number} {said}：{message.words}".strip()


def _keep(
    session: Session,
    partner: Partner,
    message_id: str,
    digest: str,
    status: ExchangeStatus,
    now: datetime,
    *,
    case: Case | None = None,
    reason: str = "",
) -> ExchangeRecord:
    return session.merge(
        ExchangeRecord(
            message_id=message_id,
            partner_code=partner.code,
            digest=digest,
            status=status,
            reason=reason,
            case_id=case.id if case else None,
            taken_at=now,
        )
    )
