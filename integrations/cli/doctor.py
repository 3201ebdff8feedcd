"""`hancha doctor`: what is well, what needs a look, what is wrong; exit code 4 if anything is."""

from rich.console import Console
from rich.text import Text

from integrations.cli.checks import Finding, Level
from integrations.cli.checks_of_database import check_database
from integrations.cli.checks_of_world import check_world
from integrations.cli.options import AsJson
from integrations.cli.output import answer, listing
from integrations.cli.premises import unchecked

WRONG = 4
MARKS = {
    Level.OK: ("正常 ok", "green"),
    Level.WARN: ("注意 warn", "yellow"),
    Level.BAD: ("异常 bad", "bold red"),
}


def doctor(as_json: AsJson = False) -> int:
    """Look at everything that this installation lives by, one line each.

    A line is ok, warn (somebody should look) or bad; with any bad one the exit code is 4.
    """
    with unchecked() as premises:
        findings = [*check_database(premises), *check_world(premises)]
    is_well = all(each.level is not Level.BAD for each in findings)
    document = {
        "is_well": is_well,
        "checks": [
            {"name": each.name, "level": each.level, "detail": each.detail, "value": each.value}
            for each in findings
        ],
    }
    answer(document, as_json, lambda console: _show(console, findings))
    return 0 if is_well else WRONG


def _show(console: Console, findings: list[Finding]) -> None:
    table = listing("项目 Check", "状态 State", "说明 Detail", keep_whole=(0, 1))
    for each in findings:
        word, style = MARKS[each.level]
        table.add_row(f"{each.chinese} {each.label}", Text(word, style=style), each.detail)
    console.print(table)
