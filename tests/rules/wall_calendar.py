"""Dates as a clerk writes them beside a wall calendar."""

from datetime import date


def day(text: str) -> date:
    """Read "Mon 2026-09-28"; a weekday that does not fit is a mistake in the table."""
    parsed = date.fromisoformat(text[4:])
    assert f"{parsed:%a}" == text[:3], f"{text} is a {parsed:%A}"
    return parsed
