"""`hancha case show`: one case from its header to its journal."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cases.operations import person_numbers
from cases.store.cases import by_reference, locked_by_reference
from integrations import words
from integrations.cli.answer_tables import answers_table, discrepancies_table
from integrations.cli.call_table import calls_table
from integrations.cli.case_lists import due_in_words
from integrations.cli.options import AsJson, AsReader, Reason, Reference, short
from integrations.cli.output import answer, facts, listing
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts, reader
from integrations.reading.case_facts import whole
from integrations.reading.happenings import told


def show(
    reference: Reference,
    login: AsReader = "",
    reveal: Annotated[
        bool, typer.Option("--reveal", help="完整号码 With the full person number; journaled.")
    ] = False,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Show a case: what is next and whose it is, requests, letters, replies, mail, journal.

    What is personal is shown only with --as somebody who may read the case. --reveal needs a
    --reason, which the journal keeps.
    """
    number = _revealed(reference, login, reason) if reveal else None
    with opened() as premises, premises.reading() as session:
        case = by_reference(session, reference)
        document = whole(session, case, reader(session, login), premises.clock.now())
    if number is not None:
        document["applicant"]["person_number"] = number
    answer(document, as_json, lambda console: _show(console, document))


def _revealed(reference: str, login: str, reason: str) -> str:
    """Return the full number once the journal has who looks and why."""
    with acting(login, "show-number") as (premises, session, actor):
        case = locked_by_reference(session, reference)
        safe, now = premises.protection.safe, premises.clock.now()
        return person_numbers.show(session, actor, case, reason, safe=safe, now=now)


def _show(console: Console, case: Facts) -> None:
    zone = ZoneInfo(case["zone"])
    console.print(Text(f"{case['reference']}  {case['type_name']}", style="bold"))
    console.print(_header(case, zone))
    parts = (
        _requests(case, zone),
        _letters(case, zone),
        _replies(case),
        _scans(case, zone),
        calls_table(case["calls"], zone),
        answers_table(case["answers"]),
        discrepancies_table(case["discrepancies"], zone),
        _outbox(case, zone),
        _timeline(case, zone),
    )
    for part in parts:
        if part.row_count:
            console.print(part)
    if case["applicant"] is None:
        console.print("\n个人信息未显示 Nothing personal is shown; --as somebody who may read it.")


def _header(case: Facts, zone: ZoneInfo) -> object:
    applicant = case["applicant"] or {}
    number = applicant.get("person_number") or applicant.get("person_number_masked")
    who = (applicant.get("name"), number, applicant.get("email"))
    return facts(
        ("状态 Status", _status(case)),
        ("下一步 Next", _next(case, zone)),
        ("承办人 Owner", words.owner(case["owner"]) if case["owner"] else None),
        ("经办人 Clerk", case["clerk"]),
        ("本机关 Our office", f"{case['office_name']} ({case['office']})"),
        (_other_side(case), f"{case['home_office_name']} ({case['home_office']})"),
        ("来函 Inquiry", _inquiry(case)),
        ("申请人 Applicant", "  ".join(each for each in who if each)),
        ("事项内容 Fields", "; ".join((case["fields"] or {}).values())),
        ("本人同意 Consent", words.day(case["consent_on"]) if case["consent_on"] else None),
        ("登记 Opened", words.minute(case["opened_at"], zone)),
        ("办结 Closed", words.minute(case["closed_at"], zone) if case["closed_at"] else None),
        ("办结说明 Reason", case["outcome_reason"]),
    )


def _other_side(case: Facts) -> str:
    return "来函机关 Asks us" if case["inquiry"] else "被函机关 Asked"


def _inquiry(case: Facts) -> str | None:
    came = case["inquiry"]
    if came is None:
        return None
    received = words.day(came["received_on"])
    return f"{came['their_reference']}  {words.say(came['channel'])}  {received}"


def _status(case: Facts) -> str:
    outcome = f"，{words.say(case['outcome'])}" if case["outcome"] else ""
    return f"{words.say(case['status'])}{outcome}"


def _next(case: Facts, zone: ZoneInfo) -> str | None:
    if case["next_action"] is None:
        return None
    return f"{words.say(case['next_action'])}  {words.minute(case['next_action_at'], zone)}"


