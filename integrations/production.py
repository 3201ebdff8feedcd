"""Produce a signed letter: its PDF, and the frozen bytes of each copy, all on disk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from cases.operations.channels import channel_for_id_copies, channel_to
from cases.operations.letter_content import content_of
from cases.operations.letters import Copy, ElectronicallySealed, Production
from cases.store import correspondence, inquiries, offices, outbox
from cases.store.case_types import pinned
from cases.store.cases import applicant_of
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import InvalidValue, MissingAddress, MissingGlyph, SealMissing
from cases.vocabulary.status import Channel, LetterKind, OutboxStatus, Seal
from cases.vocabulary.values import LetterContent, RenderedLetter
from integrations.exchange.payload import KINDS, payload_of
from integrations.letter_links import new_link
from integrations.mail.addresses import message_id, tagged
from integrations.mail.compose import compose
from integrations.mail_facts import hash_of_tag
from integrations.wiring import House


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where one copy of a letter goes."""

    address: str
    channel: Channel
    office_id: UUID | None  #: None: the applicant.
    is_copy: bool
    answers: str = ""  #: Their case, where the letter answers what came by a platform.


def produce(house: House, case_id: UUID, letter_id: UUID, enclosing: Sequence[str]) -> Production:
    """Render the letter and freeze its copies; the same rows give the same bytes but for its link.

    What leaves of a letter with a wet seal is its sealed scan; an electronic seal is signed into
    it here. Where answers are asked for at tagged addresses, each copy's tag is new and random.

    Raises MissingAddress, MissingField, MissingGlyph, TemplateBroken, SealMissing, DiskFault.
    """
    with house.database.reading() as session:
        case = session.get_one(Case, case_id)
        letter = session.get_one(Letter, letter_id)
        content = content_of(session, case, letter)
        recipients = _recipients(session, case, letter)
        seal = pinned(session, case.type_code, case.type_version).seal(letter.kind)
        enclosures = [
            row.document
            for row in correspondence.enclosures_of(session, case_id)
            if row.kind in enclosing
        ]
        earlier = _earlier_message_ids(session, letter)
    if letter.is_joint:  # Written by the mail room, once it is known what else goes that day.
        return Production("", "", 0, tuple(_unwritten(house, letter, to) for to in recipients))
    # Stamped by hand, it was printed before, with its link.
    printed, kept = new_link(house, letter) if not letter.document else (None, None)
    rendered = _printed(house, replace(content, link=printed))
    document = letter.document or house.documents.put(rendered.pdf, case_id=case_id)
    pages, sealed, leaves = letter.pages or rendered.pages, None, letter.sealed_document or document
    if seal is Seal.ELECTRONIC:
        sealed = _sealed(house, case_id, rendered.pdf)
        leaves = sealed.document
    if leaves != document:
        rendered = replace(rendered, pdf=house.documents.get(leaves, case_id=case_id))
    dated_at = sealed.at if sealed else _dated_at(letter)
    files = [house.documents.get(address, case_id=case_id) for address in enclosures]
    copies = [
        _copy(house, letter, content, rendered, addressed, leaves, files, earlier, dated_at)
        for addressed in recipients
    ]
    written = rendered.written
    return Production(document, rendered.subject, pages, tuple(copies), written, sealed, kept)


def print_for_seal(house: House, case_id: UUID, letter_id: UUID) -> Production:
    """Render a signed letter that is to be stamped by hand; no copy of it is frozen yet.

    Raises MissingField, MissingGlyph, TemplateBroken, DiskFault.
    """
    with house.database.reading() as session:
        case, letter = session.get_one(Case, case_id), session.get_one(Letter, letter_id)
        content = content_of(session, case, letter)
    printed, kept = new_link(house, letter)
    rendered = _printed(house, replace(content, link=printed))
    document = house.documents.put(rendered.pdf, case_id=case_id)
    written = rendered.written
    return Production(document, rendered.subject, rendered.pages, (), written, link=kept)


def _sealed(house: House, case_id: UUID, pdf: bytes) -> ElectronicallySealed:
    if house.seal is None:  # It was there when the case was opened.
        raise SealMissing("the electronic seal of this installation is gone")
    sealed = house.seal.seal(pdf, at=house.clock.now())
    document = house.documents.put(sealed.content, case_id=case_id)
    return ElectronicallySealed(document, sealed.by, sealed.at)


def readdressed(house: House, message_id_: UUID) -> Copy | None:
    """Freeze a given-up copy anew for the office's present address; None if that is the same.

    The letter itself stays the one that was signed; only the mail around it is new.
    Raises MissingAddress, DiskFault.
    """
    with house.database.reading() as session:
        message = outbox.get(session, message_id_)
        case, letter = (
            session.get_one(Case, message.case_id),
            session.get_one(Letter, message.letter_id),
        )
        content = content_of(session, case, letter)
        meant = [
            addressed
            for addressed in _recipients(session, case, letter)
            if addressed.office_id == message.office_id and addressed.address != message.recipient
        ]
        is_request = letter.kind is LetterKind.REQUEST
        enclosures = correspondence.enclosures_of(session, case.id) if is_request else []
        earlier = _earlier_message_ids(session, letter)
    if not meant:
        return None
    if letter.is_joint:
        return replace(_unwritten(house, letter, meant[0]), content=message.content)
    leaves = letter.sealed_document or letter.document
    pdf = house.documents.get(leaves, case_id=letter.kept_for)
    rendered = replace(_printed(house, content), pdf=pdf)
    files = [house.documents.get(row.document, case_id=case.id) for row in enclosures]
    dated_at = _dated_at(letter)
    return _copy(house, letter, content, rendered, meant[0], leaves, files, earlier, dated_at)


