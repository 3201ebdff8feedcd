"""Days that the plain week does not tell: off or worked by notice, local rule or order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Language

NATIONAL = "national"
DIVISION = "division:"  #: Followed by a prefix of division codes: "division:45".
OFFICE = "office:"  #: Followed by the code of one office: "office:WHJB".
DIVISION_LEVELS = (2, 4, 6, 9, 12)  #: Digits of province, city, county, township, village.

OTHER_OFFICE_RESTS = "对方机关休息"

NAMES_IN_ENGLISH = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "国庆节": "National Day",
    "中秋节": "Mid-autumn Festival",
    OTHER_OFFICE_RESTS: "the other office rests",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class DayKind(StrEnum):
    """What a named day is."""

    OFF = "off"  #: 休息日
    WORK = "work"  #: 上班日; on a weekend a make-up working day (调休上班).


class YearStatus(StrEnum):
    """Whether a year may be counted on."""

    DRAFT = "draft"  #: Entered by one person; no date rests on it yet.
    PUBLISHED = "published"  #: Approved by a second person.


@dataclass(frozen=True, slots=True)
class NamedDay:
    """One named day. The name is in the notice's own words: "国庆节", "防汛停工"."""

    on: date
    kind: DayKind
    name: str
    scope: str = NATIONAL
    is_override: bool = False  #: Ordered for this single day after the year was published.

    @property
    def precedence(self) -> tuple[bool, int, int]:
        """Rank among days of one date; the highest holds.

        National days yield to those of a division, wide divisions to narrow ones, these to
        the office's own, and every one of them to a single-day override.
        """
        level = (NATIONAL, DIVISION, OFFICE).index(check_scope(self.scope))
        return self.is_override, level, len(self.scope)

    def reason(self, language: Language = Language.ENGLISH) -> str:
        """Say in words why the day is off or worked."""
        if language is Language.CHINESE:
            return self._reason_zh()
        name = english_name(self.name)
        if self.is_override:
            return f"{'off' if self.kind is DayKind.OFF else 'worked'} by special order: {name}"
        if self.scope == NATIONAL:
            return name if self.kind is DayKind.OFF else f"make-up working day ({name})"
        if self.kind is DayKind.WORK:
            return f"local working day: {name}"
        return f"{'local closure' if self.scope.startswith(OFFICE) else 'local holiday'}: {name}"

    def _reason_zh(self) -> str:
        if self.is_override:
            return f"专门通知{'放假' if self.kind is DayKind.OFF else '上班'}：{self.name}"
        if self.scope == NATIONAL:
            return self.name if self.kind is DayKind.OFF else f"调休上班（{self.name}）"
        if self.kind is DayKind.WORK:
            return f"本地上班：{self.name}"
        return f"{'本单位停止办公' if self.scope.startswith(OFFICE) else '本地放假'}：{self.name}"


def english_name(name: str) -> str:
    """Return the English name; a name without one stays as it is."""
    return " and ".join(NAMES_IN_ENGLISH.get(part, part) for part in name.split("、"))


def weekday_name(day: date, language: Language = Language.ENGLISH) -> str:
    """Return "Sunday" or "星期日"."""
    if language is Language.CHINESE:
        return "星期" + "一二三四五六日"[day.weekday()]
    return WEEKDAYS[day.weekday()]


def check_scope(scope: str) -> str:
    """Return the scope's level. Raises InvalidValue for a scope that cannot be read."""
    if scope == NATIONAL:
        return NATIONAL
    code = scope.removeprefix(DIVISION)
    if scope.startswith(DIVISION) and code.isascii() and code.isdigit():
        if len(code) in DIVISION_LEVELS:
            return DIVISION
    elif scope.startswith(OFFICE) and len(scope) > len(OFFICE):
        return OFFICE
    raise InvalidValue(
        f"the scope {scope!r} is neither {NATIONAL!r} nor '{DIVISION}<2, 4, 6, 9 or 12 digits>' "
        f"nor '{OFFICE}<code>'"
    )


def scopes_of(division_code: str, office_code: str) -> tuple[str, ...]:
    """Return every scope whose days hold for an office, the widest first."""
    prefixes = [division_code[:n] for n in DIVISION_LEVELS if n <= len(division_code)]
    own = (f"{OFFICE}{office_code}",) if office_code else ()
    return (NATIONAL, *(f"{DIVISION}{prefix}" for prefix in prefixes), *own)


def merge(days: Iterable[NamedDay]) -> dict[date, NamedDay]:
    """Return for each date the named day that holds there."""
    return {day.on: day for day in sorted(days, key=lambda day: day.precedence)}
