"""Queries on mail that came in: what is known already, and which cases a message names."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from cases.rules.mail_matching import CaseFacts, KnownCases
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.mail import FiledMail, IncomingMail, ReplyTag
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.mail import MailPlace
from cases.vocabulary.status import Channel

MOST_ASKED = 200  #: Of tags, message ids and references that one message is looked up by.


def by_key(session: Session, key: str) -> IncomingMail | None:
    """Return the message if it was taken in before."""
    return session.exec(select(IncomingMail).where(IncomingMail.key == key)).one_or_none()


def known_cases(
    session: Session,
    *,
    tag_hashes: Collection[str],
    message_ids: Collection[str],
    references: Collection[str],
    pages: Collection[tuple[str, int]] = (),
) -> KnownCases:
    """Return the cases that hashes of tags, ids of our messages, and references name.

    `pages` are reference and letter of page codes, of which those of joint letters are told.
    """
    by_tag = _pairs(session, ReplyTag.hash, ReplyTag.case_id, tag_hashes)
    by_id = _pairs(session, OutboxMessage.message_id, OutboxMessage.case_id, message_ids)
    by_reference = _pairs(session, Case.reference, Case.id, references)
    case_ids = {*by_tag.values(), *by_id.values(), *by_reference.values()}
    cases = _facts(session, case_ids)
    return KnownCases(
        {key: cases[case_id] for key, case_id in by_tag.items()},
        {key: cases[case_id] for key, case_id in by_id.items()},
        {key: cases[case_id] for key, case_id in by_reference.items()},
        _joint(session, pages),
    )


def sent_as(session: Session, message_ids: Iterable[str]) -> Sequence[OutboxMessage]:
    """Return our messages of these ids, that left by mail."""
    wanted = sorted(set(message_ids))[:MOST_ASKED]
    return session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.message_id).in_(wanted), OutboxMessage.channel == Channel.EMAIL)
        .order_by(col(OutboxMessage.id))
    ).all()


def has(session: Session, case_id: UUID, digest: str) -> bool:
    """Whether a case has a message of this content."""
    wanted = select(FiledMail.id).where(FiledMail.case_id == case_id, FiledMail.digest == digest)
    return session.exec(wanted).first() is not None


def filed_of(session: Session, mail_id: UUID) -> Sequence[FiledMail]:
    """Return where a message was filed."""
    return session.exec(
        select(FiledMail).where(FiledMail.mail_id == mail_id).order_by(col(FiledMail.filed_at))
    ).all()


def newest(session: Session, *, limit: int) -> Sequence[IncomingMail]:
    """Return what was taken in last."""
    return session.exec(
        select(IncomingMail).order_by(col(IncomingMail.taken_at).desc()).limit(limit)
    ).all()


def between(session: Session, first: UUID, last: UUID) -> Sequence[IncomingMail]:
    """Return messages whose ids lie in a range, two at most."""
    wanted = select(IncomingMail).where(col(IncomingMail.id).between(first, last))
    return session.exec(wanted.limit(2)).all()


def count_by_place(session: Session, since: datetime) -> dict[MailPlace, int]:
    """Count what was taken in since then by where it went."""
    wanted = (
        select(IncomingMail.place, func.count())
        .where(IncomingMail.taken_at >= since)
        .group_by(col(IncomingMail.place))
    )
    return {MailPlace(place): count for place, count in session.exec(wanted).all()}


def _pairs(session: Session, key: str, value: UUID, keys: Collection[str]) -> dict[str, UUID]:
    wanted = sorted(keys)[:MOST_ASKED]
    if not wanted:
        return {}
    return dict(session.exec(select(key, value).where(col(key).in_(wanted))).all())


def _joint(session: Session, pages: Collection[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    if not pages:
        return frozenset()
    wanted = sorted({reference for reference, _ in pages})[:MOST_ASKED]
    rows = session.exec(
        select(Case.reference, Letter.ordinal)
        .join(Letter, col(Letter.case_id) == Case.id)
        .where(col(Case.reference).in_(wanted), col(Letter.is_joint))
    ).all()
    return frozenset(rows) & frozenset(pages)


def _facts(session: Session, case_ids: Collection[UUID]) -> dict[UUID, CaseFacts]:
    """Return what matching needs of cases; their offices are the asked ones and those written to.

    An office that the directory gave another address meanwhile is known under both.
    """
    if not case_ids:
        return {}
    addresses: dict[UUID, set[str]] = {case_id: set() for case_id in case_ids}
    asked = (
        select(Case.id, Office.email)
        .join(Request, col(Request.case_id) == Case.id, isouter=True)
        .join(
            Office, or_(col(Office.id) == Case.home_office_id, col(Office.id) == Request.office_id)
        )
        .where(col(Case.id).in_(case_ids))
    )
    written_to = select(OutboxMessage.case_id, OutboxMessage.recipient).where(
        col(OutboxMessage.case_id).in_(case_ids),
        OutboxMessage.channel == Channel.EMAIL,
        col(OutboxMessage.office_id).is_not(None),
    )
    for wanted in (asked, written_to):
        for case_id, address in session.exec(wanted).all():
            if address:
                addresses[case_id].add(address.lower())
    rows = session.exec(
        select(Case.id, Case.reference, Case.office_id, Request.case_id)
        .join(Request, col(Request.case_id) == Case.id, isouter=True)
        .where(col(Case.id).in_(case_ids))
    ).all()
    return {
        case_id: CaseFacts(
            case_id, reference, office_id, frozenset(addresses[case_id]), asked is not None
        )
        for case_id, reference, office_id, asked in rows
    }