def _dated_at(letter: Letter) -> datetime:
    """Return when the letter was ready to leave: the date of its mail, the same at every try."""
    return letter.sealed_at or letter.signed_at or letter.drafted_at


def _copy(
    house: House,
    letter: Letter,
    content: LetterContent,
    rendered: RenderedLetter,
    to: Addressed,
    document: str,
    files: Sequence[bytes],
    earlier: dict[str, list[str]],
    dated_at: datetime,
) -> Copy:
    key = message_id(f"{letter.id}/{to.address}", house.mail_domain)
    frozen, tag = document, ""
    if to.channel is Channel.PLATFORM:
        message = payload_of(content, key, to.answers, rendered.pdf, files)
        frozen = house.documents.put(message, case_id=letter.case_id)
    if to.channel is Channel.EMAIL:
        tag = house.new_tag() if to.office_id is not None else ""
        mail = _message(
            *(house, letter, content, rendered, to.address, key, files, earlier, dated_at, tag)
        )
        frozen = house.documents.put(mail, case_id=letter.case_id)
    tag_hash = hash_of_tag(tag) if tag else ""
    return Copy(to.address, to.channel, key, frozen, to.office_id, to.is_copy, tag_hash)


def _unwritten(house: House, letter: Letter, to: Addressed) -> Copy:
    key = message_id(f"{letter.id}/{to.address}", house.mail_domain)
    return Copy(to.address, to.channel, key, "", to.office_id, to.is_copy)


def _printed(house: House, content: LetterContent) -> RenderedLetter:
    """Print the letter; words on the outcome that cannot be printed must not keep it back."""
    try:
        return house.printer.render(content)
    except (MissingGlyph, InvalidValue):
        if not content.outcome_reason or content.kind is not LetterKind.CLOSING_NOTICE:
            raise
        return house.printer.render(replace(content, outcome_reason=""))


def _message(
    house: House,
    letter: Letter,
    content: LetterContent,
    rendered: RenderedLetter,
    recipient: str,
    key: str,
    files: Sequence[bytes],
    earlier: dict[str, list[str]],
    dated_at: datetime,
    tag: str,
) -> bytes:
    return compose(
        sender=house.settings.mail_from,
        sender_name=content.sender.name_zh,
        recipient=recipient,
        letter=rendered,
        kind=letter.kind,
        reference=content.reference,
        message_id=key,
        dated_at=dated_at,
        enclosures=files,
        follows=earlier.get(recipient, []),
        reply_to=tagged(house.settings.mail_from, tag) if tag else "",
    )


def _recipients(session: Session, case: Case, letter: Letter) -> list[Addressed]:
    if letter.office_id is None:
        email = applicant_of(session, case.id).email
        return [Addressed(email, Channel.EMAIL, None, False)] if email else []
    to = [(letter.office_id, False), *((UUID(i), True) for i in letter.copy_office_ids)]
    found: list[Addressed] = []
    for office_id, is_copy in to:
        office = offices.get(session, office_id)
        channel = _channel(session, case, letter, office, is_copy=is_copy)
        if channel is None:
            raise MissingAddress(f"{office.name_zh} has no address left")
        address = _address(office, channel)
        if not any((held.address, held.channel) == (address, channel) for held in found):
            answers = _answers(session, case, letter)
            found.append(Addressed(address, channel, office_id, is_copy, answers))  # One mailbox.
    return found


def _channel(
    session: Session, case: Case, letter: Letter, office: Office, *, is_copy: bool
) -> Channel | None:
    """Return the way a letter goes: by post if an ID copy is enclosed. Raises NotByPlainMail."""
    if letter.is_joint:
        return Channel.POST
    case_type = pinned(session, case.type_code, case.type_version)
    kinds = {row.kind for row in correspondence.enclosures_of(session, case.id)}
    if letter.kind is LetterKind.REQUEST and case_type.id_copies & kinds:
        return channel_for_id_copies(office, case_type)
    is_answer = letter.kind.tells_the_asking_office
    by_platform = letter.kind in KINDS and not is_copy
    if is_answer and not _answers(session, case, letter):
        by_platform = False  # Their system knows no case that it could answer.
    return channel_to(office, case_type, by_platform=by_platform)


def _answers(session: Session, case: Case, letter: Letter) -> str:
    """Return the asking office's own case, where its inquiry came by a platform."""
    if not letter.kind.tells_the_asking_office:
        return ""
    return inquiries.of_case(session, case.id).their_case


def _address(office: Office, channel: Channel) -> str:
    addresses = {Channel.EMAIL: office.email, Channel.PLATFORM: office.partner_code}
    return addresses.get(channel, office.address)


def _earlier_message_ids(session: Session, letter: Letter) -> dict[str, list[str]]:
    """Return the ids of the mail that each recipient has had before in this case."""
    rows = session.exec(
        select(OutboxMessage)
        .where(
            OutboxMessage.case_id == letter.case_id,
            OutboxMessage.letter_id != letter.id,
            OutboxMessage.status == OutboxStatus.SENT,
        )
        .order_by(col(OutboxMessage.sent_at))
    ).all()
    earlier: dict[str, list[str]] = {}
    for row in rows:
        earlier.setdefault(row.recipient, []).append(row.message_id)
    return earlier
