"""Keep the list of divisions right where this installation knows better (区划变更)."""

from datetime import datetime

from sqlmodel import Session

from cases.rules.access import Act, require
from cases.rules.divisions import KINDS, LEVELS, Change, Division, DivisionBook, division_book
from cases.store import divisions
from cases.store.tables.division import DivisionChange
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.values import Actor

LONGEST_NAME, LONGEST_SOURCE = 60, 120


def change_division(
    session: Session, actor: Actor, change: Change, *, source: str = "", now: datetime
) -> Division:
    """Enter a new division, or a new name, an end or a successor of one.

    Old codes stay: person numbers and old cases carry them. `source` is the notice that says
    so. Raises NotAllowed, InvalidValue.
    """
    require(actor, Act.KEEP_DIRECTORY)
    before = divisions.changes(session)
    others = tuple(each for each in before if each.code != change.code)
    after = tuple(sorted((*others, change), key=lambda each: each.code))
    check_change(change, division_book(after))
    if len(source) > LONGEST_SOURCE:
        raise InvalidValue(f"a source has at most {LONGEST_SOURCE} characters")
    session.merge(
        DivisionChange(
            code=change.code,
            name=change.name,
            valid_from=change.valid_from,
            valid_to=change.valid_to,
            successor_code=change.successor,
            source=source,
            entered_by=actor.name,
            entered_at=now,
        )
    )
    session.flush()
    changed = divisions.book(session).get(change.code)
    assert changed is not None
    return changed


def withdraw_change(session: Session, actor: Actor, code: str) -> None:
    """Take a change back; the list's own row holds again. Raises NotAllowed, InvalidValue."""
    require(actor, Act.KEEP_DIRECTORY)
    row = session.get(DivisionChange, code)
    if row is None:
        raise InvalidValue(f"no change of the division {code} was entered here")
    session.delete(row)
    session.flush()


def check_change(change: Change, book: DivisionBook) -> None:
    """Raise InvalidValue for a change that the book, with it in, cannot hold."""
    code, name = change.code, change.name
    if len(code) not in KINDS or not (code.isascii() and code.isdigit()):
        raise InvalidValue(f"{code!r} is no division code: it has 2, 4, 6 or 9 digits")
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or " " in name:
        raise InvalidValue(f"a division needs a name of 1 to {LONGEST_NAME} characters")
    above = [code[:length] for length in LEVELS if length < len(code)]
    if above and above[-1] not in book.names:
        raise InvalidValue(f"{code} would lie in {above[-1]}, which is in no list")
    if change.valid_from and change.valid_to and change.valid_to < change.valid_from:
        raise InvalidValue("a division cannot end before it begins")
    if change.successor:
        _check_successor(change, book)


def _check_successor(change: Change, book: DivisionBook) -> None:
    if change.valid_to is None:
        raise InvalidValue("only a division whose last day is given has a successor")
    seen, heir = {change.code}, change.successor
    while heir:
        if heir in seen:
            raise InvalidValue(f"{change.code} would come after itself")
        seen.add(heir)
        division = book.get(heir)
        if division is None:
            raise InvalidValue(f"the successor {heir} is in no list")
        heir = division.successor
