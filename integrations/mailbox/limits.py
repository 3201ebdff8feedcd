"""What a message may cost us."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailLimits:
    """Limits of one message; the last three hold for the process that reads messages."""

    max_bytes: int = 40 * 1024 * 1024
    max_parts: int = 1_000  #: Looked at; what lies behind them stays in the original alone.
    max_depth: int = 20  #: Messages and multiparts in each other.
    max_text: int = 100_000  #: Characters of its words.
    max_attached: int = 20  #: Files that are handed on.
    messages_each: int = 500  #: That one process reads; the next begins anew.
    cpu_seconds: int = 120
    memory_bytes: int = 768 * 1024 * 1024
    wall_seconds: int = 20  #: For each message.


DEFAULT_LIMITS = MailLimits()
