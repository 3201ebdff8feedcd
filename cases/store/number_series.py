"""Series of numbers that are printed: which was given out last, and which are skipped."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, or_, select

from cases.rules.numbering import letter_number
from cases.store.tables.case import Counter
from cases.store.tables.correspondence import LetterNumber
from cases.vocabulary.reference import case_reference


class NumberKind(StrEnum):
    """What the numbers of a series are printed on."""

    LETTER = "letter"  #: 发文字号, by office and year.
    CASE = "case"  #: 办件编号, by year.


@dataclass(frozen=True, slots=True)
class LastNumber:
    """The number of a series that was given out last, as far as the database knows."""

    kind: NumberKind
    office_code: str  #: Empty for references of cases, which all offices share.
    year: int
    serial: int

    @property
    def printed(self) -> str:
        """The number as it stands on paper."""
        if self.kind is NumberKind.CASE:
            return case_reference(self.year, self.serial)
        return letter_number(self.office_code, self.year, self.serial)


def last_numbers(session: Session, office_code: str | None = None) -> list[LastNumber]:
    """Return the last number of every series, of one office or of all."""
    wanted = select(Counter).order_by(col(Counter.series))
    if office_code is not None:
        of_office = col(Counter.series).startswith(f"letter/{office_code}/", autoescape=True)
        wanted = wanted.where(or_(of_office, col(Counter.series).startswith("case/")))
    return [_read(counter) for counter in session.exec(wanted).all()]


def skip(
    session: Session, kind: NumberKind, office_code: str, year: int, through: int, reason: str
) -> LastNumber | None:
    """Give out no number of a series up to and including one; return the last one before.

    Numbers of letters are kept as void with the reason. None, and nothing done, when the series
    has no number yet or is there already.
    """
    series = f"case/{year}" if kind is NumberKind.CASE else f"letter/{office_code}/{year}"
    counter = session.get(Counter, series, with_for_update=True)
    if counter is None or counter.last >= through:
        return None
    before = _read(counter)
    if kind is NumberKind.LETTER:
        session.add_all(
            LetterNumber(office_code=office_code, year=year, serial=serial, void_reason=reason)
            for serial in range(counter.last + 1, through + 1)
        )
    counter.last = through
    return before


def _read(counter: Counter) -> LastNumber:
    series, _, year = counter.series.rpartition("/")
    kind, _, office_code = series.partition("/")
    return LastNumber(NumberKind(kind), office_code, int(year), counter.last)
