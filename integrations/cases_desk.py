"""Acts that need more than the database: opening a case with its files, sending mail again.

The command line and the web desk both take files; the cases layer takes addresses of documents.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cases.operations import dispatch, notices, register
from cases.operations.register import Opening, Prepared
from cases.ports import EnclosureReader
from cases.rules.id_copies import purpose_mark
from cases.store import address_repairs, offices, outbox
from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.status import OutboxStatus
from cases.vocabulary.values import Actor
from integrations import address_desk
from integrations.mail.addresses import check_address
from integrations.production import readdressed
from integrations.wiring import House


def open_case(
    house: House,
    actor: Actor,
    opening: Opening,
    files: Mapping[str, Path],
    reader: EnclosureReader,
    telephone: str = "",
) -> Case:
    """Open a case with these files as its enclosures, kind to path.

    All that can be refused is refused before a byte is written: first what costs nothing to
    check, then the files. Returns after the commit; nothing is rendered and no mail is sent.
    `telephone` is the applicant's, where the type tells by SMS or telephone. Raises what
    `register.prepare` and the reader raise, DiskFault and StoreUnavailable.
    """
    if opening.applicant_email:
        check_address(opening.applicant_email)
    now = house.clock.now()
    unread = replace(opening, enclosures=dict.fromkeys(files, ""))
    prepared = _prepared(house, actor, unread, now)
    kept = notices.seal_telephone(telephone, prepared, house.safe)
    copies = {kind: reader.read(path) for kind, path in files.items()}
    id_copies = prepared.case_type.id_copies.intersection(files)
    if id_copies:  # Nothing else can be refused any more: no reference is lost.
        with house.database.transaction("reserve-reference") as session:
            year = offices.day_at(prepared.ours, now).year
            opening = replace(opening, reference=register.next_reference(session, year))
        mark = _mark(prepared, opening.reference, now)
        copies |= {kind: reader.read(files[kind], mark) for kind in id_copies}
    # On disk before the commit that names them; what no commit names is swept later.
    addresses = {
        kind: house.documents.put(copy, case_id=opening.case_id) for kind, copy in copies.items()
    }
    prepared = replace(prepared, opening=replace(opening, enclosures=addresses))
    with house.database.transaction("open") as session:
        case = register.open_case(session, actor, prepared, now=now)
        notices.keep_telephone(session, case, kept, now=now)
        return case


def _prepared(house: House, actor: Actor, opening: Opening, now: datetime) -> Prepared:
    has_seal = house.seal is not None
    with house.database.reading() as session:
        return register.prepare(
            *(session, actor, opening, house.printer, house.safe),
            now=now,
            has_electronic_seal=has_seal,
        )


def _mark(prepared: Prepared, reference: str, now: datetime) -> str:
    """Return what is written over the ID copies of a case."""
    return purpose_mark(
        prepared.home.name_zh,
        prepared.case_type.name.zh,
        reference,
        offices.day_at(prepared.ours, now),
    )


def send_again(house: House, actor: Actor, message_id: UUID) -> OutboxMessage:
    """Send again what was given up: to the office's present address if it was mended meanwhile.

    With that, an address in doubt is settled, and its other letters leave as well.
    Raises NotAllowed, NothingToRetry, MissingAddress, DiskFault.
    """
    copy = readdressed(house, message_id)
    repaired = _office_in_repair(house, message_id)
    if repaired:
        outcome = RepairOutcome.MENDED if copy else RepairOutcome.CONFIRMED
        address_desk.settle(house, actor, repaired, outcome)
        with house.database.reading() as session:
            again = outbox.get(session, message_id)
            copies = outbox.of_letter(session, again.letter_id)
        recipient = copy.recipient if copy else again.recipient
        return next(each for each in copies if each.recipient == recipient)
    with house.database.transaction("retry") as session:
        message, now = outbox.get(session, message_id), house.clock.now()
        if copy is not None:
            return dispatch.readdress(session, actor, message, copy, now=now)
        dispatch.retry(session, actor, message, now=now)
        return message


def _office_in_repair(house: House, message_id: UUID) -> str:
    """Return the code of the office whose address is in doubt; empty when it is not."""
    with house.database.reading() as session:
        message = outbox.get(session, message_id)
        repair = address_repairs.open_of(session, message.office_id)
        if repair is None or message.status is not OutboxStatus.GIVEN_UP:
            return ""
        return offices.get(session, repair.office_id).code
