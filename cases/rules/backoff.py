"""How long to rest after a failure, and when to call a person."""

from datetime import timedelta

MAIL_TRIES = 12  #: About a day and a half with the pauses below.
CASE_TRIES = 5  #: Then the case is quarantined with an owner.


def mail_pause(failures: int) -> timedelta:
    """Return the pause after the n-th refusal: 1, 2, 4 ... minutes, six hours at most."""
    return min(timedelta(minutes=2 ** min(max(failures, 1) - 1, 12)), timedelta(hours=6))


def case_pause_ms(attempts: int) -> int:
    """Return the pause in ms after the n-th bad turn of a case: 1, 4, 16, 64 seconds."""
    return int(1_000 * min(4 ** (max(attempts, 1) - 1), 256))
