"""Record replies, and say what a clerk found on looking at them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from cases.operations.answers import check_answers, take_in
from cases.operations.follow import due_of, may_leave_at, reconsider
from cases.operations.letters import void
from cases.rules.access import Act, require
from cases.rules.free_words import MAX_NOTE, MAX_SUMMARY, check_words
from cases.rules.telephone import require_proof
from cases.store import correspondence, journal, offices, telephone
from cases.store.case_types import pinned
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Reply, Request, StoppedClock
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.errors import CaseIsClosed, InvalidValue, ReplyIsReviewed
from cases.vocabulary.status import (
    CaseStatus,
    Channel,
    EntryKind,
    LetterStatus,
    OutboxStatus,
    Priority,
    RequestStatus,
    Verdict,
    VoidReason,
)
from cases.vocabulary.values import Actor

_MAY_DECLINE = (RequestStatus.AWAITING_REPLY, RequestStatus.CLOCK_STOPPED)


def record(
    session: Session,
    actor: Actor,
    case: Case,
    *,
    channel: Channel,
    received_on: date,
    now: datetime,
    summary: str = "",
    document: str = "",
    answers: Mapping[str, str] | None = None,
) -> Reply:
    """File a reply and ask a clerk to look at it; late, second or surplus, none is refused.

    Ladder letters that have not left wait until the clerk has looked. Raises NotAllowed, or
    InvalidValue for a day to come, words that cannot be kept, answers to what was not asked.
    """
    require(actor, Act.RECORD_REPLY, office_id=case.office_id)
    _check_coming(session, case, received_on, summary, now)
    request = correspondence.request_of_round(session, case)
    reply = Reply(
        case_id=case.id,
        request_id=request.id if request else None,
        channel=channel,
        received_on=received_on,
        recorded_at=now,
        recorded_by=actor.name,
        summary=summary,
        document=document,
        answers=check_answers(session, case, answers or {}),
        is_late=_is_late(session, case, request, received_on),
        is_surplus=case.is_finished or (request is not None and request.status.has_ended),
    )
    session.add(reply)
    session.flush()
    _write_recorded(session, actor, case, reply)
    for message in _ladder_mail(session, request, OutboxStatus.PENDING):
        message.status = OutboxStatus.HELD
    reconsider(session, case, now=now, priority=Priority.REPLY)
    return reply


def review(
    session: Session,
    actor: Actor,
    case: Case,
    reply: Reply,
    verdict: Verdict,
    *,
    now: datetime,
    note: str = "",
    answers: Mapping[str, str] | None = None,
) -> None:
    """Say what a reply is; only a complete one, or an accepted refusal, ends the waiting.

    A question stops the office's clock on the day it came, not on the day we looked. `answers`
    says what it answers to single questions, else what it came with; the last of them ends the
    waiting, too. One that contradicts an answer on file opens a discrepancy. Raises
    NotAllowed, ReplyIsReviewed, InvalidValue for a note that cannot be kept, or for an answer by
    telephone that the type wants confirmed first.
    """
    require(actor, Act.REVIEW_REPLY, office_id=case.office_id)
    check_words(note, "the note", longest=MAX_NOTE)
    if reply.verdict is not None:
        raise ReplyIsReviewed(f"{reply.reviewed_by} found this reply {reply.verdict.value} already")
    parts = _parts(session, case, reply, verdict, answers)
    if verdict.ends_the_waiting or parts:
        _require_proof(session, case, reply)
    reply.verdict, reply.reviewed_at = verdict, now
    reply.reviewed_by, reply.review_note = actor.name, note
    _write_reviewed(session, actor, case, reply)
    # It may have come before a referral or a reopening: it answers whoever is asked now.
    request = correspondence.request_of_round(session, case)
    if request is not None and not _is_moot(case, request):
        is_whole = take_in(session, actor, case, request, reply, parts, now=now)
        if not case.is_finished:
            _apply(session, actor, case, request, reply, now, is_whole=is_whole)
    session.flush()
    reconsider(session, case, now=now, priority=Priority.REPLY)


def newest_unreviewed(session: Session, case: Case) -> Reply:
    """Return the reply that waits for a look. Raises CaseIsClosed, ReplyIsReviewed when none."""
    reply = correspondence.reply_to_look_at(session, case.id)
    if reply is None and case.status is CaseStatus.CLOSED:
        raise CaseIsClosed(f"{case.reference} is closed and no reply waits for a look")
    if reply is None:
        raise ReplyIsReviewed(f"{case.reference} has no reply that waits for a look")
    return reply


def _check_coming(
    session: Session, case: Case, received_on: date, summary: str, now: datetime
) -> None:
    check_words(summary, "the summary", longest=MAX_SUMMARY)
    if received_on > offices.local_day(session, case.office_id, now):
        raise InvalidValue(f"a reply cannot have come on {received_on}: that day is not here yet")


def _parts(
    session: Session,
    case: Case,
    reply: Reply,
    verdict: Verdict,
    given: Mapping[str, str] | None,
) -> dict[str, str]:
    """Return what a clerk says that it answers, or what it came with if it answers anything."""
    if given is not None:
        return check_answers(session, case, given)
    return dict(reply.answers) if verdict in (Verdict.COMPLETE, Verdict.PARTIAL) else {}


def _require_proof(session: Session, case: Case, reply: Reply) -> None:
    if reply.channel is not Channel.TELEPHONE:
        return
    call = telephone.call_of_reply(session, reply.id)
    require_proof(
        is_recorded=call is not None,
        is_confirmed=call is not None and bool(call.confirmed_by),
        needs_second_clerk=pinned(
            session, case.type_code, case.type_version
        ).telephone.needs_second_clerk,
    )


def _write_recorded(session: Session, actor: Actor, case: Case, reply: Reply) -> None:
    journal.append(
        session,
        case,
        EntryKind.REPLY_RECORDED,
        actor=actor,
        at=reply.recorded_at,
        result={
            "reply": str(reply.id),
            "channel": reply.channel.value,
            "received_on": reply.received_on.isoformat(),
            "is_late": reply.is_late,
            "is_surplus": reply.is_surplus,
        },
        personal={"summary": reply.summary} if reply.summary else None,
    )


def _write_reviewed(session: Session, actor: Actor, case: Case, reply: Reply) -> None:
    assert reply.verdict is not None
    assert reply.reviewed_at is not None
    journal.append(
        session,
        case,
        EntryKind.REPLY_REVIEWED,
        actor=actor,
        at=reply.reviewed_at,
        result={"reply": str(reply.id), "verdict": reply.verdict.value},
        personal={"note": reply.review_note} if reply.review_note else None,
    )


def _apply(
    session: Session,
    actor: Actor,
    case: Case,
    request: Request,
    reply: Reply,
    now: datetime,
    *,
    is_whole: bool,
) -> None:
    if reply.verdict is None or request.status.has_ended or request.is_ours:
        return
    if reply.verdict.ends_the_waiting or (is_whole and reply.verdict is Verdict.PARTIAL):
        request.status, request.answered_by_id = RequestStatus.ANSWERED, reply.id
        for letter in _letters_not_left(session, request.id):
            void(session, letter, VoidReason.ANSWERED)
        return
    if reply.request_id == request.id:
        _stop(session, actor, case, request, reply, now)
    session.flush()
    if correspondence.reply_to_look_at(session, case.id) is None:
        for message in _ladder_mail(session, request, OutboxStatus.HELD):
            message.status = OutboxStatus.PENDING
            if message.not_before < now and message.content:  # Else the mail room has it.
                message.not_before = may_leave_at(session, case, now)


def _stop(
    session: Session, actor: Actor, case: Case, request: Request, reply: Reply, now: datetime
) -> None:
    """Stop the office's clock when its reply asks something, or says that it is not competent."""
    runs = request.status is RequestStatus.AWAITING_REPLY
    if reply.verdict is Verdict.QUESTION and runs:
        request.status, reason = RequestStatus.CLOCK_STOPPED, "the office asks a question"
    elif reply.verdict is Verdict.NOT_COMPETENT and request.status in _MAY_DECLINE:
        request.status, reason = RequestStatus.DECLINED, "the office says that it is not competent"
    else:
        return
    if not runs:  # It stood already.
        return
    since = reply.received_on
    session.add(StoppedClock(request_id=request.id, since=since, reason=reason))
    journal.append(
        session,
        case,
        EntryKind.CLOCK_STOPPED,
        actor=actor,
        at=now,
        result={"since": since.isoformat()},
        personal={"reason": reason},
    )


