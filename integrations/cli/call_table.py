"""The telephone calls of a case as a table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.table import Table

from integrations import words
from integrations.cli.options import short
from integrations.cli.output import listing
from integrations.reading.case_brief import Facts


def calls_table(calls: Sequence[Facts], zone: ZoneInfo) -> Table:
    """Return a row for each call: when, by whom, to which number, and what came of it."""
    table = listing(
        "编号 Id",
        "时间 When",
        "拨打人 By",
        "电话 Number",
        "结果 Result",
        "内容 Words",
        title="\n电话查询 Telephone",
        keep_whole=(0, 1),
    )
    for each in calls:
        said = (each["spoke_with"], _led(each["asked"], "问"), _led(each["answered"], "答"))
        table.add_row(
            short(each["id"]),
            words.minute(each["called_at"], zone),
            each["called_by"],
            each["number"] + ("" if each["is_directory_number"] else "\n非名录号码 not listed"),
            "\n".join(_results(each)),
            "\n".join(text for text in said if text),
        )
    return table


def _results(call: Facts) -> list[str]:
    if not call["is_reached"]:
        return ["未接通 not reached"]
    if not call["is_answered"]:
        return ["未答复 no answer given"]
    read_back = "已复述核对 read back" if call["is_read_back"] else "未复述 not read back"
    confirmed = call["confirmed_by"]
    return ["已答复 answered", read_back, *([f"已复核 confirmed {confirmed}"] if confirmed else [])]


def _led(text: str | None, by: str) -> str:
    return f"{by}：{text}" if text else ""
