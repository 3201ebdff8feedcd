"""Counted days as plain facts; apart, as `hancha due` needs no database."""

from collections.abc import Sequence
from typing import Any

from cases.vocabulary.values import CountedDay


def days_as_facts(days: Sequence[CountedDay]) -> list[dict[str, Any]]:
    """Return the days for JSON."""
    return [{"on": day.on, "counts": day.counts, "reason": day.reason} for day in days]
