"""What a look at one thing finds, and how long is too long."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Level(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    WARN = "warn"  #: Somebody should look.
    BAD = "bad"  #: Something does not work; the doctor's exit code says so.


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    name: str  #: "wake_lag", for scripts.
    chinese: str
    level: Level
    detail: str
    value: float | int | str | None = None  #: What was measured; seconds where it is a time.

    @property
    def label(self) -> str:
        """The name for people."""
        return self.name.replace("_", " ")


def by_age(age: timedelta, *, warn: timedelta, bad: timedelta | None = None) -> Level:
    """Return how an age is to be taken; without `bad` it is never worse than a warning."""
    if bad is not None and age >= bad:
        return Level.BAD
    return Level.WARN if age >= warn else Level.OK


def in_words(age: timedelta) -> str:
    """Return "12 s", "5 min", "3 h" or "4 d"."""
    seconds = max(int(age.total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
