"""Decide what each line of a file of offices would do to the directory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cases.rules.divisions import DivisionBook
from cases.rules.office_lines import Line, Value

Facts = Mapping[str, Value]  #: Column to value; superior and successor as codes.

REFERENCES = ("superior", "successor")
MOST_NAMED = 5  #: Offices that a note lists.


class LineVerdict(StrEnum):
    """What became of a line."""

    ADDED = "added"  #: A new office.
    CHANGED = "changed"  #: An office that is known otherwise.
    UNCHANGED = "unchanged"  #: All of it is known already.
    REFUSED = "refused"  #: The reason says why; the directory stays as it is.
    SKIPPED = "skipped"  #: The heading, a comment, a blank line.


@dataclass(frozen=True, slots=True)
class LineReport:
    """One line and what it does."""

    number: int
    code: str
    verdict: LineVerdict
    reason: str = ""  #: Why it is refused.
    notes: tuple[str, ...] = ()  #: What a person should look at.
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)  #: Before, after.


class ImportPlan:
    """The lines of one file against the directory as it is known."""

    def __init__(
        self, lines: Sequence[Line], known: Mapping[str, Facts], book: DivisionBook, on: date
    ) -> None:
        """Take the lines; `known` is code to facts, `on` the day by which offices are living."""
        self._lines, self._known, self._book, self._on = lines, known, book, on
        self._refused: dict[int, str] = {}
        self._notes: dict[str, list[str]] = defaultdict(list)
        self._line_of: dict[str, int] = {}  #: Of each code, the first line that has it.
        self._facts: dict[str, dict[str, Value]] = {}  #: Of the offices not refused.
        for line in lines:
            if line.is_office:
                self._take(line)
        self._name_superiors()
        self._refuse_dangling(self._facts)
        while circling := self._circling():
            for code in circling:
                self._refuse(code, f"{code} would be above itself, or come after itself")
            self._refuse_dangling(self._facts)

    def reports(self) -> list[LineReport]:
        """Return one report for each line of the file, in its order."""
        return [self._report(line) for line in self._lines]

    def facts_of(self, code: str) -> Facts:
        """Return all that will be known of an office that is not refused."""
        return self._facts[code]

    def _take(self, line: Line) -> None:
        code = line.code
        first = self._line_of.setdefault(code, line.number) if code else line.number
        if line.reason:
            self._refused[line.number] = line.reason
        elif first != line.number:
            self._refused[line.number] = f"line {first} has the code {code} already"
        else:
            self._facts[code] = {**self._known.get(code, {}), **line.values}
            self._check(code)

    def _check(self, code: str) -> None:
        facts = self._facts[code]
        begins, ends = facts.get("valid_from"), facts.get("valid_to")
        if not facts.get("name_zh"):
            self._refuse(code, "a new office needs a name (name_zh, 机关名称)")
        elif isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            self._refuse(code, "an office cannot end before it begins")
        else:
            self._check_division(code)

    def _check_division(self, code: str) -> None:
        facts = self._facts[code]
        division_code = str(facts.get("division_code") or "")
        if division_code in self._book.hidden:
            above = self._book.superior(division_code, self._on)
            if len(division_code) == 4 or above is None:
                self._refuse(code, f"{division_code} is {self._book.not_offices[division_code]}")
                return
            facts["division_code"] = division_code = above.division.code
        division = self._book.get(division_code)
        if division_code and division_code[:2] not in self._book.names:
            self._refuse(code, f"no province has the code {division_code[:2]}")
        elif division_code and division is None:
            self._notes[code].append(f"{division_code} is not in the list of divisions")
        elif division and division.not_an_office:
            self._notes[code].append(f"{division.name} is {division.not_an_office}")

    def _name_superiors(self) -> None:
        """Give each new office without a superior the one above it by its division's code."""
        new = [
            code
            for code, facts in self._facts.items()
            if code not in self._known and not facts.get("superior")
        ]
        seats = self._seats() if new else {}
        for code in new:
            candidates = self._above(code, seats)
            if len(candidates) == 1:
                self._facts[code]["superior"] = candidates[0]
                self._notes[code].append(f"superior by division: {candidates[0]}")
            elif candidates:
                some = ", ".join(candidates[:MOST_NAMED])
                self._notes[code].append(f"no superior: name one of {some}")
            else:
                self._notes[code].append("no superior: none is known")

    def _seats(self) -> Mapping[str, list[str]]:
        """Return division code to the living offices there."""
        seats: dict[str, list[str]] = defaultdict(list)
        for code, facts in {**self._known, **self._facts}.items():
            ends = facts.get("valid_to")
            if not (isinstance(ends, date) and ends < self._on):
                seats[str(facts.get("division_code") or "")].append(code)
        return seats

    def _above(self, code: str, seats: Mapping[str, list[str]]) -> list[str]:
        division_code = str(self._facts[code].get("division_code") or "")
        while placed := self._book.superior(division_code, self._on):
            division_code = placed.division.code
            if found := [each for each in seats.get(division_code, ()) if each != code]:
                return sorted(found)
        return []

    def _refuse_dangling(self, codes: Iterable[str]) -> None:
        """Refuse offices whose superior or successor is not there, and those that rest on them."""
        resting: dict[str, list[str]] = defaultdict(list)
        for code, facts in self._facts.items():
            for reference in REFERENCES:
                resting[str(facts.get(reference) or "")].append(code)
        waiting = list(codes)
        while waiting:
            code = waiting.pop()
            missing = self._missing_reference(code)
            if missing:
                self._refuse(code, missing)
                if code not in self._known:
                    waiting.extend(resting.get(code, ()))

    def _missing_reference(self, code: str) -> str:
        for reference in REFERENCES:
            named = str(self._facts.get(code, {}).get(reference) or "")
            if named and named not in self._facts and named not in self._known:
                return f"the {reference} {named} is neither in the directory nor accepted here"
        return ""

    def _circling(self) -> set[str]:
        """Return the offices of this file that stand above or come after themselves."""
        circling: set[str] = set()
        for reference in REFERENCES:
            settled: set[str] = set()
            for code in self._facts:
                trail: dict[str, None] = {}
                while code and code not in settled and code not in trail:
                    trail[code] = None
                    facts = self._facts.get(code) or self._known.get(code) or {}
                    code = str(facts.get(reference) or "")
                if code in trail:
                    members = list(trail)
                    circling.update(members[members.index(code) :])
                settled.update(trail)
        return circling & self._facts.keys()

    def _refuse(self, code: str, reason: str) -> None:
        del self._facts[code]
        self._refused[self._line_of[code]] = reason

    def _report(self, line: Line) -> LineReport:
        if not line.is_office:
            return LineReport(line.number, "", LineVerdict.SKIPPED)
        if line.number in self._refused:
            reason = self._refused[line.number]
            return LineReport(line.number, line.code, LineVerdict.REFUSED, reason)
        before, after = self._known.get(line.code), self._facts[line.code]
        changes = {
            column: (before.get(column) if before else None, value)
            for column, value in after.items()
            if column != "code" and (before or {}).get(column) != value
        }
        verdict = LineVerdict.ADDED if before is None else LineVerdict.CHANGED
        notes = tuple(self._notes.get(line.code, ()))
        return LineReport(
            line.number,
            line.code,
            verdict if changes else LineVerdict.UNCHANGED,
            notes=notes,
            changes=changes,
        )
