"""A case as plain facts, the same for JSON and for the screen.

What is personal (names, numbers, addresses, free text) is there only for those who may read the
case; otherwise it is None.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations.follow import due_of
from cases.store import (
    answers,
    cases,
    correspondence,
    joint_letters,
    journal,
    offices,
    outbox,
    post,
    scans,
    telephone,
)
from cases.store.backlog import is_overdue
from cases.store.case_types import pinned
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Reply, Request
from cases.store.tables.inquiry import Inquiry
from cases.store.tables.journal import JournalEntry
from cases.store.tables.office import Office
from cases.store.tables.outbox import OutboxMessage
from cases.store.tables.scan import FiledScan
from cases.store.tables.telling import ApplicantTelephone
from cases.vocabulary.values import Actor
from integrations.reading.answer_facts import answer_facts, discrepancy_facts
from integrations.reading.call_facts import call_facts
from integrations.reading.case_brief import Facts, is_running, may_read, standing


def whole(session: Session, case: Case, actor: Actor | None, now: datetime) -> Facts:
    """Return everything about a case that this reader may see."""
    is_open_book = may_read(actor, case)
    ours, home = offices.get(session, case.office_id), offices.get(session, case.home_office_id)
    requests = correspondence.requests_of(session, case.id)
    return {
        **standing(case),
        "type_name": pinned(session, case.type_code, case.type_version).name.zh,
        "office": ours.code,
        "office_name": ours.name_zh,
        "zone": ours.zone,
        "home_office": home.code,
        "home_office_name": home.name_zh,
        "inquiry": _inquiry(session, case),
        "clerk": offices.login_of(session, case.clerk_id),
        "round": case.round,
        "language": case.language,
        "consent_on": case.consent_on,
        "outcome_reason": case.outcome_reason if is_open_book else None,
        "fields": case.fields if is_open_book else None,
        "applicant": _applicant(session, case) if is_open_book else None,
        "requests": [_request(session, case, each, now) for each in requests],
        "letters": [
            _letter(session, each, is_open_book)
            for each in correspondence.letters_of(session, case.id)
        ],
        "replies": [
            reply(each, is_open_book) for each in correspondence.replies_of(session, case.id)
        ],
        "scans": [_scan(each) for each in scans.filed_in(session, case.id)],
        **_answered(session, case, is_open_book),
        "postage_fen": sum(line.fen for line in post.costs_of_case(session, case.id)),
        "outbox": _outbox(session, case, is_open_book),
        "timeline": [
            _entry(session, each, is_open_book) for each in journal.entries_of(session, case.id)
        ],
    }


def _answered(session: Session, case: Case, is_open_book: bool) -> Facts:
    """Return what was answered question by question, what does not agree, and the calls."""
    return {
        "answers": [
            answer_facts(each, is_open_book) for each in answers.answers_of(session, case.id)
        ],
        "discrepancies": [
            discrepancy_facts(each, is_open_book)
            for each in answers.discrepancies_of(session, case.id)
        ],
        "calls": [call_facts(each, is_open_book) for each in telephone.calls_of(session, case.id)],
    }


def reply(row: Reply, is_open_book: bool) -> Facts:
    """Return one reply."""
    return {
        "id": row.id,
        "channel": row.channel,
        "received_on": row.received_on,
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
        "is_late": row.is_late,
        "is_surplus": row.is_surplus,
        "has_document": bool(row.document),
        "verdict": row.verdict,
        "reviewed_by": row.reviewed_by or None,
        "reviewed_at": row.reviewed_at,
        "summary": row.summary if is_open_book else None,
        "review_note": row.review_note if is_open_book else None,
    }


def message(session: Session, row: OutboxMessage, is_open_book: bool) -> Facts:
    """Return one copy of a letter on its way out; an applicant's address is personal."""
    letter = session.get_one(Letter, row.letter_id)
    case = session.get_one(Case, row.case_id)
    office = _office(session, row.office_id)
    return {
        "id": row.id,
        "reference": case.reference,
        "letter": letter.kind,
        "number": letter.number or None,
        "subject": letter.subject,
        "to": office.code if office else "applicant",
        "to_name": office.name_zh if office else "申请人",
        "recipient": row.recipient if office or is_open_book else None,
        "is_copy": row.is_copy,
        "channel": row.channel,
        "status": row.status,
        "message_id": row.message_id,
        "created_at": row.created_at,
        "not_before": row.not_before,
        "sent_at": row.sent_at,
        "sends": row.sends,
        "failures": row.failures,
        "last_error": row.last_error if office or is_open_book else None,
        "server_words": row.server_words if office or is_open_book else None,
    }


