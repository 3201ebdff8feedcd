"""`hancha case list`: the backlog (在办件总览)."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from cases.operations.absences import work_of
from cases.operations.day_ledgers import ledgers_of
from cases.rules.day_ledger import DayLedger
from cases.store import offices
from cases.store.backlog import backlog
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import CaseStatus
from integrations import words
from integrations.cli.options import AsJson, AsReader, Limit
from integrations.cli.output import answer, listing
from integrations.cli.premises import opened
from integrations.reading.case_brief import Facts, brief, reader

HOME_ZONE = ZoneInfo("Asia/Shanghai")


def list_cases(
    status: Annotated[
        list[CaseStatus] | None, typer.Option("--status", help="状态 Only these; may be repeated.")
    ] = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="超期 Only where the asked office is out of time.")
    ] = False,
    mine: Annotated[
        bool, typer.Option("--mine", help="本人 Mine, or of whom I stand in for; needs --as.")
    ] = False,
    limit: Limit = 50,
    login: AsReader = "",
    as_json: AsJson = False,
) -> None:
    """List cases, the next to act on first: of your office with --as, else of all offices."""
    with opened() as premises, premises.reading() as session:
        now = premises.clock.now()
        actor = reader(session, login)
        if mine and actor is None:
            raise InvalidValue("--mine needs --as LOGIN: whose cases?")
        office = offices.get(session, actor.office_id) if actor and actor.office_id else None
        zone = ZoneInfo(office.zone) if office else HOME_ZONE
        rows = backlog(
            session,
            office_id=office.id if office else None,
            statuses=status or (),
            overdue_on=now.astimezone(zone).date() if overdue else None,
            whose=work_of(session, actor, office, now=now) if actor and office and mine else None,
            limit=limit,
        )
        ledgers = ledgers_of(session, [row.case for row in rows], now=now)
        found = [brief(row, now) | _ageing(ledgers[row.case.id]) for row in rows]
    answer(found, as_json, lambda console: _show(console, found, zone, limit))


def _ageing(ledger: DayLedger) -> Facts:
    """Return how old the case is and whose days they were; the accounts add up to the age."""
    days = {account.value: days for account, days in ledger.totals().items()}
    return {"age": ledger.age, "days": days}


def _show(console: Console, found: list[Facts], zone: ZoneInfo, limit: int) -> None:
    if not found:
        console.print("没有办件 No cases.")
        return
    table = listing(
        "办件编号 Reference",
        "状态 Status",
        "下一步 Next",
        "承办人 Owner",
        "截止日期 Due",
        "被函机关 Asked",
        keep_whole=(0, 2, 4),
    )
    for each in found:
        table.add_row(
            each["reference"],
            words.say(each["outcome"] or each["status"]),
            _next(each, zone),
            words.owner(each["owner"] or ""),
            due_in_words(each),
            each["home_office_name"],
        )
    console.print(table)
    if len(found) == limit:
        console.print(f"仅列出前 {limit} 件 The first {limit}; more with --limit.")


def _next(each: Facts, zone: ZoneInfo) -> str:
    if each["next_action"] is None:
        return words.NONE
    return f"{words.say(each['next_action'])}\n{words.minute(each['next_action_at'], zone)}"


def due_in_words(each: Facts) -> str:
    """Return the due date with what must be known about it: overdue, or provisional."""
    if each["due_on"] is None:
        return "超期 overdue" if each["is_overdue"] else words.NONE
    marks = []
    if each["is_overdue"]:
        marks.append("超期 overdue")
    if each["due_is_provisional"]:
        marks.append("暂定 provisional")
    return "\n".join([each["due_on"].isoformat(), *marks])
