"""`hancha office search|import|check`: find offices, take them in from a file, look after them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.operations.directory_check import check_directory
from cases.operations.directory_import import ImportReport, import_offices
from cases.operations.directory_search import Findings, search
from cases.rules.calendar import CHINA
from cases.rules.office_import import LineReport, LineVerdict
from cases.rules.office_lines import LARGEST_FILE, read_lines
from cases.store import offices
from integrations import words
from integrations.cli.moved_dates import moved_facts, show_moved
from integrations.cli.options import AsJson, AsLogin, Limit
from integrations.cli.output import answer, listing
from integrations.cli.premises import opened
from integrations.reading.case_brief import Facts

REFUSED = 3  #: The exit code when a line was refused.

VERDICTS = {
    LineVerdict.ADDED: "新增 added",
    LineVerdict.CHANGED: "变更 changed",
    LineVerdict.UNCHANGED: "未变 unchanged",
    LineVerdict.REFUSED: "不予接收 refused",
    LineVerdict.SKIPPED: "略过 skipped",
}


def find(
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="名称、首字母、区划路径、代码 Name, initials, path, code.",
        ),
    ],
    limit: Limit = 20,
    as_json: AsJson = False,
) -> None:
    """Find offices and divisions: 样本县 乙镇, ybx, 130181, a person number's first six digits."""
    with opened() as premises, premises.reading() as session:
        today = premises.clock.now().astimezone(CHINA).date()
        found = search(session, " ".join(query), on=today, limit=limit)
    answer(_findings(found), as_json, lambda console: _show_found(console, found))


def take_in(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV, UTF-8 or GB18030.")
    ],
    login: AsLogin,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="试算 Only say what each line would do.")
    ] = False,
    without_refused: Annotated[
        bool, typer.Option("--without-refused", help="略过错行 Take the other lines in.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Take offices in from a CSV file, all of them or none; report on each line.

    The columns stand in examples/offices/offices.sample.csv. An office is known by its code, an
    empty cell leaves what is known, nothing is removed. Exit code 3 if a line was refused.
    """
    with file.open("rb") as stream:
        lines = read_lines(stream.read(LARGEST_FILE + 1))
    with opened() as premises:
        now = premises.clock.now()
        with premises.transaction("import") as session:
            report = import_offices(
                session,
                offices.actor_by_login(session, login),
                lines,
                on=now.astimezone(CHINA).date(),
                is_dry_run=dry_run,
                without_refused=without_refused,
                now=now,
            )
    answer(_report(report), as_json, lambda console: _show_report(console, report))
    return REFUSED if report.count(LineVerdict.REFUSED) else 0


def check(as_json: AsJson = False) -> None:
    """Say which offices need a look: no superior, no address, abolished, not verified."""
    with opened() as premises, premises.reading() as session:
        today = premises.clock.now().astimezone(CHINA).date()
        found = [
            {
                "code": each.office.code,
                "name": each.office.name_zh,
                "concern": each.concern,
                "words": each.words or None,
            }
            for each in check_directory(session, on=today)
        ]
    answer(found, as_json, lambda console: _show_concerns(console, found))


def _findings(found: Findings) -> Facts:
    return {
        "offices": [
            {
                "code": each.office.code,
                "name": each.office.name_zh,
                "division": each.office.division_code or None,
                "path": each.path or None,
                "notes": each.notes,
            }
            for each in found.offices
        ],
        "divisions": [
            {
                "code": each.code,
                "path": each.path,
                "kind": each.kind,
                "is_office": each.is_office,
                "notes": each.notes,
            }
            for each in found.divisions
        ],
        "divisions_in_all": found.divisions_in_all,
    }


def _show_found(console: Console, found: Findings) -> None:
    if found.offices:
        table = listing("代字 Code", "名称 Name", "所在 Place", "备注 Remarks")
        for each in found.offices:
            place = each.path or words.NONE
            table.add_row(each.office.code, each.office.name_zh, place, "\n".join(each.notes))
        console.print(table)
    if found.divisions:
        table = listing("区划 Division", "全称 Full name", "备注 Remarks")
        for place_found in found.divisions:
            table.add_row(place_found.code, place_found.path, "\n".join(place_found.notes))
        console.print(table)
        more = found.divisions_in_all - len(found.divisions)
        if more > 0:
            console.print(f"另有 {more} 个区划 and {more} more divisions; add a word.")
    if not found.offices and not found.divisions:
        console.print("没有找到 Nothing found.")


def _report(report: ImportReport) -> Facts:
    return {
        "is_written": report.is_written,
        **{verdict.value: report.count(verdict) for verdict in LineVerdict},
        "lines": [_line(line) for line in report.lines],
        **moved_facts(report.moved, is_applied=report.is_written),
    }


def _line(line: LineReport) -> Facts:
    return {
        "line": line.number,
        "code": line.code or None,
        "verdict": line.verdict,
        "reason": line.reason or None,
        "notes": line.notes,
        "changes": {
            column: {"before": before or None, "after": after}
            for column, (before, after) in line.changes.items()
        },
    }


def _show_report(console: Console, report: ImportReport) -> None:
    table = listing("行 Line", "代字 Code", "结果 Result", "说明 Remarks")
    for line in report.lines:
        if line.verdict not in (LineVerdict.SKIPPED, LineVerdict.UNCHANGED):
            table.add_row(str(line.number), line.code, VERDICTS[line.verdict], _remarks(line))
    if table.row_count:
        console.print(table)
    console.print("，".join(f"{VERDICTS[each]} {report.count(each)}" for each in LineVerdict))
    console.print("已写入 Written." if report.is_written else "未写入 Nothing was written.")
    if report.moved:
        show_moved(console, moved_facts(report.moved, is_applied=report.is_written))


def _remarks(line: LineReport) -> str:
    if line.verdict is LineVerdict.CHANGED:
        changes = [
            f"{column}: {before or words.NONE} → {after}"
            for column, (before, after) in line.changes.items()
        ]
        return "\n".join((*changes, *line.notes))
    return line.reason or "\n".join(line.notes)


def _show_concerns(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("名录无误 Nothing needs a look.")
        return
    table = listing("代字 Code", "名称 Name", "问题 Concern", "说明 Remarks")
    for each in found:
        concern = each["concern"].value.replace("_", " ")
        table.add_row(each["code"], each["name"], concern, each["words"] or "")
    console.print(table)
