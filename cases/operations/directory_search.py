"""Find an office: by its name, by initials, by where it is, by a person number's first digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from cases.rules.division_search import DivisionSearch, Query, read_query
from cases.rules.divisions import DivisionKind
from cases.store import divisions, office_search, superiors
from cases.store.tables.office import Office


@dataclass(frozen=True, slots=True)
class FoundOffice:
    """An office that answers to the query."""

    office: Office
    path: str  #: "河北省 石家庄市 长安区"; names alone are not unique.
    notes: tuple[str, ...]  #: What has to be said: abolished, who took over.


@dataclass(frozen=True, slots=True)
class FoundDivision:
    """A division that answers to the query."""

    code: str
    path: str
    kind: DivisionKind
    is_office: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a query found, the best first."""

    offices: tuple[FoundOffice, ...]
    divisions: tuple[FoundDivision, ...]
    divisions_in_all: int


def search(session: Session, text: str, *, on: date, limit: int = 20) -> Findings:
    """Look in the directory and in the list of divisions.

    Takes a name or a part of it, initials in pinyin, a path with or without blanks (样本省
    样本县 乙镇), a division code, or a person number or its first six digits; of a whole person
    number the rest is forgotten at once. Anything else finds nothing.
    """
    query = read_query(text)
    index = divisions.search(session)
    found = index.find(query, on, limit)
    rows = office_search.find(
        session,
        query,
        [placed.division.code for placed in found.places if placed.division.is_office],
        _parents(index, query),
        limit,
    )
    return Findings(
        offices=tuple(_office(session, index, row, on) for row in rows),
        divisions=tuple(
            FoundDivision(
                code=placed.division.code,
                path=index.book.path(placed.division.code),
                kind=placed.division.kind,
                is_office=placed.division.is_office,
                notes=placed.notes,
            )
            for placed in found.places
        ),
        divisions_in_all=found.total,
    )


def _parents(index: DivisionSearch, query: Query) -> Sequence[str]:
    return index.codes(query.words[:-1])


def _office(session: Session, index: DivisionSearch, office: Office, on: date) -> FoundOffice:
    notes = [] if office.is_living(on) else [superiors.gone(session, office, on)]
    return FoundOffice(office, index.book.path(office.division_code), tuple(notes))
