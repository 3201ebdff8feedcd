"""The asked side: register what another office asks of us, and write our answer."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from cases.operations import person_numbers
from cases.operations.channels import channel_to
from cases.operations.letter_content import contents_to_come
from cases.operations.register import MAX_NAME, begin, next_reference
from cases.ports import LetterPrinter, PersonNumberSafe
from cases.rules.access import Act, require
from cases.rules.free_words import check_words
from cases.rules.numbering import letter_number
from cases.store import case_types, inquiries, offices
from cases.store.tables.case import Case, Party
from cases.store.tables.correspondence import Enclosure
from cases.store.tables.inquiry import Inquiry
from cases.store.tables.office import Office
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import (
    InvalidValue,
    MissingAddress,
)
from cases.vocabulary.reference import case_reference
from cases.vocabulary.status import (
    Channel,
    Language,
    LetterKind,
    Role,
    Side,
)
from cases.vocabulary.values import Actor, LetterContent, SealedNumber

MAX_REFERENCE = 60
INQUIRY = "inquiry"  #: The kind of enclosure that is the letter which asks.
_NO_NUMBER = SealedNumber("", b"", "")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What intake gives to register an inquiry; of the person no more than was given to us."""

    asking_office: str  #: Code.
    channel: Channel
    their_reference: str
    dated_on: date  #: Of their letter, message or call.
    received_on: date | None  #: None: today.
    asks: str
    about: str  #: Name of the person whom it is about.
    person_number: str = ""  #: Empty, or the full one.
    person_number_masked: str = ""  #: As the asking office masked it, where it gives no more.
    clerk: str = ""  #: Login of who is to answer; else whoever registers.
    case_type: str = "inbound-inquiry"
    language: Language = Language.CHINESE
    document: str = ""  #: Their letter.
    their_case: str = ""  #: Their case, where it came by a platform; the answer names it.
    message_id: str | None = None  #: Of the message of a platform that carried it.
    case_id: UUID = field(default_factory=uuid4)  #: Of the case to be; `document` is bound to it.


@dataclass(frozen=True, slots=True)
class Intake:
    """An incoming inquiry that was found to be in order, with what was looked up for it."""

    incoming: Incoming
    case_type: CaseType
    ours: Office
    theirs: Office
    clerk_id: UUID
    fields: dict[str, str]
    number: SealedNumber


def examine(
    session: Session,
    actor: Actor,
    incoming: Incoming,
    printer: LetterPrinter,
    safe: PersonNumberSafe,
    *,
    office_id: UUID,
    now: datetime,
) -> Intake:
    """Check all of it before anything is written; `office_id` is that of ours which is asked.

    Raises NotAllowed, UnknownOffice, UnknownPerson, UnknownCaseType, InvalidValue,
    MissingAddress, and what the printer finds that would stop a letter.
    """
    require(actor, Act.REGISTER_INQUIRY, office_id=office_id)
    ours, theirs = offices.get(session, office_id), offices.by_code(session, incoming.asking_office)
    today = offices.day_at(ours, now)
    incoming = replace(incoming, received_on=incoming.received_on or today)
    case_type = case_types.newest(session, incoming.case_type)
    _check(incoming, case_type, ours, theirs, today)
    number = _NO_NUMBER
    if incoming.person_number:
        number = person_numbers.seal(
            incoming.person_number, safe, case_id=incoming.case_id, today=today
        )
    elif incoming.person_number_masked:
        number = replace(_NO_NUMBER, masked=incoming.person_number_masked)
    fields = case_type.check_fields({"asks": incoming.asks})
    intake = Intake(
        incoming, case_type, ours, theirs, _clerk(session, actor, incoming, ours), fields, number
    )
    for content in contents_to_come(
        case_type, _example(intake, today), home=offices.details(theirs), superior=None
    ):
        printer.check(content)
    return intake


