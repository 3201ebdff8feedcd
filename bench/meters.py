"""What processes use: processor time and memory, read from the system before and after."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import psutil

MIB = 1024 * 1024
Processes = Callable[[], Sequence[psutil.Process]]


@dataclass(slots=True)
class Spent:
    """What was used between two readings."""

    seconds: float = 0.0
    cpu_ms: dict[str, float] = field(default_factory=dict)  #: By the name of the group.

    @property
    def all_cpu_ms(self) -> float:
        """Processor time of all groups."""
        return sum(self.cpu_ms.values())


def one(pid: int) -> Processes:
    """Return a group of one process; what its ended children used counts as its own."""
    process = psutil.Process(pid)
    return lambda: [process]


def with_children(pid: int) -> Processes:
    """Return a group of a process and everything below it."""
    process = psutil.Process(pid)
    return lambda: [process, *process.children(recursive=True)]


@contextmanager
def spent(groups: Mapping[str, Processes]) -> Iterator[Spent]:
    """Give what the groups use inside the block; filled in when the block is left."""
    found = Spent()
    before = {name: _cpu_ms(processes()) for name, processes in groups.items()}
    started = time.monotonic()
    yield found
    found.seconds = time.monotonic() - started
    found.cpu_ms = {name: _cpu_ms(processes()) - before[name] for name, processes in groups.items()}


@contextmanager
def standing_still(*pids: int | None) -> Iterator[None]:
    """Let processes of ours stand still, so that their polling is not charged to others."""
    processes = [psutil.Process(pid) for pid in pids if pid is not None]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def memory_mib(processes: Sequence[psutil.Process]) -> dict[str, float]:
    """Return resident memory of a group, and its own share where pages are shared (PSS)."""
    found = [process.memory_full_info() for process in processes]
    return {
        "rss_mib": round(sum(each.rss for each in found) / MIB, 1),
        "pss_mib": round(sum(getattr(each, "pss", each.rss) for each in found) / MIB, 1),
    }


def middle(values: Sequence[float], digits: int = 1) -> float:
    """Return the median, rounded."""
    return round(median(values), digits)


def _cpu_ms(processes: Sequence[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:  # Ended since it was listed; its parent has its time.
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total * 1000
