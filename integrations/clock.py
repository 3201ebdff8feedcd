"""Clocks: the system's, and one in a file that is stepped from outside."""

import os
from datetime import UTC, datetime
from pathlib import Path

from cases.vocabulary.errors import SettingsFault


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class FileClock:
    """A clock that stands still until somebody sets it; every process sees the same time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """Return the instant that the file holds. Raises SettingsFault when it holds none."""
        try:
            return datetime.fromisoformat(self._path.read_text("ascii"))
        except (OSError, ValueError) as fault:
            raise SettingsFault(f"the clock file {self._path} holds no instant") from fault

    def set(self, instant: datetime) -> None:
        """Set the clock for everybody at once."""
        new = self._path.with_suffix(".new")
        new.write_text(instant.astimezone(UTC).isoformat(), "ascii")
        os.replace(new, self._path)


def clock_of(setting: str) -> SystemClock | FileClock:
    """Return the clock that a setting names. Raises SettingsFault."""
    if setting == "system":
        return SystemClock()
    kind, _, path = setting.partition(":")
    if kind != "file" or not path:
        raise SettingsFault(f"HANCHA_CLOCK is {setting!r}; it is 'system' or 'file:PATH'")
    return FileClock(Path(path))