def register(session: Session, actor: Actor, intake: Intake, *, now: datetime) -> Case:
    """Open the case and wake the engine, which acknowledges; our days count from receipt.

    A message of a platform that opened a case before gives that case.
    """
    incoming, case_type = intake.incoming, intake.case_type
    known = inquiries.by_message(session, incoming.message_id) if incoming.message_id else None
    if known is not None:
        return known
    case = Case(
        id=incoming.case_id,
        reference=next_reference(session, offices.day_at(intake.ours, now).year),
        office_id=intake.ours.id,
        home_office_id=intake.theirs.id,
        clerk_id=intake.clerk_id,
        type_code=case_type.code,
        type_version=case_type.version,
        flow=case_type.flow,
        flow_version=case_type.flow_version,
        language=incoming.language,
        fields=intake.fields,
        opened_at=now,
    )
    begin(session, actor, case, _facts(intake), {"about": incoming.about.strip()}, now=now)
    session.add_all(_rows(case, intake))
    session.flush()
    return case


def _check(
    incoming: Incoming, case_type: CaseType, ours: Office, theirs: Office, today: date
) -> None:
    if case_type.side is not Side.ASKED or case_type.is_example:
        raise InvalidValue(f"{case_type.code} is no case type for what other offices ask")
    if not ours.is_ours or theirs.id == ours.id:
        raise InvalidValue(f"{theirs.name_zh} cannot ask {ours.name_zh} here")
    if not incoming.dated_on <= _received_on(incoming) <= today:
        raise InvalidValue("their letter is dated first, then received, and not in days to come")
    if not incoming.their_reference.strip():
        raise InvalidValue("the asking office's own reference is missing")
    check_words(incoming.their_reference, "their reference", longest=MAX_REFERENCE)
    if not incoming.about.strip():
        raise InvalidValue("the name of the person whom it is about is missing")
    check_words(incoming.about, "the name", longest=MAX_NAME)
    if not channel_to(theirs, case_type, by_platform=bool(incoming.their_case)):
        raise MissingAddress(f"{theirs.name_zh} has no address for our reply")


def _received_on(incoming: Incoming) -> date:
    """Return the day of receipt, which `examine` has filled in."""
    assert incoming.received_on is not None
    return incoming.received_on


def _clerk(session: Session, actor: Actor, incoming: Incoming, ours: Office) -> UUID:
    """Return who of our office is to answer. Raises UnknownPerson, InvalidValue."""
    chosen = offices.actor_by_login(session, incoming.clerk) if incoming.clerk else actor
    works_cases = chosen.has(Role.CLERK, Role.MANAGER) and chosen.office_id == ours.id
    if not works_cases or chosen.person_id is None:
        raise InvalidValue(f"{chosen.name} works no cases of {ours.name_zh}; say which clerk does")
    return chosen.person_id


def _example(intake: Intake, today: date) -> LetterContent:
    """Return an acknowledgement with a reference and a number that stand in for those to come."""
    ours = offices.details(intake.ours)
    whole = intake.case_type.rungs[-1].allowance
    return LetterContent(
        kind=LetterKind.ACKNOWLEDGEMENT,
        language=intake.incoming.language,
        reference=case_reference(today.year, 1),
        number=letter_number(ours.code, today.year, 1),
        dated_on=today,
        sender=ours,
        recipient=offices.details(intake.theirs),
        applicant_name=intake.incoming.about.strip(),
        person_number_masked=intake.number.masked,
        fields=intake.fields,
        allowance_days=whole.days,
        allowance_unit=whole.unit,
        outcome_reason=intake.fields["asks"],
    )


def _facts(intake: Intake) -> dict[str, str]:
    incoming = intake.incoming
    return {
        "asking_office": intake.theirs.code,
        "channel": incoming.channel.value,
        "their_reference": incoming.their_reference.strip(),
        "received_on": _received_on(incoming).isoformat(),
    }


def _rows(case: Case, intake: Intake) -> list[Inquiry | Party | Enclosure]:
    incoming, number = intake.incoming, intake.number
    rows: list[Inquiry | Party | Enclosure] = [
        Inquiry(
            case_id=case.id,
            channel=incoming.channel,
            their_reference=incoming.their_reference.strip(),
            dated_on=incoming.dated_on,
            received_on=_received_on(incoming),
            their_case=incoming.their_case,
            message_id=incoming.message_id,
        ),
        Party(
            case_id=case.id,
            name=incoming.about.strip(),
            person_number_masked=number.masked,
            person_number_sealed=number.sealed or None,
            person_number_key=number.search_key or None,
        ),
    ]
    if incoming.document:
        title = "来函" if case.language is Language.CHINESE else "The letter that asks"
        rows.append(
            Enclosure(case_id=case.id, kind=INQUIRY, title=title, document=incoming.document)
        )
    return rows
