"""Time is a parameter: nothing in `cases` asks what time it is."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, dotted, expect_none, read_sources

ASKING = {"now", "today", "utcnow"}
CLASSES_WITH_A_CLOCK = {"datetime", "date", "Date", "DateTime"}
CLOCKS_OF_THE_TIME_MODULE = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"}


def clock_readings(source: Source) -> Iterator[str]:
    """Find calls and references that read a clock.

    The database's own time (`func.now()`) is left to the store: leases alone use it.
    """
    for node in ast.walk(source.tree):
        found = ""
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            names = {alias.name for alias in node.names}
            found = ", ".join(sorted(names & CLOCKS_OF_THE_TIME_MODULE))
        elif isinstance(node, ast.Call):
            found = _asked(node.func, is_store=source.path.startswith("cases/store/"))
        elif isinstance(node, ast.Attribute):
            found = _referred_to(node)
        if found:
            yield f"{source.at(node)} reads a clock: {found}"


def _asked(function: ast.expr, *, is_store: bool) -> str:
    name = function.attr if isinstance(function, ast.Attribute) else dotted(function)
    if name not in ASKING or _is_of_a_class(function):
        return ""  # the reference itself is reported
    receiver = dotted(function).rpartition(".")[0]
    is_database_time = receiver.rpartition(".")[2] == "func"
    return "" if is_database_time and is_store else f"{name}()"


def _referred_to(node: ast.Attribute) -> str:
    if node.attr in ASKING and _is_of_a_class(node):
        return dotted(node)
    if dotted(node.value) == "time" and node.attr in CLOCKS_OF_THE_TIME_MODULE:
        return dotted(node)
    return ""


def _is_of_a_class(node: ast.expr) -> bool:
    receiver = dotted(node).rpartition(".")[0]
    return receiver.rpartition(".")[2] in CLASSES_WITH_A_CLOCK


def test_nothing_in_cases_reads_a_clock() -> None:
    expect_none(found for source in read_sources("cases") for found in clock_readings(source))


@pytest.mark.parametrize(
    "text",
    [
        "due = datetime.now(UTC)",
        "due = dt.datetime.utcnow()",
        "due = date.today()",
        "opened_at: datetime = Field(default_factory=datetime.now)",
        "started = time.time()",
        "stamp = time.time_ns",
        "from time import time",
        "later = clock.now() + allowance",
        "later = clock_of(settings).now()",
        "later = now()",
        "due = func.now()",
    ],
)
def test_a_clock_reading_in_a_rule_is_found(text: str) -> None:
    assert len(list(clock_readings(Source("cases/rules/due_dates.py", text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "time.sleep(0.02)",
        "waited = time.monotonic() - started",
        "END_OF_DAY = time(23, 59, 59)",
        "is_overdue = facts.today > due_on",
        "def now(self) -> datetime: ...",
    ],
)
def test_a_duration_or_a_parameter_is_no_clock(text: str) -> None:
    assert list(clock_readings(Source("cases/rules/due_dates.py", text))) == []


def test_a_lease_may_use_the_time_of_the_database() -> None:
    assert list(clock_readings(Source("cases/store/leases.py", "until = func.now()"))) == []