def _is_moot(case: Case, request: Request) -> bool:
    """Whether no answer matters to the request any more: it was not answered before it ended."""
    is_answered = request.status is RequestStatus.ANSWERED
    return request.is_ours or (not is_answered and (case.is_finished or request.status.has_ended))


def _letters_not_left(session: Session, request_id: UUID) -> list[Letter]:
    ended = (LetterStatus.LEFT, LetterStatus.VOID)
    letters = session.exec(select(Letter).where(Letter.request_id == request_id)).all()
    return [letter for letter in letters if letter.status not in ended and letter.left_at is None]


def _ladder_mail(
    session: Session, request: Request | None, status: OutboxStatus
) -> Sequence[OutboxMessage]:
    if request is None:
        return []
    return session.exec(
        select(OutboxMessage)
        .join(Letter, col(Letter.id) == OutboxMessage.letter_id)
        .where(
            Letter.request_id == request.id,
            col(OutboxMessage.is_ladder),
            OutboxMessage.status == status,
        )
    ).all()


def _is_late(session: Session, case: Case, request: Request | None, received_on: date) -> bool:
    """Whether it came after the day by which the request itself asked for it."""
    if request is None:
        return False
    first = correspondence.first_letter(session, request)
    if first is not None and first.due_on is not None:  # Kept when its rung was climbed.
        return received_on > first.due_on
    due = due_of(session, case, request, first)
    return due is not None and not due.is_provisional and received_on > due.due_on
