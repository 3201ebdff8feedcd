"""Whose days a case's days were: the totals of each account, then the stretches."""

from rich.table import Table

from cases.rules.day_ledger import Account
from integrations import words
from integrations.cli.output import listing
from integrations.reading.case_brief import Facts

CHINESE = {
    Account.OUR_OFFICE: "本机关",
    Account.THEIR_OFFICE: "对方机关",
    Account.POST: "寄递途中",
    Account.APPLICANT: "申请人",
    Account.REST_DAY: "休息日",
    Account.STOP: "中止计时",
}


def totals_table(ledger: Facts) -> Table:
    """Return one row for each account that has days, and their sum."""
    table = listing("账户 Account", "天数 Days", title="历时 Whose days", keep_whole=(0, 1))
    for account in Account:
        if days := ledger["totals"][account.value]:
            table.add_row(_said(account), str(days))
    table.add_row("合计 in all", str(ledger["age"]))
    return table


def stretches_table(ledger: Facts) -> Table:
    """Return the days in a row on which nothing changed; rest days are still in them."""
    table = listing("起 From", "止 To", "天数 Days", "账户 Account", keep_whole=(0, 1, 2))
    for each in ledger["stretches"]:
        whose = f"{_said(each['account'])} {each['office'] or ''}".strip()
        table.add_row(words.day(each["since"]), words.day(each["to"]), str(each["days"]), whose)
    return table


def _said(account: Account) -> str:
    return f"{CHINESE[account]} {account.value.replace('_', ' ')}"
