"""What our letters to an office that asks us print: the acknowledgement and the reply."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from cases.rules.numbering import letter_number
from cases.store import correspondence, inquiries, offices
from cases.store.case_types import pinned
from cases.store.cases import applicant_of
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.office import Office
from cases.vocabulary.errors import UnknownLetter
from cases.vocabulary.status import LetterKind, Outcome
from cases.vocabulary.values import EarlierLetter, LetterContent

ANSWER = "answer"  #: The kind of enclosure that goes out with the reply.


def of_letter(session: Session, case: Case, letter: Letter) -> LetterContent:
    """Return what a letter of ours to the asking office prints; its own letter is the earlier."""
    assert letter.office_id is not None
    content = _of_case(session, case, letter.kind, offices.get(session, letter.office_id))
    written = replace(
        content,
        language=letter.language,
        number=letter.number,
        dated_on=offices.local_day(session, case.office_id, letter.signed_at or letter.drafted_at),
        ordinal=letter.ordinal,
    )
    if letter.kind is not LetterKind.REPLY_LETTER:
        return written
    outcome, words = _answer(session, case)
    enclosed = correspondence.enclosures_of(session, case.id)
    titles = tuple(row.title for row in enclosed if row.kind == ANSWER)
    return replace(written, outcome=outcome, outcome_reason=words, enclosures=titles)


def of_reply_to_come(
    session: Session, case: Case, outcome: Outcome, words: str, papers: Sequence[str]
) -> LetterContent:
    """Return the reply that an answer would give, to be checked; its number stands in.

    Raises InvalidValue for a case in which nobody asked us.
    """
    theirs = offices.get(session, case.home_office_id)
    return replace(
        _of_case(session, case, LetterKind.REPLY_LETTER, theirs),
        number=letter_number(offices.get(session, case.office_id).code, case.opened_at.year, 1),
        outcome=outcome.value,
        outcome_reason=words,
        enclosures=tuple(papers),
    )


def _of_case(session: Session, case: Case, kind: LetterKind, to: Office) -> LetterContent:
    whole = pinned(session, case.type_code, case.type_version).rungs[-1].allowance
    inquiry, party = inquiries.of_case(session, case.id), applicant_of(session, case.id)
    return LetterContent(
        kind=kind,
        language=case.language,
        reference=case.reference,
        number="",
        dated_on=inquiry.received_on,
        sender=offices.details(offices.get(session, case.office_id)),
        recipient=offices.details(to),
        applicant_name=party.name,
        person_number_masked=party.person_number_masked,
        fields=dict(case.fields),
        allowance_days=whole.days,
        allowance_unit=whole.unit,
        earlier=(EarlierLetter(inquiry.their_reference, inquiry.dated_on, inquiry.received_on),),
    )


def _answer(session: Session, case: Case) -> tuple[str, str]:
    """Return how we answer, and in which words. Raises UnknownLetter before there is an answer."""
    request = correspondence.open_request(session, case)
    answer = inquiries.answer_of(session, request)
    if answer is None:
        raise UnknownLetter(f"{case.reference} has no answer of ours yet")
    return answer.outcome.value, answer.words
