"""`hancha calendar`: the work calendar, entered by one person and published by another."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cases.operations import calendars
from cases.rules.calendar_days import DayKind, NamedDay, english_name
from cases.store import calendars as stored
from cases.store.tables.calendar import CalendarYear
from cases.vocabulary.errors import InvalidValue
from integrations import words
from integrations.cli.moved_dates import DryRun, moved_facts, show_moved
from integrations.cli.options import AsJson, AsLogin, text_of_at_most
from integrations.cli.output import answer, facts, listing
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts

LARGEST_FILE = 1024 * 1024  #: A year has some forty days; nobody needs a mebibyte for them.
KINDS = {DayKind.OFF: "休息 off", DayKind.WORK: "上班 worked"}
STATUSES = {"draft": "草稿 draft", "published": "已公布 published"}

YearFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="JSON as holiday-cn has it."),
]


def show(
    year: Annotated[int | None, typer.Argument(help="年 One year; else all of them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the years that were entered, or every named day of one."""
    with opened() as premises, premises.reading() as session:
        if year is None:
            years = [_year(each) for each in stored.years(session)]
            answer(years, as_json, lambda console: _show_years(console, years))
            return
        document = {
            **_year(stored.get_year(session, year)),
            "days": [
                {
                    "on": day.falls_on,
                    "kind": day.kind,
                    "name": day.name,
                    "scope": day.scope,
                    "is_override": day.is_override,
                    "is_proposed": day.is_proposed,
                }
                for day in stored.days_of_year(session, year)
            ],
        }
    answer(document, as_json, lambda console: _show_year(console, document))


def diff(file: YearFile, as_json: AsJson = False) -> None:
    """Compare a file with the year as it was entered, before anybody enters it anew."""
    with opened() as premises, premises.reading() as session:
        found = [
            {"on": each.on, "before": _named(each.before), "after": _named(each.after)}
            for each in calendars.diff(session, _read(file))
        ]
    answer(found, as_json, lambda console: _show_differences(console, found))


def import_year(
    file: YearFile,
    login: AsLogin,
    notice: Annotated[
        str, typer.Option("--notice", parser=text_of_at_most(80), help="文号 Number of the notice.")
    ] = "",
    source: Annotated[
        str,
        typer.Option("--source", parser=text_of_at_most(500), help="来源 Where it was taken from."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Enter a year from a file as a draft; a second person publishes it."""
    payload = _read(file)
    with acting(login, "import-calendar") as (premises, session, actor):
        year = calendars.import_year(
            session, actor, payload, notice_no=notice, source=source, now=premises.clock.now()
        )
        document = _year(year)

    def show(console: Console) -> None:
        _show_years(console, [document])
        tried = f"hancha calendar publish {document['year']} --dry-run"
        console.print(f"草稿不影响日期 A draft moves no date; what it would move: {tried}")

    answer(document, as_json, show)


def publish(
    year: Annotated[int, typer.Argument(help="年 The year.")],
    login: AsLogin,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Publish a year that another person entered; provisional dates become final, once."""
    with acting(login, "publish-calendar", is_rehearsal=dry_run) as (premises, session, actor):
        moved = calendars.publish_year(session, actor, year, now=premises.clock.now())
        document = {
            **_year(stored.get_year(session, year)),
            "is_published": not dry_run,
            **moved_facts(moved, is_applied=not dry_run),
        }
    answer(document, as_json, lambda console: show_moved(console, document))


def _read(file: Path) -> object:
    """Return what the file holds. Raises InvalidValue when that is not JSON of a usual size."""
    with file.open("rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise InvalidValue(f"{file.name} has more than {LARGEST_FILE} bytes")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise InvalidValue(f"{file.name} is not JSON: {fault}") from None


def _year(year: CalendarYear) -> Facts:
    return {
        "year": year.year,
        "status": year.status,
        "notice": year.notice_no or None,
        "source": year.source or None,
        "note": year.note or None,
        "entered_by": year.entered_by,
        "approved_by": year.approved_by or None,
    }


def _named(day: NamedDay | None) -> dict[str, Any] | None:
    return {"kind": day.kind, "name": day.name} if day else None


def _show_years(console: Console, years: Sequence[Facts]) -> None:
    if not years:
        console.print("没有日历 No year was entered; `hancha init` enters those that are known.")
        return
    table = listing(
        "年 Year",
        "状态 Status",
        "录入 Entered by",
        "公布 Published by",
        "来源 Source",
        "文号 Notice",
    )
    for each in years:
        source = "\n".join(text for text in (each["source"], each["note"]) if text)
        table.add_row(
            str(each["year"]),
            STATUSES[each["status"]],
            each["entered_by"],
            each["approved_by"] or words.NONE,
            source,
            each["notice"] or words.NONE,
        )
    console.print(table)


def _show_year(console: Console, year: Facts) -> None:
    console.print(
        facts(
            ("年 Year", year["year"]),
            ("状态 Status", STATUSES[year["status"]]),
            ("录入 Entered by", year["entered_by"]),
            ("公布 Published by", year["approved_by"]),
            ("来源 Source", year["source"]),
            ("文号 Notice", year["notice"]),
            ("说明 Note", year["note"]),
        )
    )
    table = listing("日期 Date", "性质 Kind", "名称 Name", "范围 Scope")
    for each in year["days"]:
        order = "（专门通知 special order）" if each["is_override"] else ""
        order += "（待批准 to be approved）" if each["is_proposed"] else ""
        table.add_row(
            words.day(each["on"]),
            KINDS[each["kind"]],
            f"{each['name']} {english_name(each['name'])}{order}",
            each["scope"],
        )
    console.print(table)


def _show_differences(console: Console, found: Sequence[Facts]) -> None:
    if not found:
        console.print("没有差异 No difference.")
        return
    table = listing("日期 Date", "现有 As entered", "文件 In the file")
    for each in found:
        table.add_row(words.day(each["on"]), _in_words(each["before"]), _in_words(each["after"]))
    console.print(table)


def _in_words(day: dict[str, Any] | None) -> str:
    return f"{KINDS[day['kind']]} {day['name']}" if day else words.NONE
