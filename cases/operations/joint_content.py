"""Gather what a joint letter prints: the letter of its only case, or the list of several."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from cases.operations.letter_content import content_of
from cases.rules.joint_letters import masked_name
from cases.store import offices
from cases.store.case_types import pinned
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.joint_letter import JointLetter
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.status import Language, LetterKind
from cases.vocabulary.values import LetterContent, ListedCase


def content_of_joint(
    session: Session, joint: JointLetter, letters: Sequence[Letter]
) -> LetterContent:
    """Return everything that a joint letter prints; the same rows give the same content.

    The code on its pages names the first case and its reminder, by which it is found again.
    """
    contents = [
        content_of(session, session.get_one(Case, letter.case_id), letter) for letter in letters
    ]
    first = replace(
        contents[0],
        number=joint.number,
        dated_on=offices.local_day(session, joint.office_id, joint.signed_at),
    )
    if len(letters) == 1:
        return first
    listed = tuple(
        _listed(content, _type_of(session, letter))
        for content, letter in zip(contents, letters, strict=True)
    )
    return replace(
        first,
        kind=LetterKind.JOINT_REMINDER,
        applicant_name="",
        person_number_masked="",
        fields={},
        due_on=None,
        earlier=(),
        written=None,
        listed=listed,
    )


def _listed(content: LetterContent, case_type: CaseType) -> ListedCase:
    asked = content.earlier[0]
    return ListedCase(
        reference=content.reference,
        matter=_matter(content, case_type),
        name_masked=masked_name(content.applicant_name),
        number=asked.number,
        asked_on=asked.dated_on,
        due_on=content.earlier[-1].due_on,
    )


def _matter(content: LetterContent, case_type: CaseType) -> str:
    """Return what was asked for, by the first field of the type; else the type's own name."""
    name = case_type.fields[0].name if case_type.fields else ""
    if content.language is Language.ENGLISH:
        return content.fields.get(f"{name}_en") or content.fields.get(name) or case_type.name.en
    return content.fields.get(name) or case_type.name.zh


def _type_of(session: Session, letter: Letter) -> CaseType:
    case = session.get_one(Case, letter.case_id)
    return pinned(session, case.type_code, case.type_version)
