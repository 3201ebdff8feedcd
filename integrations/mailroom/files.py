"""Where the files of a letter lie that goes by post, and what they hold."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from cases.ports import DocumentStore
from cases.rules.page_code import ENDS_WITH_SLIP
from cases.store import correspondence
from cases.store.tables.correspondence import Letter
from cases.store.tables.joint_letter import JointLetter
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.status import LetterKind
from integrations.mailroom.print_file import LetterFiles


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a letter's files lie: documents bound to one case, or to a joint letter."""

    kept_for: UUID
    letter: str
    enclosures: tuple[str, ...] = ()
    has_slip: bool = False
    is_at_hand: bool = False  #: The stamped paper itself goes into the envelope.


def addresses_of(session: Session, message: OutboxMessage) -> Addresses:
    """Return where the files of a letter lie that is written."""
    letter = session.get_one(Letter, message.letter_id)
    is_request = letter.kind is LetterKind.REQUEST
    rows = correspondence.enclosures_of(session, message.case_id) if is_request else ()
    return Addresses(
        kept_for=message.kept_for,
        letter=message.content,
        enclosures=tuple(row.document for row in rows),
        has_slip=letter.kind in ENDS_WITH_SLIP,
        is_at_hand=bool(letter.sealed_document) and not message.is_copy,  # 抄送 is printed.
    )


def addresses_of_joint(session: Session, joint_id: UUID) -> Addresses:
    """Return where the file of a joint letter lies, which may have come back since."""
    return Addresses(joint_id, session.get_one(JointLetter, joint_id).document)


def read_files(documents: DocumentStore, wanted: Addresses) -> LetterFiles:
    """Return a letter and what goes with it. Raises DiskFault."""
    return LetterFiles(
        documents.get(wanted.letter, case_id=wanted.kept_for),
        tuple(documents.get(each, case_id=wanted.kept_for) for each in wanted.enclosures),
        wanted.has_slip,
        wanted.is_at_hand,
    )
