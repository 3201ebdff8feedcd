"""Queries on requests, letters, replies, stops and extensions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.correspondence import (
    Enclosure,
    Extension,
    Letter,
    Reply,
    Request,
    StoppedClock,
)
from cases.store.tables.outbox import IntakeSource
from cases.vocabulary.errors import NoOpenRequest, UnknownLetter, UnknownReply
from cases.vocabulary.status import LetterStatus
from cases.vocabulary.values import ClockStop


def request_of_round(session: Session, case: Case) -> Request | None:
    """Return the request of the case's present round, once it is drafted."""
    return session.exec(
        select(Request).where(Request.case_id == case.id, Request.round == case.round)
    ).one_or_none()


def open_request(session: Session, case: Case) -> Request:
    """Return the request of the present round. Raises NoOpenRequest when none is drafted yet."""
    request = request_of_round(session, case)
    if request is None:
        raise NoOpenRequest(f"{case.reference} has not asked any office yet")
    return request


def requests_of(session: Session, case_id: UUID) -> Sequence[Request]:
    """Return every request of the case, first one first."""
    return session.exec(
        select(Request).where(Request.case_id == case_id).order_by(col(Request.round))
    ).all()


def letters_of(session: Session, case_id: UUID) -> Sequence[Letter]:
    """Return every letter of the case, in the order they were drafted."""
    return session.exec(
        select(Letter).where(Letter.case_id == case_id).order_by(col(Letter.ordinal))
    ).all()


def next_ordinal(session: Session, case_id: UUID) -> int:
    """Return which of its case's letters the next one is; the caller holds the case's row."""
    last = session.exec(select(func.max(Letter.ordinal)).where(Letter.case_id == case_id)).one()
    return (last or 0) + 1


def letter_of_ordinal(session: Session, case_id: UUID, ordinal: int) -> Letter | None:
    """Return the letter that the code on a page names, or None."""
    return session.exec(
        select(Letter).where(Letter.case_id == case_id, Letter.ordinal == ordinal)
    ).one_or_none()


def letter_of_step(session: Session, case_id: UUID, step_id: str) -> Letter | None:
    """Return the letter that a step of the flow drafted."""
    return session.exec(
        select(Letter).where(Letter.case_id == case_id, Letter.step_id == step_id)
    ).one_or_none()


def letter_of_rung(session: Session, request: Request) -> Letter | None:
    """Return the letter whose days run now: the newest of the request that is not void."""
    return session.exec(
        select(Letter)
        .where(Letter.request_id == request.id, Letter.status != LetterStatus.VOID)
        .order_by(col(Letter.rung).desc())
        .limit(1)
    ).one_or_none()


def get_letter(session: Session, case: Case, ordinal: int) -> Letter:
    """Return the case's n-th letter. Raises UnknownLetter."""
    letter = letter_of_ordinal(session, case.id, ordinal)
    if letter is None:
        raise UnknownLetter(f"{case.reference} has no letter {ordinal}; see `hancha case show`")
    return letter


def letter_before(session: Session, letter: Letter) -> Letter | None:
    """Return the letter of the same request that was to leave before this one, or None."""
    return session.exec(
        select(Letter)
        .where(
            Letter.request_id == letter.request_id,
            col(Letter.rung) < letter.rung,
            Letter.status != LetterStatus.VOID,
        )
        .order_by(col(Letter.rung).desc())
        .limit(1)
    ).one_or_none()


def first_letter(session: Session, request: Request) -> Letter | None:
    """Return the letter that asked, unless it was cancelled before it left."""
    return session.exec(
        select(Letter).where(
            Letter.request_id == request.id, Letter.rung == 0, Letter.status != LetterStatus.VOID
        )
    ).one_or_none()


def draft_of(session: Session, case: Case) -> Letter:
    """Return the case's letter that waits for a signature. Raises UnknownLetter."""
    letter = session.exec(
        select(Letter)
        .where(Letter.case_id == case.id, Letter.status == LetterStatus.DRAFTED)
        .order_by(col(Letter.drafted_at))
        .limit(1)
    ).one_or_none()
    if letter is None:
        raise UnknownLetter(f"{case.reference} has no letter that waits for a signature")
    return letter


def awaiting_seal(
    session: Session, office_id: UUID, *, limit: int = 100
) -> Sequence[tuple[Letter, Case]]:
    """Return the letters of an office that wait for their wet seal, signed first on top."""
    return session.exec(
        select(Letter, Case)
        .join(Case, col(Case.id) == Letter.case_id)
        .where(Case.office_id == office_id, Letter.status == LetterStatus.AWAITING_SEAL)
        .order_by(col(Letter.signed_at), col(Letter.number))
        .limit(limit)
    ).all()


def replies_of(session: Session, case_id: UUID) -> Sequence[Reply]:
    """Return every reply of the case, first one first."""
    return session.exec(
        select(Reply).where(Reply.case_id == case_id).order_by(col(Reply.recorded_at))
    ).all()


def reply_to_look_at(session: Session, case_id: UUID) -> Reply | None:
    """Return the oldest reply that nobody has looked at."""
    return session.exec(
        select(Reply)
        .where(Reply.case_id == case_id, col(Reply.verdict).is_(None))
        .order_by(col(Reply.recorded_at))
        .limit(1)
    ).one_or_none()


def get_reply(session: Session, case: Case, reply_id: UUID) -> Reply:
    """Return a reply of the case. Raises UnknownReply."""
    reply = session.get(Reply, reply_id)
    if reply is None or reply.case_id != case.id:
        raise UnknownReply(f"{case.reference} has no reply {reply_id}")
    return reply


def stops_of(session: Session, request_id: UUID) -> list[ClockStop]:
    """Return the periods that do not count."""
    rows = session.exec(
        select(StoppedClock)
        .where(StoppedClock.request_id == request_id)
        .order_by(col(StoppedClock.since))
    ).all()
    return [ClockStop(row.since, row.until, row.reason) for row in rows]


def running_stop(session: Session, request_id: UUID) -> StoppedClock | None:
    """Return the stop that has not ended."""
    return session.exec(
        select(StoppedClock).where(
            StoppedClock.request_id == request_id, col(StoppedClock.until).is_(None)
        )
    ).one_or_none()


def extension_days(session: Session, request_id: UUID, rung: int) -> int:
    """Return the days granted on one rung, summed."""
    days = session.exec(
        select(func.coalesce(func.sum(Extension.days), 0)).where(
            Extension.request_id == request_id, Extension.rung == rung
        )
    ).one()
    return int(days)


def enclosures_of(session: Session, case_id: UUID) -> Sequence[Enclosure]:
    """Return the files that go out with the request, in the order given."""
    return session.exec(
        select(Enclosure).where(Enclosure.case_id == case_id).order_by(col(Enclosure.ordinal))
    ).all()


def intake_state(session: Session) -> tuple[bool, datetime | None]:
    """Return whether there is an intake at all, and the reading that is furthest back."""
    sources = session.exec(select(IntakeSource).where(col(IntakeSource.is_active))).all()
    readings = [source.read_at for source in sources]
    if not readings or None in readings:
        return bool(readings), None
    return True, min(reading for reading in readings if reading is not None)
