"""Named points at which a fault test stops the process as a power cut would."""

import os
import signal
from collections import Counter
from collections.abc import Callable


def crash_at(setting: str) -> Callable[[str], None]:
    """Return a function that kills the process on reaching the point for the N-th time.

    The setting is "POINT" or "POINT#N"; empty, the function does nothing.
    """
    if not setting:
        return _go_on
    point, _, nth = setting.partition("#")
    wanted = int(nth or 1)
    seen: Counter[str] = Counter()

    def reached(name: str) -> None:
        seen[name] += 1
        if name == point and seen[name] == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def _go_on(_name: str) -> None:
    return
