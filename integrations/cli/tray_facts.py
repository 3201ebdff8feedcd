"""How an item of the tray is told: in JSON and as a row of a list."""

from rich.console import Console

from cases.store.tables.scan import TrayItem
from cases.vocabulary.errors import TrayItemIsSettled
from integrations import words
from integrations.cli.options import short
from integrations.cli.output import listing
from integrations.reading.case_brief import Facts


def item_facts(item: TrayItem) -> Facts:
    """Return what a list shows of an item; nothing of it is personal."""
    return {
        "item": item.id,
        "mail": item.mail_id,
        "reason": item.reason,
        "why": item.why,
        "guess": item.guess or None,
        "guess_as": item.guess_as,
        "code": item.code or None,
        "reply": item.reply_id,
        "pages": item.pages,
        "status": item.status,
        "put_at": item.put_at,
        "settled_by": item.settled_by or None,
        "settled_at": item.settled_at,
        "settled_why": item.settled_why or None,
    }


def check_waiting(item: TrayItem) -> None:
    """Raise TrayItemIsSettled unless the item, and what it holds, is still here."""
    if not item.document:
        raise TrayItemIsSettled(
            f"{item.settled_by} settled this already: it is {item.status.value}"
        )


def show_items(console: Console, found: list[Facts]) -> None:
    """Print items as a table."""
    if not found:
        console.print("没有待认领件 Nothing waits in the tray.")
        return
    table = listing(
        *("件 Item", "状态 Status", "页 Pages", "原因 Reason", "可能 Guess", "说明 Why"),
        keep_whole=(0, 4),
    )
    for each in found:
        table.add_row(
            short(each["item"]),
            words.say(each["status"]),
            "邮件 mail" if each["mail"] else ", ".join(map(str, each["pages"])),
            words.say(each["reason"]),
            each["guess"] or words.NONE,
            each["why"],
        )
    console.print(table)
