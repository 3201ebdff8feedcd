"""The years that the package `chinesecalendar` knows, as the ground of our own calendar.

The package carries the State Council's notices as data (2004 to 2026 in version 1.11) and
refuses other years, so the years it knows are read from its tables; nothing is fetched.
"""

from collections.abc import Mapping
from datetime import date
from importlib.metadata import version

from chinese_calendar.constants import Holiday, holidays, workdays

from cases.rules.calendar import WorkCalendar
from cases.rules.calendar_days import DayKind, NamedDay

SEED_SOURCE = f"chinesecalendar {version('chinesecalendar')}"

#: The notices write 清明节 and 端午节 where the package writes 清明 and 端午.
_NOTICE_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def seed_days() -> tuple[NamedDay, ...]:
    """Return every named day that the package knows, by date."""
    off = _named(holidays, DayKind.OFF)
    work = _named(workdays, DayKind.WORK)
    return tuple(sorted((*off, *work), key=lambda day: day.on))


def seed_years() -> tuple[int, ...]:
    """Return the years that the package knows, the first one first."""
    return tuple(sorted({day.year for day in holidays}))


def seed_calendar() -> WorkCalendar:
    """Return the national calendar of those years."""
    return WorkCalendar.of(seed_days(), seed_years())


def _named(days: Mapping[date, str], kind: DayKind) -> list[NamedDay]:
    chinese = {festival.value: festival.chinese for festival in Holiday}
    return [
        NamedDay(on, kind, _NOTICE_NAMES.get(chinese[name], chinese[name]))
        for on, name in days.items()
    ]
