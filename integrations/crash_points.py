"""Named points at which a fault test stops the process as a power cut would."""

import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path


def crash_at(setting: str) -> Callable[[str], None]:
    """Return a function that kills the process on reaching the point that the setting names.

    The setting is "POINT", "POINT#N" for the N-th time, or "each:FOLDER": at every point at
    which no process of that folder was stopped before. Empty, the function does nothing.
    """
    if not setting:
        return _go_on
    if setting.startswith("each:"):
        return _once_at_each(Path(setting.removeprefix("each:")))
    point, _, nth = setting.partition("#")
    wanted = int(nth or 1)
    seen: Counter[str] = Counter()

    def reached(name: str) -> None:
        seen[name] += 1
        if name == point and seen[name] == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def _once_at_each(folder: Path) -> Callable[[str], None]:
    """Stop where nobody was stopped yet; the folder holds a file for each point of the past.

    While the folder is away nobody is stopped.
    """

    def reached(name: str) -> None:
        try:
            (folder / name).touch(exist_ok=False)
        except (FileExistsError, FileNotFoundError):
            return
        os.kill(os.getpid(), signal.SIGKILL)

    return reached


def _go_on(_name: str) -> None:
    return
