"""`hancha case find`: cases of the office by the applicant's person number."""

from typing import Annotated

import typer
from rich.console import Console

from cases.operations import person_numbers
from cases.rules.calendar import CHINA
from cases.store import offices
from integrations import words
from integrations.cli.options import AsJson, AsLogin, first_line_of_input
from integrations.cli.output import answer, listing
from integrations.cli.premises import opened
from integrations.reading.case_brief import Facts, standing


def find(
    login: AsLogin,
    person_number: Annotated[
        str,
        typer.Option("--person-number", metavar="-", help="公民身份号码 Only -: standard input."),
    ],
    as_json: AsJson = False,
) -> None:
    """List your office's cases of one person number, read from standard input.

    The number is found by its keyed hash; nothing is decrypted and nothing of it is printed.
    """
    if person_number != "-":
        raise typer.BadParameter(
            "a shell would keep the number; give -", param_hint="--person-number"
        )
    text = first_line_of_input()
    with opened() as premises, premises.reading() as session:
        actor = offices.actor_by_login(session, login)
        today = premises.clock.now().astimezone(CHINA).date()
        safe = premises.protection.safe
        found = [
            standing(case)
            for case in person_numbers.find(session, actor, text, safe=safe, today=today)
        ]
    answer(found, as_json, lambda console: _show(console, found))


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("查无办件 No case of this number.")
        return
    table = listing("办件编号 Reference", "事项 Type", "状态 Status", "登记 Opened")
    for each in found:
        opened_on = words.day(each["opened_at"].astimezone(CHINA).date())
        table.add_row(
            each["reference"], each["type"], words.say(each["outcome"] or each["status"]), opened_on
        )
    console.print(table)
