"""A clerk edits the text of a draft before it is signed; the journal keeps what changed."""

from collections.abc import Mapping
from datetime import datetime
from difflib import unified_diff
from typing import Any

from sqlmodel import Session

from cases.rules.access import Act, require
from cases.rules.free_words import check_words
from cases.store import journal
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter
from cases.vocabulary.errors import InvalidValue, LetterIsSigned
from cases.vocabulary.status import EntryKind, LetterStatus
from cases.vocabulary.values import Actor

MAX_TEXT = 30_000  #: Some forty pages; a letter is one to three.


def require_draft(actor: Actor, case: Case, letter: Letter) -> None:
    """Raise NotAllowed, or LetterIsSigned: signed, a letter's words no longer change."""
    require(actor, Act.EDIT_LETTER, office_id=case.office_id)
    if letter.status is not LetterStatus.DRAFTED:
        said = f"letter {letter.ordinal} of {case.reference} is {letter.status.value}"
        raise LetterIsSigned(f"{said}; only a draft can be edited")


def tidied(text: str) -> str:
    """Return a text as it is kept: lines end alike, no blanks at their ends, nothing around them.

    Raises InvalidValue when it is empty, too long, or holds what cannot be kept.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    kept = "\n".join(line.rstrip() for line in lines).strip("\n")
    if not kept.strip():
        raise InvalidValue("a letter needs a text")
    return check_words(kept, "the text", longest=MAX_TEXT)


def edit(
    session: Session,
    actor: Actor,
    case: Case,
    letter: Letter,
    text: str,
    *,
    before: str,
    known: Mapping[str, Any],
    now: datetime,
) -> None:
    """Put a text into a draft, and what changed in the journal, which can be erased there.

    `before` is the text that it had, `known` what the letter was written with when that was read.
    Raises NotAllowed, LetterIsSigned, and InvalidValue when nothing changes, when the text cannot
    be kept, or when somebody else has edited it meanwhile.
    """
    require_draft(actor, case, letter)
    text = tidied(text)
    if letter.written != known:
        raise InvalidValue("somebody else has edited this letter meanwhile; look at it again")
    changes = list(
        unified_diff(before.split("\n"), text.split("\n"), "before", "after", lineterm="", n=1)
    )
    if not changes:
        raise InvalidValue("this is the text that the letter has")
    letter.written = {**known, "text": text}
    journal.append(
        session,
        case,
        EntryKind.EDITED,
        actor=actor,
        at=now,
        result={"letter": str(letter.id), "kind": letter.kind.value, "ordinal": letter.ordinal},
        personal={"diff": "\n".join(changes)},
    )
