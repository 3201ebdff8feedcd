"""Queries on divisions: the list that Hancha came with, and this installation's changes."""

from sqlmodel import Session, col, select

from cases.rules.division_search import DivisionSearch, division_search
from cases.rules.divisions import Change, DivisionBook, division_book
from cases.store.tables.division import DivisionChange


def changes(session: Session) -> tuple[Change, ...]:
    """Return every change entered here, by code."""
    rows = session.exec(select(DivisionChange).order_by(col(DivisionChange.code))).all()
    return tuple(
        Change(row.code, row.name, row.valid_from, row.valid_to, row.successor_code) for row in rows
    )


def book(session: Session) -> DivisionBook:
    """Return the list with the changes.

    It stays in memory and is made anew only when the changes are others; asking costs the one
    query for them, so every process sees a change at once.
    """
    return division_book(changes(session))


def search(session: Session) -> DivisionSearch:
    """Return the index over the list with the changes, kept like the book."""
    return division_search(changes(session))
