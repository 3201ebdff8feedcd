"""`hancha due`: count working days, for one start or for lines of them."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cases.rules.calendar import WorkCalendar
from cases.rules.calendar_seed import seed_calendar
from cases.rules.due_date_trace import explain as explain_days
from cases.rules.due_lines import answer as count
from cases.rules.due_lines import answer_line, read_start
from cases.vocabulary.values import Allowance, CountedDay
from integrations import words
from integrations.cli.day_table import day_table
from integrations.cli.lazy import fetch
from integrations.cli.lines import answer_lines
from integrations.cli.options import AsJson, InLanguage, language_of_terminal
from integrations.cli.output import answer
from integrations.reading.counted_days import days_as_facts
from integrations.settings import read_settings


def due(
    start: Annotated[
        str, typer.Argument(metavar="START", help="收到日 A date or an instant; - for lines.")
    ],
    days: Annotated[str, typer.Argument(metavar="[DAYS]", help="工作日数 Working days.")] = "",
    office: Annotated[
        str, typer.Option("--office", metavar="CODE", help="机关 By whose calendar; else national.")
    ] = "",
    explain: Annotated[bool, typer.Option("--explain", help="逐日 Say it day by day.")] = False,
    language: InLanguage = None,
    as_json: AsJson = False,
) -> None:
    """Say on which day so many working days end; the day of receipt does not count.

    With - it reads START<TAB>DAYS lines from standard input and prints one JSON object a line:
    {"due_on", "counted"}, or {"refused"}. The calendar is this installation's, or the one that
    comes with Hancha where there is none.
    """
    if start == "-":
        if days:
            raise typer.BadParameter("lines come from standard input", param_hint="DAYS")
        calendar = _calendar(office)
        answer_lines(sys.stdin.buffer, lambda line: answer_line(line, calendar))
        return
    if not days:
        raise typer.BadParameter("how many working days?", param_hint="DAYS")
    calendar = _calendar(office)
    document: dict[str, Any] = count(start, days, calendar)
    told: tuple[CountedDay, ...] = ()
    if explain:
        allowance = Allowance(int(days))
        told = explain_days(
            read_start(start, calendar),
            allowance,
            calendar,
            language=language or language_of_terminal(),
        )
        document["days"] = days_as_facts(told)
    answer(document, as_json, lambda console: _show(console, document, told))


def _calendar(office: str) -> WorkCalendar:
    """Return the calendar to count by; the database is imported only where there is one."""
    settings = read_settings()
    has_file = settings.database_url or Path(settings.database.removeprefix("sqlite:///")).exists()
    if not office and not has_file:
        return seed_calendar()
    calendar: WorkCalendar = fetch("stored_calendar:stored_calendar")(office)
    return calendar


def _show(console: Console, document: dict[str, Any], told: tuple[CountedDay, ...]) -> None:
    if told:
        console.print(day_table(told))
    on = read_start(document["due_on"], WorkCalendar.of((), ()))
    console.print(
        f"截止日期 Due date: {words.day(on)}（{len(document['counted'])} 个工作日 working days）"
    )
