"""Administrative divisions (行政区划): which are governments, what lies where, who is above.

The list is that of the National Bureau of Statistics (`data/divisions.txt`), whose codes are
GB/T 2260 down to counties and GB/T 10114 for townships: a code begins with the code of what it
lies in. The Bureau counts people, not governments, so five kinds of its rows are no offices.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from importlib.resources import files

#: Length of a code and of the codes above it.
LEVELS = (2, 4, 6, 9)

#: Rows of the city level that only hold counties together: 市辖区 and 县 of municipalities,
#: 省直辖县级行政区划. What lies in them answers to the province.
PSEUDO_CITIES = frozenset({"1101", "1201", "3101", "4190", "4290", "4690", "5001", "5002", "6590"})

STATISTICAL_COUNTY = "7"  #: Fifth digit: development zones that the Bureau counts apart.
STATISTICAL_TOWNSHIPS = frozenset("45")  #: Seventh digit: parks, farms, prison farms.

LONGEST_SUCCESSION = 12  #: No code was replaced more often; a longer chain is a circle.


class DivisionKind(StrEnum):
    """The level of a division."""

    PROVINCE = "province"  #: 省、自治区、直辖市
    CITY = "city"  #: 地级市、地区、自治州、盟
    COUNTY = "county"  #: 县、市辖区、县级市、旗
    TOWNSHIP = "township"  #: 乡、镇、街道、苏木


KINDS = dict(zip(LEVELS, DivisionKind, strict=True))


@dataclass(frozen=True, slots=True)
class Change:
    """What this installation knows better than the list: a new, renamed or abolished division."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None  #: The last day that it exists.
    successor: str = ""  #: Code of the division that took over.


