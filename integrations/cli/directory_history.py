"""`hancha office history` and `hancha division history`: who changed what in the directory."""

from typing import Annotated

import typer
from rich.console import Console

from cases.rules.calendar import CHINA
from cases.store import directory_entries
from integrations import words
from integrations.cli.options import AsJson, Limit, text_of_at_most
from integrations.cli.output import answer, listing
from integrations.cli.premises import opened
from integrations.reading.case_brief import Facts

Code = Annotated[
    str, typer.Argument(metavar="CODE", parser=text_of_at_most(40), help="代字或区划代码 Its code.")
]

ACTS = {
    "added": "新增 added",
    "changed": "变更 changed",
    "imported": "导入 imported",
    "withdrawn": "撤回 withdrawn",
    "absence recorded": "请假登记 absence recorded",
    "absence ended": "销假 absence ended",
    "numbers skipped": "跳号 numbers skipped",
}


def of_office(code: Code, limit: Limit = 50, as_json: AsJson = False) -> None:
    """Say who changed what is known of an office, the newest first (变更记录)."""
    _tell(f"office:{code}", limit, as_json)


def of_division(code: Code, limit: Limit = 50, as_json: AsJson = False) -> None:
    """Say who changed a division, the newest first (变更记录)."""
    _tell(f"division:{code}", limit, as_json)


def of_person(
    login: Annotated[str, typer.Argument(metavar="LOGIN", parser=text_of_at_most(60))],
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Say who recorded or ended which absence of somebody, the newest first (变更记录)."""
    _tell(f"person:{login}", limit, as_json)


def _tell(subject: str, limit: int, as_json: bool) -> None:
    with opened() as premises, premises.reading() as session:
        found = [
            {
                "at": each.at,
                "actor": each.actor,
                "act": each.act,
                "source": each.source or None,
                "changes": {
                    column: {"before": was, "after": is_now}
                    for column, (was, is_now) in each.changes.items()
                },
            }
            for each in directory_entries.entries_of(session, subject, limit=limit)
        ]
    answer(found, as_json, lambda console: _show(console, found))


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有变更记录 Nothing was recorded.")
        return
    table = listing("时间 At", "何人 Who", "事由 Act", "变更 Changes")
    for each in found:
        changes = [
            f"{column}: {change['before'] or words.NONE} → {change['after'] or words.NONE}"
            for column, change in each["changes"].items()
        ]
        source = [each["source"]] if each["source"] else []
        at = words.minute(each["at"], CHINA)
        table.add_row(at, each["actor"], ACTS[each["act"]], "\n".join((*source, *changes)))
    console.print(table)
