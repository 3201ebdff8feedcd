"""Gather what a letter prints. Templates see only this, never a table."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlmodel import Session

from cases.operations import inquiry_content
from cases.rules.joint_letters import JOINABLE
from cases.store import correspondence, offices
from cases.store.case_types import pinned
from cases.store.cases import applicant_of
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.status import Channel, DayUnit, LetterKind, LetterStatus
from cases.vocabulary.values import (
    Allowance,
    EarlierLetter,
    LetterContent,
    ListedCase,
    OfficeDetails,
    WrittenLetter,
)

ABOUT_THE_ASKED_OFFICE = (LetterKind.ESCALATION, LetterKind.CLOSING_NOTICE)


def content_of(session: Session, case: Case, letter: Letter) -> LetterContent:
    """Return everything that a signed letter prints; the same rows give the same content."""
    case_type = pinned(session, case.type_code, case.type_version)
    request = session.get(Request, letter.request_id) if letter.request_id else None
    party = applicant_of(session, case.id)
    home = offices.get(session, request.office_id if request else case.home_office_id)
    allowance = _allowance(case_type, letter)
    dated_at = letter.signed_at or letter.drafted_at
    letters = correspondence.letters_of(session, case.id)
    if letter.kind.tells_the_asking_office:
        return inquiry_content.of_letter(session, case, letter)
    return LetterContent(
        kind=letter.kind,
        language=letter.language,
        reference=case.reference,
        number=letter.number,
        dated_on=offices.local_day(session, case.office_id, dated_at),
        sender=offices.details(offices.get(session, case.office_id)),
        recipient=_details(session, letter.office_id),
        copies=tuple(
            offices.details(offices.get(session, UUID(each))) for each in letter.copy_office_ids
        ),
        asked_office=(offices.details(home) if letter.kind in ABOUT_THE_ASKED_OFFICE else None),
        applicant_name=party.name,
        person_number_masked=party.person_number_masked,
        fields=dict(case.fields),
        allowance_days=allowance.days if allowance else None,
        allowance_unit=allowance.unit if allowance else DayUnit.WORKING,
        due_on=request.due_on if request and letter.rung > 0 else None,
        earlier=_earlier(session, case, letter, letters),
        enclosures=(
            tuple(row.title for row in correspondence.enclosures_of(session, case.id))
            if letter.kind is LetterKind.REQUEST
            else ()
        ),
        outcome=case.outcome.value if case.outcome else "",
        outcome_reason=case.outcome_reason,
        ordinal=letter.ordinal,
        written=_written(letter),
    )


def contents_to_come(
    case_type: CaseType,
    request: LetterContent,
    *,
    home: OfficeDetails,
    superior: OfficeDetails | None,
) -> list[LetterContent]:
    """Return the request and each letter that may come to follow it, as far as it is known.

    They are checked for fields and glyphs, never printed: a number and a day stand in for
    those to come.
    """
    today = request.dated_on
    example = EarlierLetter(number=request.number, dated_on=today, due_on=today)
    joint = LetterKind.JOINT_REMINDER
    by_post = Channel.POST in case_type.channels and not JOINABLE.isdisjoint(case_type.letters)
    may_join = case_type.joint_reminders and by_post
    kinds = (*case_type.letters, joint) if may_join else case_type.letters
    listed = ListedCase(request.reference, case_type.name.zh, "", request.number, today, today)
    return [
        replace(
            request,
            kind=kind,
            number="" if kind is LetterKind.CLOSING_NOTICE else request.number,
            recipient=_recipient(kind, home, superior),
            copies=(superior,) if superior and kind is LetterKind.SECOND_REMINDER else (),
            asked_office=home if kind in ABOUT_THE_ASKED_OFFICE else None,
            due_on=today,
            earlier=() if kind is LetterKind.REQUEST else (example,),
            enclosures=request.enclosures if kind is LetterKind.REQUEST else (),
            listed=(listed,) if kind is joint else (),
            outcome="answered",
        )
        for kind in kinds
    ]


def _written(letter: Letter) -> WrittenLetter | None:
    kept = letter.written
    if not kept:
        return None
    return WrittenLetter(
        text=kept["text"],
        subject=tuple(kept.get("subject", ())),
        covering=kept.get("covering", ""),
        template=kept.get("template", ""),
    )


def _recipient(
    kind: LetterKind, home: OfficeDetails, superior: OfficeDetails | None
) -> OfficeDetails | None:
    if kind is LetterKind.CLOSING_NOTICE:
        return None
    return superior if kind is LetterKind.ESCALATION else home


def _details(session: Session, office_id: UUID | None) -> OfficeDetails | None:
    return offices.details(offices.get(session, office_id)) if office_id else None


def _allowance(case_type: CaseType, letter: Letter) -> Allowance | None:
    rungs = case_type.rungs
    return rungs[letter.rung].allowance if letter.rung < len(rungs) else None


def _earlier(
    session: Session, case: Case, letter: Letter, letters: Sequence[Letter]
) -> tuple[EarlierLetter, ...]:
    if letter.request_id is None:
        return ()
    return tuple(
        EarlierLetter(
            number=row.number,
            dated_on=offices.local_day(session, case.office_id, row.signed_at),
            due_on=row.due_on,
        )
        for row in letters
        if row.request_id == letter.request_id
        and row.rung < letter.rung
        and row.status is LetterStatus.LEFT
        and row.signed_at is not None
    )
