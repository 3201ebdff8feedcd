"""What an enclosure may cost us."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnclosureLimits:
    """Limits of one enclosure; the last three hold for the process that reads it."""

    max_bytes: int = 20 * 1024 * 1024
    max_pages: int = 200
    cpu_seconds: int = 10
    memory_bytes: int = 512 * 1024 * 1024
    wall_seconds: int = 30  #: Ends a process that sleeps rather than works.


DEFAULT_LIMITS = EnclosureLimits()