def _inquiry(session: Session, case: Case) -> Facts | None:
    """Return how it reached us, where another office asks; a reference and days alone."""
    row = session.get(Inquiry, case.id)
    if row is None:
        return None
    return {
        "channel": row.channel,
        "their_reference": row.their_reference,
        "dated_on": row.dated_on,
        "received_on": row.received_on,
    }


def _applicant(session: Session, case: Case) -> Facts:
    party = cases.applicant_of(session, case.id)
    telephone = session.get(ApplicantTelephone, case.id)
    return {
        "name": party.name,
        "person_number_masked": party.person_number_masked,
        "email": party.email or None,
        "telephone_masked": telephone.masked if telephone else None,
    }


def _request(session: Session, case: Case, row: Request, now: datetime) -> Facts:
    office = offices.get(session, row.office_id)
    # The row keeps a date that was right when the case was last looked at; this is today's.
    due = None
    if row.round == case.round and is_running(row):
        due = due_of(session, case, row, correspondence.letter_of_rung(session, row))
    return {
        "round": row.round,
        "office": office.code,
        "office_name": office.name_zh,
        "status": row.status,
        "rung": row.rung,
        "asked_at": row.asked_at,
        "due_on": due.due_on if due else row.due_on,
        "due_is_provisional": due.is_provisional if due else row.due_is_provisional,
        "is_overdue": not case.is_finished and is_overdue(row, offices.day_at(office, now)),
        "answered_by": row.answered_by_id,
        "accepted_at": row.accepted_at,
    }


def _letter(session: Session, row: Letter, is_open_book: bool) -> Facts:
    office = _office(session, row.office_id)
    return {
        "id": row.id,
        "ordinal": row.ordinal,
        "kind": row.kind,
        "number": row.number or None,
        "joint": _joint(session, row),
        "status": row.status,
        "rung": row.rung,
        "to": office.code if office else "applicant",
        "to_name": office.name_zh if office else "申请人",
        "drafted_at": row.drafted_at,
        "signed_by": row.signed_by or None,
        "signed_at": row.signed_at,
        "sealed_by": row.sealed_by or None,
        "sealed_at": row.sealed_at,
        "left_at": row.left_at,
        "received_on": row.received_on,
        "received_basis": row.received_basis,
        "due_on": row.due_on,
        "pages": row.pages,
        "comment": row.comment or None if is_open_book else None,
    }


def _scan(row: FiledScan) -> Facts:
    return {
        "id": row.id,
        "as": row.kind,
        "letter": row.letter,
        "pages": len(row.pages),
        "reply": row.reply_id,
        "filed_at": row.filed_at,
        "filed_by": row.filed_by,
    }


def _joint(session: Session, row: Letter) -> Facts | None:
    """Return the letter that carries a reminder together with those of other cases."""
    joint = joint_letters.of_letter(session, row)
    if joint is None or joint.cases == 1:
        return None
    return {"number": joint.number or None, "cases": joint.cases, "signed_at": joint.signed_at}


def _outbox(session: Session, case: Case, is_open_book: bool) -> list[Facts]:
    rows = outbox.of_case(session, case.id)
    return [message(session, row, is_open_book) for row in rows]


def _entry(session: Session, row: JournalEntry, is_open_book: bool) -> Facts:
    personal = journal.payload_of(session, row.id) if is_open_book and row.payload_hash else None
    return {
        "seq": row.seq,
        "at": row.at,
        "actor": row.actor,
        "kind": row.kind,
        "step": row.step_id,
        "result": row.result,
        "personal": personal.content if personal else None,
    }


def _office(session: Session, office_id: UUID | None) -> Office | None:
    return offices.get(session, office_id) if office_id else None
