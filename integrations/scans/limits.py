"""What a scanned file may cost us."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """Limits of one file; the last four hold for each process that reads a part of it."""

    max_bytes: int = 200 * 1024 * 1024
    max_pages: int = 300
    pages_at_once: int = 20  #: That one process reads; the next begins anew.
    cpu_seconds: int = 30
    memory_bytes: int = 768 * 1024 * 1024
    wall_seconds: int = 120  #: Ends a process that sleeps rather than works.


DEFAULT_LIMITS = ScanLimits()
