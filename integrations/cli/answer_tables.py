"""Answers to single questions, and discrepancies, as tables."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.table import Table

from integrations import words
from integrations.cli.options import short
from integrations.cli.output import listing
from integrations.reading.case_brief import Facts

WHOLE = "全函 the whole"


def answers_table(answers: Sequence[Facts]) -> Table:
    """Return a row for each answer to a question; one that does not hold says so."""
    table = listing(
        "询问事项 Question",
        "复函 Reply",
        "答复 Answer",
        "是否采用 Holds",
        title="\n分项答复 Answers",
    )
    for each in answers:
        if each["question"] is None:
            continue  # It says no more than the verdict on the reply.
        table.add_row(
            each["question"],
            short(each["reply"]),
            "不予办理 refused" if each["is_refusal"] else each["words"] or "见复函 in the reply",
            "采用 yes" if each["is_current"] else "未采用 no",
        )
    return table


def discrepancies_table(discrepancies: Sequence[Facts], zone: ZoneInfo) -> Table:
    """Return a row for each discrepancy: which two replies, on what, and what became of it."""
    table = listing(
        "编号 Id",
        "办件 Case",
        "询问事项 Question",
        "复函 Replies",
        "发现 Opened",
        "处理 Resolved",
        title="\n答复不一致 Discrepancies",
        keep_whole=(0,),
    )
    for each in discrepancies:
        kept = each["kept_reply"]
        said = (
            (f"{each['resolved_by']}: {short(kept)}", each["resolution"])
            if kept
            else ("未处理 open",)
        )
        table.add_row(
            short(each["id"]),
            each.get("reference", words.NONE),
            each["question"] or WHOLE,
            f"{short(each['first_reply'])} / {short(each['second_reply'])}",
            words.minute(each["opened_at"], zone),
            "\n".join(text for text in said if text),
        )
    return table
