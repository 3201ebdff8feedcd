"""Our answer to an office that asks us (拟复): written, and written again until it is signed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from cases.operations.follow import reconsider
from cases.operations.inquiry_content import ANSWER
from cases.rules.access import Act, require
from cases.rules.free_words import MAX_NOTE, check_words
from cases.store import correspondence, inquiries, journal, offices
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Enclosure, Request
from cases.store.tables.inquiry import OurAnswer
from cases.vocabulary.errors import CaseIsClosed, InvalidValue, LetterIsSigned
from cases.vocabulary.status import EntryKind, LetterStatus, Outcome, RequestStatus
from cases.vocabulary.values import Actor


def answer(
    session: Session,
    actor: Actor,
    case: Case,
    outcome: Outcome,
    words: str,
    *,
    now: datetime,
    enclosed: Sequence[tuple[str, str]] = (),
) -> OurAnswer:
    """Write what our office answers (拟复); the engine drafts the letter of reply from it.

    `enclosed` are (title, document) of the papers that go with it. Written again before the
    reply is signed, the newer one holds. Raises NotAllowed, CaseIsClosed, LetterIsSigned,
    InvalidValue, NoOpenRequest.
    """
    require(actor, Act.ANSWER_INQUIRY, office_id=case.office_id)
    if case.is_finished:
        raise CaseIsClosed(f"{case.reference} is closed; reopen it first")
    request = correspondence.open_request(session, case)
    _check(session, case, request, outcome, words)
    row = _written(session, actor, request, outcome, words.strip(), now)
    stop = correspondence.running_stop(session, request.id)
    if stop is not None:
        stop.until = offices.local_day(session, case.office_id, now)
    _enclose(session, case, enclosed)
    journal.append(
        session,
        case,
        EntryKind.ANSWER_WRITTEN,
        actor=actor,
        at=now,
        result={"answer": str(row.id), "outcome": outcome.value},
        personal={"words": row.words},
    )
    session.flush()
    reconsider(session, case, now=now)
    return row


def _written(
    session: Session,
    actor: Actor,
    request: Request,
    outcome: Outcome,
    words: str,
    now: datetime,
) -> OurAnswer:
    """Put the answer on file and end our waiting with it."""
    row = OurAnswer(
        case_id=request.case_id,
        request_id=request.id,
        outcome=outcome,
        words=words,
        written_at=now,
        written_by=actor.name,
    )
    session.add(row)
    session.flush()
    request.status, request.answered_by_id = RequestStatus.ANSWERED, row.id
    return row


def _check(session: Session, case: Case, request: Request, outcome: Outcome, words: str) -> None:
    """Raise unless this is an inquiry that may be answered so, now."""
    inquiries.of_case(session, case.id)
    if outcome not in (Outcome.ANSWERED, Outcome.REFUSED):
        raise InvalidValue(f"an answer says or refuses; it is not {outcome.value}")
    if not words.strip():
        raise InvalidValue("an answer needs its words")
    check_words(words, "the answer", longest=MAX_NOTE)
    reply = correspondence.letter_of_step(session, case.id, f"{request.round}/reply/draft")
    if reply is not None and reply.status is not LetterStatus.DRAFTED:
        raise LetterIsSigned(f"the reply of {case.reference} is {reply.status.value} already")


def _enclose(session: Session, case: Case, enclosed: Sequence[tuple[str, str]]) -> None:
    """Put the answer's papers on file instead of those of an answer written before."""
    if not enclosed:
        return
    for row in correspondence.enclosures_of(session, case.id):
        if row.kind == ANSWER:
            session.delete(row)
    for ordinal, (title, document) in enumerate(enclosed, start=2):
        session.add(
            Enclosure(case_id=case.id, kind=ANSWER, title=title, document=document, ordinal=ordinal)
        )
