"""What a process gives up before it reads a stranger's file."""

import resource
import sys


def limit_ourselves(*, cpu_seconds: int, memory_bytes: int) -> None:
    """Give up files, core dumps and all but so much time and memory, before the first byte."""
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":  # macOS accepts no limit of the address space.
        _lower(resource.RLIMIT_AS, memory_bytes)


def _lower(kind: int, limit: int) -> None:
    """Lower a limit; the machine's own may be lower still and stays."""
    _, hard = resource.getrlimit(kind)
    lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (lowest, lowest))
