"""Seals (用印): a signed letter waits for its wet seal; its sealed scan is what leaves."""

from datetime import datetime

from sqlmodel import Session

from cases.operations import follow
from cases.operations.letters import Production, keep_production
from cases.rules.access import Act, require
from cases.store import correspondence, journal
from cases.store.cases import applicant_of
from cases.store.leases import wake
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.store.tables.scan import FiledScan, TrayItem
from cases.vocabulary.case_type import CaseType
from cases.vocabulary.errors import InvalidValue, SealMissing
from cases.vocabulary.status import CaseStatus, EntryKind, LetterStatus, Priority, Seal
from cases.vocabulary.values import ENGINE, Actor


def check_available(case_type: CaseType, *, has_electronic_seal: bool) -> None:
    """Raise SealMissing when the type seals a letter electronically and we have no such seal."""
    sealed = [kind.value for kind in case_type.letters if case_type.seal(kind) is Seal.ELECTRONIC]
    if sealed and not has_electronic_seal:
        raise SealMissing(
            f"{case_type.code} seals its {', '.join(sealed)} electronically, and no electronic"
            " seal is set up here"
        )


def needs_wet_seal(session: Session, case: Case, case_type: CaseType, letter: Letter) -> bool:
    """Whether the letter is signed and is to be stamped before it leaves.

    A letter to an applicant who gave no address goes nowhere: nobody stamps it.
    """
    if letter.status is not LetterStatus.SIGNED or case_type.seal(letter.kind) is not Seal.WET:
        return False
    return letter.office_id is not None or bool(applicant_of(session, case.id).email)


def await_seal(
    session: Session, case: Case, letter: Letter, printed: Production, *, now: datetime
) -> None:
    """Keep what is to be printed and stamped; from here on the letter waits for its seal."""
    letter.status = LetterStatus.AWAITING_SEAL
    keep_production(session, letter, printed, now=now)
    journal.append(
        session,
        case,
        EntryKind.PRINTED_FOR_SEAL,
        actor=ENGINE,
        at=now,
        result={"letter": str(letter.id), "number": letter.number, "pages": letter.pages},
    )


def take_sealed(
    session: Session, actor: Actor, case: Case, scan: FiledScan, *, now: datetime
) -> bool:
    """Make a filed scan the sealed form of the letter that it names, if that waits for its seal.

    The caller knows that every page is there, in order, and holds the case's row. False, and
    nothing is done, where the letter does not wait: a second scan never replaces the first.
    Raises NotAllowed.
    """
    require(actor, Act.TAKE_IN_SCANS, office_id=case.office_id)
    letter = correspondence.letter_of_ordinal(session, case.id, scan.letter or 0)
    if letter is None or letter.status is not LetterStatus.AWAITING_SEAL:
        return False
    letter.status, letter.sealed_document = LetterStatus.SEALED, scan.document
    letter.sealed_by, letter.sealed_at = actor.name, now
    journal.append(
        session,
        case,
        EntryKind.SEALED,
        actor=actor,
        at=now,
        result={"letter": str(letter.id), "number": letter.number, "scan": str(scan.id)},
    )
    session.flush()
    if case.status is CaseStatus.CLOSED:  # It tells the applicant how the case ended.
        wake(case, now=now, priority=Priority.CLERK)
    follow.reconsider(session, case, now=now)
    return True


def letter_on_the_word_of(
    session: Session, case: Case, item: TrayItem, ordinal: int | None
) -> int | None:
    """Return which letter a person says lies in the tray with its seal, once that can be.

    `ordinal` is what the item's code says. Where its code cannot be read, the one letter of the
    case that waits for its seal is meant; None where none waits. Raises InvalidValue when the code
    is another letter's, when a page is missing, or when the pages do not lie in order.
    """
    if item.code and ordinal is None:
        raise InvalidValue(f"its code {item.code} names another case's letter")
    letters = correspondence.letters_of(session, case.id)
    waiting = {row.ordinal: row for row in letters if row.status is LetterStatus.AWAITING_SEAL}
    if ordinal is None and len(waiting) == 1:
        (ordinal,) = waiting
    letter = waiting.get(ordinal or 0)
    if letter is None:
        return ordinal
    if len(item.pages) != letter.pages:
        raise InvalidValue(
            f"the letter has {letter.pages} pages, here are {len(item.pages)}; scan it whole again"
        )
    if sorted(item.pages) != list(item.pages):
        raise InvalidValue("its pages do not lie in order; scan the letter again")
    return ordinal
