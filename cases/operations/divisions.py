"""Keep the list of divisions right where this installation knows better (区划变更).

A change moves no due date: calendars go by the codes that offices carry, and an office keeps its
code until somebody changes the office. It is rehearsed like any other all the same, so that this
is found out by counting and not by trusting this sentence.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from cases.operations.moved_dates import MovedDate, moving
from cases.rules.access import Act, require
from cases.rules.calendar_days import DIVISION
from cases.rules.divisions import KINDS, LEVELS, Change, DivisionBook, division_book
from cases.store import directory_entries, divisions
from cases.store.open_counts import Reach
from cases.store.tables.division import DivisionChange
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.values import Actor

LONGEST_NAME, LONGEST_SOURCE = 60, 120


def change_division(
    session: Session, actor: Actor, change: Change, *, source: str = "", now: datetime
) -> tuple[MovedDate, ...]:
    """Enter a new division, or a new name, an end or a successor of one.

    Old codes stay: person numbers and old cases carry them. `source` is the notice that says
    so. Returns the due dates that it moved. Raises NotAllowed, InvalidValue.
    """
    require(actor, Act.KEEP_DIRECTORY)
    before = divisions.changes(session)
    others = tuple(each for each in before if each.code != change.code)
    after = tuple(sorted((*others, change), key=lambda each: each.code))
    check_change(change, division_book(after))
    if len(source) > LONGEST_SOURCE:
        raise InvalidValue(f"a source has at most {LONGEST_SOURCE} characters")
    was = _facts(divisions.book(session), change.code)
    reach = Reach((f"{DIVISION}{change.code}",))
    cause = f"the division {change.code} was changed"
    with moving(session, actor, cause, reach, now=now) as moved:
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
    _record(session, actor, change.code, "changed", was, source=source, now=now)
    return tuple(moved)


def withdraw_change(
    session: Session, actor: Actor, code: str, *, now: datetime
) -> tuple[MovedDate, ...]:
    """Take a change back; the list's own row holds again.

    Returns the due dates that it moved. Raises NotAllowed, InvalidValue.
    """
    require(actor, Act.KEEP_DIRECTORY)
    row = session.get(DivisionChange, code)
    if row is None:
        raise InvalidValue(f"no change of the division {code} was entered here")
    was = _facts(divisions.book(session), code)
    cause = f"the change of the division {code} was withdrawn"
    with moving(session, actor, cause, Reach((f"{DIVISION}{code}",)), now=now) as moved:
        session.delete(row)
    _record(session, actor, code, "withdrawn", was, now=now)
    return tuple(moved)


def _record(
    session: Session,
    actor: Actor,
    code: str,
    act: str,
    was: dict[str, Any],
    *,
    source: str = "",
    now: datetime,
) -> None:
    changes = directory_entries.differences(was, _facts(divisions.book(session), code))
    directory_entries.record(
        session, actor, f"division:{code}", act, changes, source=source, at=now
    )


def _facts(book: DivisionBook, code: str) -> dict[str, Any]:
    division = book.get(code)
    if division is None:
        return {}
    columns = ("name", "valid_from", "valid_to", "successor")
    return {column: getattr(division, column) for column in columns}


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
