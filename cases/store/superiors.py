"""Who stands above an office (上级机关): stored with it, and the nearest that still exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from cases.rules.divisions import DivisionBook, county_of, lie_across_townships
from cases.store.tables.office import Office
from cases.vocabulary.errors import InvalidValue

CHAIN_LIMIT = 12  #: No chain of superiors or successors is longer; a longer one is a circle.


@dataclass(frozen=True, slots=True)
class Superior:
    """The office to turn to, and what has to be said about the choice."""

    office: Office
    notes: tuple[str, ...] = ()


def nearest(session: Session, office: Office, on: date | None = None) -> Superior | None:
    """Return the nearest superior that exists on the day, or None at the top.

    An abolished one gives way to the office that took over, else to the one above it; the notes
    say so. Without a day, an office counts as abolished once its last day is known.
    """
    notes: list[str] = []
    for above in _chain(session, office):
        if _is_living(above, on):
            return Superior(above, tuple(notes))
        heir = successor_of(session, above, on)
        notes.append(_gone(above, heir))
        if heir is not None and heir.id != office.id:
            return Superior(heir, tuple(notes))
    return None


def between(
    session: Session, ours: Office, asked: Office, on: date | None = None
) -> Superior | None:
    """Return the superior to turn to when the asked office does not answer ours.

    Two offices in townships of one county turn to the county above either of them (县内跨乡),
    even where the asked one names a superior elsewhere; otherwise it is the asked one's own.
    """
    own = nearest(session, asked, on)
    if not lie_across_townships(ours.division_code, asked.division_code):
        return own
    county = county_of(asked.division_code)
    if own is not None and own.office.division_code == county:
        return own
    for office in (asked, ours):
        for above in _chain(session, office):
            if above.division_code == county and above.id != ours.id and _is_living(above, on):
                note = f"{ours.name_zh} and {asked.name_zh} lie in one county, {county}"
                return Superior(above, (note,))
    return own


def successor_of(session: Session, office: Office, on: date | None = None) -> Office | None:
    """Return the office that took over in the end and exists on the day."""
    for heir in _follow(session, office, "successor_id"):
        if _is_living(heir, on):
            return heir
    return None


def require_living(session: Session, office: Office, on: date) -> None:
    """Raise InvalidValue for an office that does not exist on the day, naming its successor."""
    if not office.is_living(on):
        raise InvalidValue(gone(session, office, on))


def gone(session: Session, office: Office, on: date) -> str:
    """Say since when an office does not exist, and which one took over."""
    return _gone(office, successor_of(session, office, on))


def by_division(
    session: Session, book: DivisionBook, division_code: str, on: date
) -> tuple[Office, ...]:
    """Return the offices that may stand above one of this division, by the code's prefix.

    Those of the nearest division above that has any that exist; the person who enters the
    office chooses when there are several.
    """
    code = division_code
    while placed := book.superior(code, on):
        code = placed.division.code
        found = session.exec(
            select(Office).where(Office.division_code == code).order_by(col(Office.code)).limit(50)
        ).all()
        if living := tuple(office for office in found if office.is_living(on)):
            return living
    return ()


def _chain(session: Session, office: Office) -> Iterator[Office]:
    return _follow(session, office, "superior_id")


def _follow(session: Session, office: Office, column: str) -> Iterator[Office]:
    seen = {office.id}
    for _ in range(CHAIN_LIMIT):
        onwards: UUID | None = getattr(office, column)
        if onwards is None or onwards in seen:
            return
        office = session.get_one(Office, onwards)
        seen.add(office.id)
        yield office


def _is_living(office: Office, on: date | None) -> bool:
    return office.valid_to is None if on is None else office.is_living(on)


def _gone(office: Office, heir: Office | None) -> str:
    when = f" after {office.valid_to.isoformat()}" if office.valid_to else " yet"
    words = f"{office.name_zh} ({office.code}) does not exist{when}"
    return f"{words}; {heir.name_zh} ({heir.code}) took over" if heir else words
