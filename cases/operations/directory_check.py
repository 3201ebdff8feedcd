"""What a person should look at in the directory (机关名录核查)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from cases.rules.divisions import DivisionBook, DivisionKind
from cases.store import divisions, superiors
from cases.store.tables.office import Office

VERIFIED_FOR = timedelta(days=365)  #: A telephone number older than that is a guess.


class Concern(StrEnum):
    """Why an office needs a look."""

    NO_SUPERIOR = "no_superior"  #: Nobody to escalate to.
    SUPERIOR_GONE = "superior_gone"  #: The stored one was abolished; the words name another.
    NO_ADDRESS = "no_address"  #: Neither mail nor post reaches it.
    NO_SUCCESSOR = "no_successor"  #: It is gone, and nobody knows who took over.
    DIVISION_GONE = "division_gone"  #: Its division does not exist any more.
    DIVISION_UNKNOWN = "division_unknown"  #: Its division is in no list.
    NO_GOVERNMENT = "no_government"  #: Its division is a row of the list without a government.
    SAME_NAME = "same_name"  #: Another living office is called so in the same division.
    NOT_VERIFIED = "not_verified"  #: Nobody made sure of its addresses within the last year.


@dataclass(frozen=True, slots=True)
class Finding:
    """One concern about one office."""

    office: Office
    concern: Concern
    words: str = ""


def check_directory(session: Session, *, on: date) -> list[Finding]:
    """Return every concern, by the office's code."""
    book = divisions.book(session)
    rows = session.exec(select(Office).order_by(col(Office.code))).all()
    names = Counter((row.name_zh, row.division_code) for row in rows if row.is_living(on))
    found: list[Finding] = []
    for office in rows:
        if not office.is_living(on):
            if office.valid_to and superiors.successor_of(session, office, on) is None:
                found.append(Finding(office, Concern.NO_SUCCESSOR))
            continue
        concerns = [
            *_of_superior(session, book, office, on),
            *_of_division(book, office, on),
            *_of_itself(office, on),
        ]
        if names[office.name_zh, office.division_code] > 1:
            concerns.append((Concern.SAME_NAME, office.name_zh))
        found.extend(Finding(office, concern, words) for concern, words in concerns)
    return found


def _of_superior(
    session: Session, book: DivisionBook, office: Office, on: date
) -> Iterator[tuple[Concern, str]]:
    superior = superiors.nearest(session, office, on)
    division = book.get(office.division_code)
    is_top = division is not None and division.kind is DivisionKind.PROVINCE
    if superior is None and not is_top:
        candidates = superiors.by_division(session, book, office.division_code, on)
        some = ", ".join(each.code for each in candidates[:5])
        yield Concern.NO_SUPERIOR, f"by its division: {some}" if some else ""
    if superior is not None and superior.notes:
        words = "; ".join(superior.notes)
        yield Concern.SUPERIOR_GONE, f"{words}; nearest: {superior.office.code}"


def _of_division(book: DivisionBook, office: Office, on: date) -> Iterator[tuple[Concern, str]]:
    division = book.get(office.division_code)
    if division is None:
        yield Concern.DIVISION_UNKNOWN, office.division_code
    elif not division.is_living(on):
        yield Concern.DIVISION_GONE, f"{division.code} {division.name}"
    elif not division.is_office:
        yield Concern.NO_GOVERNMENT, f"{division.name}: {division.not_an_office}"


def _of_itself(office: Office, on: date) -> Iterator[tuple[Concern, str]]:
    if not office.email and not office.address:
        yield Concern.NO_ADDRESS, ""
    if office.verified_on is None or office.verified_on < on - VERIFIED_FOR:
        last = office.verified_on.isoformat() if office.verified_on else "never"
        yield Concern.NOT_VERIFIED, last
