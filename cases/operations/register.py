"""Open a case (登记): everything that would stop it later is found here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from cases.operations import person_numbers
from cases.operations.channels import channel_for_id_copies, check_reachable
from cases.operations.letter_content import contents_to_come
from cases.operations.seals import check_available
from cases.ports import LetterPrinter, PersonNumberSafe
from cases.rules.access import Act, require
from cases.rules.mail_address import check_address
from cases.rules.numbering import letter_number
from cases.store import case_types, journal, offices
from cases.store.cases import next_serial
from cases.store.leases import wake
from cases.store.superiors import require_living
from cases.store.tables.case import Case, Party
from cases.store.tables.correspondence import Enclosure
from cases.store.tables.office import Office
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import (
    EnclosureRefused,
    InvalidValue,
    MissingConsent,
    MissingEnclosure,
    NotAllowed,
)
from cases.vocabulary.legal_ground import LegalGroundKind
from cases.vocabulary.reference import case_reference
from cases.vocabulary.status import (
    EntryKind,
    Language,
    LetterKind,
    Priority,
    Side,
)
from cases.vocabulary.values import Actor, LetterContent, SealedNumber

MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class Opening:
    """What a clerk gives to open a case."""

    case_type: str
    home_office: str  #: Code of the office to ask.
    applicant_name: str
    person_number: str
    fields: Mapping[str, str]
    applicant_email: str = ""
    consent_on: date | None = None
    language: Language = Language.CHINESE
    enclosures: Mapping[str, str] = field(default_factory=dict)  #: Kind to document address.
    case_id: UUID = field(default_factory=uuid4)  #: Of the case to be; its documents are bound.
    reference: str = ""  #: Reserved for it, since an ID copy is marked with it.


@dataclass(frozen=True, slots=True)
class Prepared:
    """An opening that was found to be complete, with what was looked up for it."""

    opening: Opening
    case_type: CaseType
    ours: Office
    home: Office
    superior: Office | None  #: Of the home office.
    fields: dict[str, str]
    person_number: SealedNumber


def prepare(
    session: Session,
    actor: Actor,
    opening: Opening,
    printer: LetterPrinter,
    safe: PersonNumberSafe,
    *,
    now: datetime,
    has_electronic_seal: bool = False,
) -> Prepared:
    """Check all of it before anything is written; needs no write lock.

    Raises NotAllowed, UnknownOffice, UnknownCaseType, InvalidValue, MissingConsent,
    MissingEnclosure, EnclosureRefused, MissingSuperior, MissingAddress, MissingField,
    MissingGlyph, TemplateBroken, SealMissing, and SettingsFault or DiskFault without keys.
    """
    if actor.office_id is None:
        raise NotAllowed(f"{actor.name} works for no office and may not open a case")
    require(actor, Act.OPEN, office_id=actor.office_id)
    ours, home, superior = _offices(session, actor.office_id, opening.home_office, now)
    today = offices.day_at(ours, now)
    case_type = case_types.newest(session, opening.case_type)
    _check_usable(case_type, has_electronic_seal)
    prepared = Prepared(
        opening=opening,
        case_type=case_type,
        ours=ours,
        home=home,
        superior=superior,
        fields=case_type.check_fields(opening.fields),
        person_number=person_numbers.seal(
            opening.person_number, safe, case_id=opening.case_id, today=today
        ),
    )
    _check_applicant(opening)
    _check_consent(opening, case_type, today)
    _check_enclosures(opening, case_type)
    _check_letters(prepared, printer, today)
    return prepared


def _offices(
    session: Session, ours_id: UUID, asked: str, now: datetime
) -> tuple[Office, Office, Office | None]:
    """Return our office, the asked one and its superior, all of them living."""
    ours, home, superior = offices.ours_and_asked(session, ours_id, asked, now)
    if home.id == ours.id:
        raise InvalidValue(f"{home.name_zh} cannot ask itself")
    require_living(session, home, offices.day_at(ours, now))
    return ours, home, superior


def open_case(session: Session, actor: Actor, prepared: Prepared, *, now: datetime) -> Case:
    """Register the case and wake the engine; nothing is rendered and nobody is waited for."""
    if actor.person_id is None:
        raise NotAllowed(f"{actor.name} is no person and may not open a case")
    case = _registered(session, actor.person_id, prepared, now)
    applicant, facts = _applicant(case, prepared), {"home_office": prepared.home.code}
    begin(session, actor, case, facts, {"applicant": applicant.name}, now=now)
    session.add(applicant)
    session.add_all(_enclosures(case, prepared))
    return case


def _registered(session: Session, clerk_id: UUID, prepared: Prepared, now: datetime) -> Case:
    """Return the case under its own reference, not yet written."""
    case_type = prepared.case_type
    year = offices.day_at(prepared.ours, now).year
    return Case(
        id=prepared.opening.case_id,
        reference=prepared.opening.reference or next_reference(session, year),
        office_id=prepared.ours.id,
        home_office_id=prepared.home.id,
        clerk_id=clerk_id,
        type_code=case_type.code,
        type_version=case_type.version,
        flow=case_type.flow,
        flow_version=case_type.flow_version,
        language=prepared.opening.language,
        fields=prepared.fields,
        consent_on=prepared.opening.consent_on,
        opened_at=now,
    )


def next_reference(session: Session, year: int) -> str:
    """Return the next case reference of the year; one that is not used after all is skipped."""
    return case_reference(year, next_serial(session, f"case/{year}"))


def begin(
    session: Session,
    actor: Actor,
    case: Case,
    facts: Mapping[str, str],
    personal: Mapping[str, str],
    *,
    now: datetime,
) -> None:
    """Add a case with its first journal entry: its type, its flow, what this kind of case adds."""
    journal.append(
        session,
        case,
        EntryKind.OPENED,
        actor=actor,
        at=now,
        result={
            "reference": case.reference,
            "type": f"{case.type_code}.{case.type_version}",
            "flow": f"{case.flow}.{case.flow_version}",
            **facts,
        },
        personal=personal,
    )
    wake(case, now=now, priority=Priority.CLERK)
    session.add(case)
    session.flush([case])  # Before the rows that name it; the session would take any order.


def _applicant(case: Case, prepared: Prepared) -> Party:
    return Party(
        case_id=case.id,
        name=prepared.opening.applicant_name.strip(),
        person_number_masked=prepared.person_number.masked,
        person_number_sealed=prepared.person_number.sealed,
        person_number_key=prepared.person_number.search_key,
        email=prepared.opening.applicant_email,
    )


def _enclosures(case: Case, prepared: Prepared) -> Iterator[Enclosure]:
    titles = {rule.kind: rule.title for rule in prepared.case_type.enclosures}
    is_chinese = case.language is Language.CHINESE
    for ordinal, (kind, document) in enumerate(prepared.opening.enclosures.items(), start=1):
        yield Enclosure(
            case_id=case.id,
            kind=kind,
            title=titles[kind].zh if is_chinese else titles[kind].en,
            document=document,
            ordinal=ordinal,
        )


def _check_applicant(opening: Opening) -> None:
    if not 1 <= len(opening.applicant_name.strip()) <= MAX_NAME:
        raise InvalidValue(f"the applicant's name needs 1 to {MAX_NAME} characters")
    if opening.applicant_email:
        check_address(opening.applicant_email)


def _check_consent(opening: Opening, case_type: CaseType, today: date) -> None:
    if case_type.legal_ground.kind is not LegalGroundKind.CONSENT:
        return
    if opening.consent_on is None:
        raise MissingConsent(f"{case_type.code} rests on the applicant's consent; give its day")
    if opening.consent_on > today:
        raise InvalidValue("the applicant's consent cannot be of a day to come")


def _check_usable(case_type: CaseType, has_electronic_seal: bool) -> None:
    if case_type.is_example:
        raise InvalidValue(f"{case_type.code} is an example of a rule set; no case follows it")
    if case_type.side is not Side.ASKING:
        raise InvalidValue(f"{case_type.code} is for what other offices ask; `hancha inquiry`")
    check_available(case_type, has_electronic_seal=has_electronic_seal)


def _check_enclosures(opening: Opening, case_type: CaseType) -> None:
    known = {rule.kind: rule for rule in case_type.enclosures}
    for kind in opening.enclosures:
        if kind not in known:
            raise EnclosureRefused(f"the case type {case_type.code} takes no enclosure {kind!r}")
    for kind, rule in known.items():
        if rule.is_required and kind not in opening.enclosures:
            raise MissingEnclosure(f"the enclosure {kind} ({rule.title.zh}) is missing")


def _check_letters(prepared: Prepared, printer: LetterPrinter, today: date) -> None:
    opening, case_type, superior = prepared.opening, prepared.case_type, prepared.superior
    check_reachable(prepared.home, superior, case_type)
    if case_type.id_copies.intersection(opening.enclosures):
        channel_for_id_copies(prepared.home, case_type)
    home, sender = offices.details(prepared.home), offices.details(prepared.ours)
    titles = {rule.kind: rule.title for rule in case_type.enclosures}
    request = LetterContent(
        kind=LetterKind.REQUEST,
        language=opening.language,
        reference=case_reference(today.year, 1),
        number=letter_number(sender.code, today.year, 1),
        dated_on=today,
        sender=sender,
        recipient=home,
        applicant_name=opening.applicant_name.strip(),
        person_number_masked=prepared.person_number.masked,
        fields=prepared.fields,
        allowance_days=case_type.rungs[0].allowance.days,
        allowance_unit=case_type.rungs[0].allowance.unit,
        enclosures=tuple(titles[kind].zh for kind in opening.enclosures),
    )
    above = offices.details(superior) if superior else None
    for content in contents_to_come(case_type, request, home=home, superior=above):
        printer.check(content)
