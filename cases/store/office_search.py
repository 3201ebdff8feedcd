"""Find offices by name, initials in pinyin, code and place (检索).

Offices change, divisions hardly ever do: so offices are asked of the database, whose scan of
41,000 names takes a few milliseconds, and divisions of the index in memory.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, and_, col, or_, select

from cases.rules.division_search import Query
from cases.store.tables.office import Office

MOST_PLACES = 50  #: Divisions of a path whose offices are looked at.


def named(session: Session, words: Sequence[str], limit: int) -> Sequence[Office]:
    """Return offices whose name, initials or code hold every word, the shortest names first."""
    return _first(session, and_(*(_holds(session, word) for word in words)), limit)


def at(session: Session, codes: Sequence[str], limit: int) -> Sequence[Office]:
    """Return the offices of exactly these divisions."""
    return _first(session, col(Office.division_code).in_(codes[:MOST_PLACES]), limit)


def inside(session: Session, codes: Sequence[str], word: str, limit: int) -> Sequence[Office]:
    """Return offices in these divisions or below them that hold the word, the uppermost first."""
    below = or_(*(_starts_with(code) for code in codes[:MOST_PLACES]))
    return _first(session, and_(below, _holds(session, word)) if word else below, limit)


def find(
    session: Session, query: Query, places: Sequence[str], parents: Sequence[str], limit: int
) -> list[Office]:
    """Return offices that answer to a query, each once.

    `places` are the codes of the divisions that the whole query describes, `parents` those that
    it describes without its last word: 样本县 公安局 is an office named so in a county.
    """
    found: dict[str, Office] = {}
    for offices in _ways(session, query, places, parents, limit):
        for office in offices:
            found.setdefault(office.code, office)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _ways(
    session: Session, query: Query, places: Sequence[str], parents: Sequence[str], limit: int
) -> Iterator[Sequence[Office]]:
    if query.is_code:
        yield inside(session, places or [query.code], "", limit)
        return
    if not query.words:
        return
    yield named(session, query.words, limit)
    if places:
        yield at(session, places, limit)
    if parents:
        yield inside(session, parents, query.words[-1], limit)


def _first(session: Session, condition: ColumnElement[bool], limit: int) -> Sequence[Office]:
    # The inner query is answered by the index alone; whole rows are read of those shown.
    order = (col(Office.search_rank), col(Office.code))
    shown = select(Office.code).where(condition).order_by(*order).limit(limit)
    return session.exec(select(Office).where(col(Office.code).in_(shown)).order_by(*order)).all()


def _holds(session: Session, word: str) -> ColumnElement[bool]:
    # LIKE '%word%' says the same and takes three times as long on PostgreSQL.
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    position = func.instr if is_sqlite else func.strpos
    return position(col(Office.search_words), word) > 0


def _starts_with(code: str) -> ColumnElement[bool]:
    # A range, which an index serves in any collation; ":" comes after "9".
    column = col(Office.division_code)
    return and_(column >= code, column < f"{code}:")