@dataclass(frozen=True, slots=True)
class Division:
    """One division."""

    code: str
    name: str
    kind: DivisionKind
    not_an_office: str = ""  #: Why no government is behind the row; empty where one is.
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""

    @property
    def is_office(self) -> bool:
        """Whether a government is behind the row."""
        return not self.not_an_office

    def is_living(self, on: date) -> bool:
        """Whether it exists on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Placed:
    """A division that was looked for, and what has to be said about it."""

    division: Division
    notes: tuple[str, ...] = ()


class DivisionBook:
    """The list with this installation's changes."""

    def __init__(self, listed: Mapping[str, str], changes: tuple[Change, ...] = ()) -> None:
        self._changes = {change.code: change for change in changes}
        changed = {change.code: change.name for change in changes}
        names = {**listed, **changed} if changes else listed
        #: Code to name, the upper levels first, then by code.
        self.names = dict(sorted(names.items(), key=lambda item: (len(item[0]), item[0])))

    def get(self, code: str) -> Division | None:
        """Return the division of this code, living or not."""
        name = self.names.get(code)
        if name is None or len(code) not in KINDS:
            return None
        change = self._changes.get(code) or Change(code, name)
        return Division(
            code=code,
            name=name,
            kind=KINDS[len(code)],
            not_an_office=self.not_offices.get(code, ""),
            valid_from=change.valid_from,
            valid_to=change.valid_to,
            successor=change.successor,
        )

    def lineage(self, code: str) -> tuple[Division, ...]:
        """Return the division after all that it lies in, the province first.

        Without the rows that are no place of their own: pseudo-cities, and the counties that
        repeat their city (东莞, 中山, 儋州, 嘉峪关).
        """
        return tuple(
            division
            for length in LEVELS
            if length <= len(code) and (division := self.get(code[:length]))
            if length == len(code) or code[:length] not in self.hidden
        )

    def path(self, code: str) -> str:
        """Return the full name, "河北省 石家庄市 长安区 建北街道"; 88 towns are called 城关镇."""
        return " ".join(division.name for division in self.lineage(code))

    def superior(self, code: str, on: date) -> Placed | None:
        """Return the nearest government above that exists on the day, or None for a province.

        An abolished one gives way to its successor, else to the one above; the notes say so.
        """
        notes: list[str] = []
        for length in (level for level in reversed(LEVELS) if level < len(code)):
            above = self.get(code[:length])
            if above is None or not above.is_office:
                continue
            if above.is_living(on):
                return Placed(above, tuple(notes))
            heir = self._heir(above, on)
            notes.append(_instead(above, heir))
            if heir is not None and heir.is_office and heir.code != code:
                return Placed(heir, tuple(notes))
        return None

    def of_number(self, digits: str, on: date) -> Placed | None:
        """Return where a person number with these first six digits was given out.

        Numbers keep the codes of counties that are gone: those give the successor, else the
        city or province, and the notes say so. None where not even the province is known.
        """
        county = self.get(digits[:6])
        if county is None:
            return self._nearest_to_unknown(digits[:6], on)
        if not county.is_office:
            above = self.superior(county.code, on)
            if above is None:
                return None
            note = f"{county.code} {county.name} is {county.not_an_office}"
            return Placed(above.division, (note, *above.notes))
        if county.is_living(on):
            return Placed(county)
        heir = self._heir(county, on)
        if heir is not None and heir.is_office:
            return Placed(heir, (_instead(county, heir),))
        above = self.superior(county.code, on)
        return above and Placed(above.division, (_instead(county, None), *above.notes))

    @cached_property
    def not_offices(self) -> Mapping[str, str]:
        """Codes of rows behind which there is no government, and why."""
        reasons = ((code, self._why_no_office(code)) for code in self.names)
        return {code: reason for code, reason in reasons if reason}

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Codes of rows that are no place of their own and that no search shows."""
        repeating = (code for code in self.not_offices if self._repeats_city(code))
        return PSEUDO_CITIES.union(repeating)

    def _nearest_to_unknown(self, code: str, on: date) -> Placed | None:
        above = self.superior(code, on) if len(code) == 6 else None
        if above is None:
            return None
        note = f"{code} is not in the list of counties; it lies in {self.path(above.division.code)}"
        return Placed(above.division, (note, *above.notes))

    def _heir(self, division: Division, on: date) -> Division | None:
        """Return the living division that took over in the end."""
        heir: Division | None = division
        for _ in range(LONGEST_SUCCESSION):
            heir = self.get(heir.successor) if heir else None
            if heir is None or heir.is_living(on):
                return heir
        return None

    def _why_no_office(self, code: str) -> str:
        if code in PSEUDO_CITIES:
            return "a heading of the list, no government"
        if self._repeats_city(code):
            return f"the same office as its city {code[:4]}"
        if code in self._changes:
            return ""  # A person entered it; people enter governments.
        if len(code) == 6 and code[4] == STATISTICAL_COUNTY:
            return "a statistical unit, no government"
        if len(code) == 9 and code[6] in STATISTICAL_TOWNSHIPS:
            return "a statistical unit (park, farm), no government"
        return ""

    def _repeats_city(self, code: str) -> bool:
        return len(code) == 6 and self.names.get(code[:4]) == self.names[code]


def county_of(code: str) -> str:
    """Return the county that a division is or lies in; empty for cities and provinces."""
    return code[:6] if len(code) >= 6 else ""


def lie_across_townships(one: str, other: str) -> bool:
    """Whether two divisions are different townships of one county (县内跨乡)."""
    are_townships = len(one) == len(other) == LEVELS[-1]
    return are_townships and one != other and county_of(one) == county_of(other)


@lru_cache(maxsize=4)
def division_book(changes: tuple[Change, ...] = ()) -> DivisionBook:
    """Return the book with these changes; the same changes give the same book again."""
    return DivisionBook(_listed(), changes)


@cache
def _listed() -> Mapping[str, str]:
    data = files("cases.rules").joinpath("data", "divisions.txt")
    return dict(_entries(data.read_text(encoding="utf-8")))


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        code, name, *townships = line.split()
        yield code, name
        number = 0
        for word in townships:
            if word.isascii():  # The next township's last three digits.
                number = int(word)
            else:
                yield f"{code}{number:03d}", word
                number += 1


def _instead(gone: Division, heir: Division | None) -> str:
    when = f" after {gone.valid_to.isoformat()}" if gone.valid_to else " yet"
    words = f"{gone.code} {gone.name} does not exist{when}"
    return f"{words}; {heir.code} {heir.name} took over" if heir else words
