"""`hancha person-number -`: check numbers, one a line."""

import sys
from typing import Annotated

import typer

from cases.rules.calendar import CHINA
from cases.rules.person_number import read_person_number
from integrations.cli.lines import answer_lines
from integrations.cli.options import AsJson
from integrations.clock import clock_of
from integrations.settings import read_settings


def person_number(
    source: Annotated[str, typer.Argument(metavar="-", help="Only -: standard input.")],
    as_json: AsJson = False,  # noqa: ARG001 - every line is JSON anyway
) -> None:
    """Read one number a line from standard input; print one JSON object for each.

    {"verdict", "normalized", "reason"}, the verdict being valid, valid_warn, legacy15 or invalid.
    Numbers are not taken as arguments: a shell would keep them.
    """
    if source != "-":
        raise typer.BadParameter(
            "numbers are read from standard input, one a line; give -", param_hint="-"
        )
    today = clock_of(read_settings().clock).now().astimezone(CHINA).date()

    def answer(line: str) -> dict[str, object]:
        read = read_person_number(line, today=today)
        return {"verdict": read.verdict, "normalized": read.normalized, "reason": read.reason}

    answer_lines(sys.stdin.buffer, answer)
