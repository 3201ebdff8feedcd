"""The mail room (收发室): gather the day's letters, close the batch, hand it to the post office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from cases.operations import dispatch
from cases.rules.access import Act, require
from cases.rules.postal_address import AddressFault, PostalAddress, address_faults
from cases.rules.posting import cut_off_on
from cases.store import divisions, joint_letters, offices, post
from cases.store.case_types import pinned
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.post import PostBatch, PostLetter
from cases.vocabulary.errors import BatchIsClosed, InvalidValue, NotAllowed, NothingToPost
from cases.vocabulary.post import MailClass
from cases.vocabulary.status import OutboxStatus, VoidReason
from cases.vocabulary.values import Actor


@dataclass(frozen=True, slots=True)
class Gathered:
    """One letter that waits for the mail room, and what keeps it from being posted."""

    message: OutboxMessage
    office: Office
    mail_class: MailClass
    reference: str
    faults: tuple[AddressFault, ...]


def waiting_letters(
    session: Session, actor: Actor, *, cut_off: time, now: datetime
) -> Sequence[Gathered]:
    """Return what the day's batch would take in, with what is wrong with each address.

    Raises NotAllowed.
    """
    ours = _our_office(session, actor)
    until = cut_off_on(offices.day_at(ours, now), cut_off, ours.zone)
    found = [gathered(session, row, now) for row in post.waiting(session, ours.id, until)]
    return sorted(found, key=lambda each: (each.office.code, each.reference))


def gather(session: Session, actor: Actor, *, cut_off: time, now: datetime) -> PostBatch:
    """Put every waiting letter with a good address in the day's batch.

    Until the cut-off what has come meanwhile can be added by doing it again; letters written
    after the cut-off wait for the next day. Raises NotAllowed, NothingToPost.
    """
    ours = _our_office(session, actor)
    day = offices.day_at(ours, now)
    cut_off_at = cut_off_on(day, cut_off, ours.zone)
    batch = post.batch_to_fill(session, ours.id, day)
    found = waiting_letters(session, actor, cut_off=cut_off, now=now)
    good = [each for each in found if not each.faults]
    if not good and batch is None:
        reason = "no address stands" if found else "no letter waits"
        raise NothingToPost(f"nothing can be posted: {reason}")
    if batch is None:
        number = post.next_number(session, ours.id, day)
        batch = PostBatch(
            code=f"{ours.code}-{day:%Y%m%d}-{number}",
            office_id=ours.id,
            day=day,
            number=number,
            cut_off_at=cut_off_at,
            made_by=actor.name,
            made_at=now,
        )
        session.add(batch)
        session.flush()
    session.add_all(PostLetter(batch_id=batch.id, message_id=each.message.id) for each in good)
    session.flush()
    return batch


def take_out(
    session: Session,
    actor: Actor,
    batch: PostBatch,
    message: OutboxMessage | None,
    *,
    now: datetime,
) -> int:
    """Take one letter, or all, out of a batch before its cut-off; return how many.

    They wait for the next day's batch. Raises NotAllowed, BatchIsClosed, InvalidValue.
    """
    require(actor, Act.RECORD_POST, office_id=batch.office_id)
    if batch.closed_at is not None or now >= batch.cut_off_at:
        raise BatchIsClosed(f"{batch.code} could be changed until {batch.cut_off_at:%F %H:%M} UTC")
    rows = [
        (letter, each)
        for letter, each in post.letters_of(session, batch.id)
        if message is None or each.id == message.id
    ]
    if not rows:
        raise InvalidValue(f"this letter is not in {batch.code}")
    for letter, each in rows:
        session.delete(letter)
        each.not_before = max(each.not_before, batch.cut_off_at + timedelta(seconds=1))
    session.flush()
    if not post.letters_of(session, batch.id):
        for joint in joint_letters.numbered_in(session, batch.id):
            joint_letters.void(session, joint, VoidReason.NOTHING_TO_LIST)
        session.flush()
        session.delete(batch)
    return len(rows)


def record_batch_posted(session: Session, actor: Actor, batch: PostBatch, *, now: datetime) -> int:
    """Record that the whole batch was handed to the post office (交寄); return how many letters.

    Their days in transit count from today. Raises NotAllowed, InvalidValue.
    """
    require(actor, Act.RECORD_POST, office_id=batch.office_id)
    if batch.closed_at is None:
        raise InvalidValue(f"{batch.code} has not been printed")
    if batch.posted_at is not None:
        raise InvalidValue(f"{batch.code} was posted already, by {batch.posted_by}")
    rows = post.letters_of(session, batch.id)
    cases = {
        case_id: lock(session, case_id)
        for case_id in sorted({message.case_id for _, message in rows})
    }
    for _, message in rows:
        session.refresh(message)
        if message.status is OutboxStatus.SENDING:
            case = cases[message.case_id]
            dispatch.settle_left(session, case, message, actor=actor, words="posted", now=now)
    batch.posted_by, batch.posted_at = actor.name, now
    return len(rows)


def gathered(session: Session, message: OutboxMessage, now: datetime) -> Gathered:
    """Return a letter as the mail room sees it on a day."""
    case, letter = (
        session.get_one(Case, message.case_id),
        session.get_one(Letter, message.letter_id),
    )
    office = office_of(session, message)
    case_type = pinned(session, case.type_code, case.type_version)
    book = divisions.book(session)
    return Gathered(
        message=message,
        office=office,
        mail_class=case_type.mail_class(letter.kind),
        reference=case.reference,
        faults=address_faults(
            postal_address(office),
            office.division_code,
            book.get(office.division_code),
            offices.day_at(office, now),
        ),
    )


def postal_address(office: Office) -> PostalAddress:
    """Return where an envelope for the office goes today."""
    return PostalAddress(
        recipient=office.name_zh,
        address=office.address,
        postcode=office.postcode,
        contact=office.contact,
        telephone=office.telephone,
    )


def office_of(session: Session, message: OutboxMessage) -> Office:
    """Return whom a letter is posted to. Raises InvalidValue for the applicant's."""
    if message.office_id is None:
        raise InvalidValue("a letter without an office has no envelope")
    return offices.get(session, message.office_id)


def _our_office(session: Session, actor: Actor) -> Office:
    if actor.office_id is None:
        raise NotAllowed(f"{actor.name} works in no mail room")
    require(actor, Act.RECORD_POST, office_id=actor.office_id)
    return offices.get(session, actor.office_id)
