"""What publishing a year does to open cases: their provisional dates become final."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from cases.operations.follow import due_of
from cases.store import correspondence, provisional
from cases.vocabulary.values import DueDate

SHOWN = 200  #: Dates worked out for show; the engine works out every one of them.


@dataclass(frozen=True, slots=True)
class ProvisionalDate:
    """The due date of one open request that rested on a year not yet published."""

    reference: str
    before: date | None
    after: DueDate | None


def provisional_dates(session: Session, *, limit: int = SHOWN) -> list[ProvisionalDate]:
    """Return open requests whose date was provisional when last looked at, and their date now.

    Asked behind a publication in the same transaction, it shows which dates the publication
    moves.
    """
    return [
        ProvisionalDate(
            case.reference,
            request.due_on,
            due_of(session, case, request, correspondence.letter_of_rung(session, request)),
        )
        for case, request in provisional.requests(session, limit=limit)
    ]
