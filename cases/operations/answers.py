"""Answers part by part, and answers that do not agree: nothing given is ever overwritten."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from cases.operations.follow import reconsider
from cases.rules.access import Act, require, require_reason
from cases.rules.answers import MAX_ANSWER, WHOLE, Said, Taken, compare, said_by
from cases.rules.free_words import check_words
from cases.store import answers, correspondence, journal
from cases.store.case_types import pinned
from cases.store.tables.answer import Discrepancy, GivenAnswer
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply, Request
from cases.vocabulary.errors import DiscrepancyIsResolved, InvalidValue
from cases.vocabulary.status import EntryKind, Priority
from cases.vocabulary.values import Actor


def questions_of(session: Session, case: Case) -> tuple[str, ...]:
    """Return the names of the questions that the case asks; none: it asks one thing as a whole."""
    return pinned(session, case.type_code, case.type_version).question_names


def check_answers(session: Session, case: Case, given: Mapping[str, str]) -> dict[str, str]:
    """Return answers by question, trimmed, empty ones left out.

    Raises InvalidValue for a question that is not asked, or words that cannot be kept.
    """
    unknown = sorted(given.keys() - questions_of(session, case))
    if unknown:
        raise InvalidValue(f"this case does not ask {unknown[0]!r}")
    return {
        name: check_words(words.strip(), f"the answer to {name}", longest=MAX_ANSWER)
        for name, words in given.items()
        if words.strip()
    }


def take_in(
    session: Session,
    actor: Actor,
    case: Case,
    request: Request,
    reply: Reply,
    given: Mapping[str, str],
    *,
    now: datetime,
) -> bool:
    """Keep what a reviewed reply says to each question; say whether every question has an answer.

    An answer that contradicts the one that holds is kept beside it, with a discrepancy for a
    person. The caller has found the actor to be one who may review. Raises InvalidValue.
    """
    assert reply.verdict is not None
    questions = questions_of(session, case)
    current = answers.current_of(session, request.id)
    said = said_by(reply.verdict, given, questions, current)
    for question, each in said.items():
        held = current.get(question)
        taken = compare(Said(held.words, held.is_refusal) if held else None, each)
        row = GivenAnswer(
            case_id=case.id,
            request_id=request.id,
            question=question,
            reply_id=reply.id,
            words=each.words,
            is_refusal=each.is_refusal,
            given_at=now,
            is_current=taken is Taken.NEW,
        )
        session.add(row)
        if held is None:
            current[question] = row
        elif taken is Taken.CONFLICT:
            _open(session, actor, case, request, question, (held.reply_id, reply), "", now)
    session.flush()
    return all(question in current for question in questions or (WHOLE,))


def report(
    session: Session,
    actor: Actor,
    case: Case,
    first: Reply,
    second: Reply,
    reason: str,
    *,
    now: datetime,
) -> Discrepancy:
    """Say that two replies do not agree, where only a person can see it (答复不一致).

    Raises NotAllowed, NoOpenRequest, InvalidValue for one reply, or without a reason.
    """
    require(actor, Act.REPORT_DISCREPANCY, office_id=case.office_id)
    require_reason(reason)
    if first.id == second.id:
        raise InvalidValue("a reply agrees with itself; name two")
    request = correspondence.open_request(session, case)
    row = _open(session, actor, case, request, WHOLE, (first.id, second), reason, now)
    session.flush()
    reconsider(session, case, now=now)
    return row


def resolve(
    session: Session,
    actor: Actor,
    case: Case,
    discrepancy: Discrepancy,
    kept: Reply,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Say which of two answers holds, and why; both stay on file.

    A case that is closed stays closed; its manager may reopen it. Raises NotAllowed,
    DiscrepancyIsResolved, InvalidValue for a reply that is neither, or without a reason.
    """
    require(actor, Act.RESOLVE_DISCREPANCY, office_id=case.office_id)
    require_reason(reason)
    if discrepancy.resolved_at is not None:
        raise DiscrepancyIsResolved(f"{discrepancy.resolved_by} said already which answer holds")
    if kept.id not in (discrepancy.first_reply_id, discrepancy.second_reply_id):
        raise InvalidValue("that reply is neither of the two that do not agree")
    discrepancy.resolved_at, discrepancy.resolved_by = now, actor.name
    discrepancy.resolution, discrepancy.kept_reply_id = reason, kept.id
    _let_hold(session, discrepancy, kept)
    journal.append(
        session,
        case,
        EntryKind.DISCREPANCY_RESOLVED,
        actor=actor,
        at=now,
        result={
            "discrepancy": str(discrepancy.id),
            "question": discrepancy.question,
            "reply": str(kept.id),
        },
        personal={"reason": reason},
    )
    session.flush()
    reconsider(session, case, now=now, priority=Priority.CLERK)


def _let_hold(session: Session, discrepancy: Discrepancy, kept: Reply) -> None:
    """Make the kept reply's answer the current one of its question."""
    rows = session.exec(
        select(GivenAnswer).where(
            GivenAnswer.request_id == discrepancy.request_id,
            GivenAnswer.question == discrepancy.question,
        )
    ).all()
    if any(row.reply_id == kept.id for row in rows):
        for row in rows:
            row.is_current = row.reply_id == kept.id
    request = session.get_one(Request, discrepancy.request_id)
    both = (discrepancy.first_reply_id, discrepancy.second_reply_id)
    if request.answered_by_id in both and kept.verdict is not None:
        request.answered_by_id = kept.id


def _open(
    session: Session,
    actor: Actor,
    case: Case,
    request: Request,
    question: str,
    replies: tuple[UUID, Reply],
    reason: str,
    now: datetime,
) -> Discrepancy:
    first, second = replies
    row = Discrepancy(
        case_id=case.id,
        request_id=request.id,
        question=question,
        first_reply_id=first,
        second_reply_id=second.id,
        opened_at=now,
        opened_by=actor.name,
        reason=reason,
    )
    session.add(row)
    journal.append(
        session,
        case,
        EntryKind.DISCREPANCY_OPENED,
        actor=actor,
        at=now,
        result={"discrepancy": str(row.id), "question": question, "reply": str(second.id)},
        personal={"reason": reason} if reason else None,
    )
    return row