def _requests(case: Facts, zone: ZoneInfo) -> Table:
    table = listing(
        "轮次 Round",
        "被函机关 Asked",
        "状态 Status",
        "阶段 Rung",
        "提出 Asked at",
        "截止日期 Due",
        title="\n协查请求 Requests",
        keep_whole=(0, 5),
    )
    for each in case["requests"]:
        table.add_row(
            str(each["round"]),
            each["office_name"],
            words.say(each["status"]),
            str(each["rung"]),
            words.minute(each["asked_at"], zone),
            due_in_words(each),
        )
    return table


def _letters(case: Facts, zone: ZoneInfo) -> Table:
    table = listing(
        "序 No",
        "函种 Letter",
        "发文字号 Number",
        "状态 Status",
        "致 To",
        "发出 Left",
        "收到 Received",
        title="\n往来函件 Letters",
        keep_whole=(),
    )
    for each in case["letters"]:
        received = [words.day(each["received_on"])]
        if each["received_basis"]:
            received.append(words.say(each["received_basis"]))
        table.add_row(
            str(each["ordinal"]),
            words.say(each["kind"]),
            _number(each),
            words.say(each["status"]) + (f"\n{each['comment']}" if each["comment"] else ""),
            each["to_name"],
            words.minute(each["left_at"], zone),
            "\n".join(received),
        )
    return table


def _number(letter: Facts) -> str:
    """Return the letter's number; of a reminder in a joint letter, where to look."""
    joint = letter["joint"]
    if joint is None:
        return letter["number"] or words.NONE
    return f"见{joint['number'] or '合并催复函'}\n合并{joint['cases']}件 joint"


def _replies(case: Facts) -> Table:
    table = listing(
        "编号 Id",
        "收到 Received",
        "渠道 Channel",
        "审阅 Verdict",
        "审阅人 By",
        "摘要 Summary",
        title="\n复函 Replies",
        keep_whole=(0, 1),
    )
    for each in case["replies"]:
        marks = [
            mark
            for mark, is_so in (
                ("逾期 late", each["is_late"]),
                ("重复 surplus", each["is_surplus"]),
            )
            if is_so
        ]
        table.add_row(
            short(each["id"]),
            "\n".join([words.day(each["received_on"]), *marks]),
            words.say(each["channel"]),
            words.say(each["verdict"]) if each["verdict"] else "待审阅 to be looked at",
            each["reviewed_by"] or words.NONE,
            "\n".join(text for text in (each["summary"], each["review_note"]) if text),
        )
    return table


def _scans(case: Facts, zone: ZoneInfo) -> Table:
    table = listing(
        *("归入 Filed as", "函件 Letter", "页数 Pages", "时间 When", "经手 By"),
        title="\n扫描件 Scans",
    )
    for each in case["scans"]:
        table.add_row(
            words.say(each["as"]),
            str(each["letter"] or words.NONE),
            str(each["pages"]),
            words.minute(each["filed_at"], zone),
            each["filed_by"],
        )
    return table


def _outbox(case: Facts, zone: ZoneInfo) -> Table:
    waiting = [each for each in case["outbox"] if each["sent_at"] is None]
    table = listing(
        "编号 Id",
        "函种 Letter",
        "致 To",
        "渠道 Channel",
        "状态 Status",
        "不早于 Not before",
        title="\n待发件 Outbox, not left yet",
    )
    for each in waiting:
        trouble = f"\n{each['last_error']}" if each["last_error"] else ""
        table.add_row(
            short(each["id"]),
            words.say(each["letter"]),
            each["to_name"] + ("（抄送 copy）" if each["is_copy"] else ""),
            words.say(each["channel"]),
            words.say(each["status"]) + trouble,
            words.minute(each["not_before"], zone),
        )
    return table


def _timeline(case: Facts, zone: ZoneInfo) -> Table:
    table = listing("序 No", "时间 When", "行为人 Who", "日志 Journal", title="\n日志 Journal")
    for each in case["timeline"]:
        table.add_row(str(each["seq"]), words.minute(each["at"], zone), each["actor"], told(each))
    return table
