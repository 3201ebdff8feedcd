"""`hancha inquiry`: what another office asks of us comes in, and our clerk answers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.operations.inquiries import MAX_REFERENCE, Incoming
from cases.vocabulary.status import Channel, Language, Outcome
from integrations import inquiry_desk
from integrations.cli.case_opening import pairs
from integrations.cli.options import (
    LONGEST_COMMENT,
    AsJson,
    AsLogin,
    Reference,
    first_line_of_input,
    read_day,
    text_of_at_most,
)
from integrations.cli.output import answer
from integrations.cli.premises import faults_named, opened
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.reading.case_brief import Facts, standing
from integrations.wiring import House, build

Day = Annotated[
    date | None,
    typer.Option("--on", parser=read_day, metavar="DATE", help="收到日 Day it came; else today."),
]


Asking = Annotated[str, typer.Option("--from", metavar="OFFICE", help="来函机关 Who asks.")]
CameBy = Annotated[Channel, typer.Option("--channel", help="渠道 How it came.")]
TheirReference = Annotated[
    str,
    typer.Option(
        "--their-reference", parser=text_of_at_most(MAX_REFERENCE), help="来文字号 Theirs."
    ),
]
Dated = Annotated[
    date, typer.Option("--dated", parser=read_day, metavar="DATE", help="来文日期 Its date.")
]
Asks = Annotated[str, typer.Option("--asks", help="协查事项 What is asked.")]
About = Annotated[str, typer.Option("--about", metavar="NAME", help="姓名 About whom.")]
PersonNumber = Annotated[
    str,
    typer.Option("--person-number", help="公民身份号码 If given; better - for standard input."),
]
Clerk = Annotated[
    str, typer.Option("--clerk", metavar="LOGIN", help="经办人 Who answers; else who acts.")
]
TypeCode = Annotated[str, typer.Option("--type", help="事项 Code of the case type.")]
InWhich = Annotated[Language, typer.Option("--language", help="函件语言 Language of our letters.")]
TheirLetter = Annotated[
    Path | None, typer.Option("--file", metavar="PDF", help="来函扫描件 Their letter.")
]


def register(
    login: AsLogin,
    asking: Asking,
    channel: CameBy,
    their_reference: TheirReference,
    dated: Dated,
    asks: Asks,
    about: About,
    on: Day = None,
    person_number: PersonNumber = "",
    clerk: Clerk = "",
    case_type: TypeCode = "inbound-inquiry",
    language: InWhich = Language.CHINESE,
    file: TheirLetter = None,
    as_json: AsJson = False,
) -> None:
    """Register an inquiry (来函登记): our days count from the day it came, and it is acknowledged.

    Give no more of the person than the letter does. What is refused writes nothing.
    """
    incoming = Incoming(
        asking_office=asking,
        channel=channel,
        their_reference=their_reference,
        dated_on=dated,
        received_on=on,
        asks=asks,
        about=about,
        person_number=first_line_of_input() if person_number == "-" else person_number,
        clerk=clerk,
        case_type=case_type,
        language=language,
    )
    with _house() as house:
        case = inquiry_desk.register_as(house, login, incoming, file, PdfEnclosureReader())
    _say(standing(case), as_json, "来函已登记 inquiry registered")


def answer_inquiry(
    reference: Reference,
    login: AsLogin,
    text: Annotated[
        str,
        typer.Option(
            "--text", parser=text_of_at_most(LONGEST_COMMENT), help="答复内容 The answer."
        ),
    ],
    refuse: Annotated[
        bool, typer.Option("--refuse", help="不能办理 We do not do it; the text gives the reasons.")
    ] = False,
    enclose: Annotated[
        list[str] | None,
        typer.Option("--enclose", metavar="TITLE=PDF", help="附件 A paper that goes with it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write our answer (拟复): the letter of reply is drafted from it and waits to be signed.

    Until it is signed the answer can be written again; the newer one holds.
    """
    papers = {title: Path(path) for title, path in pairs(enclose or [], "--enclose").items()}
    outcome = Outcome.REFUSED if refuse else Outcome.ANSWERED
    with _house() as house:
        case = inquiry_desk.answer(
            house, login, reference, outcome, text, papers, PdfEnclosureReader()
        )
    _say(standing(case), as_json, "已拟复 answer written")


@contextmanager
def _house() -> Iterator[House]:
    """Give the whole house: our letters are checked before anything is written."""
    with opened() as premises, faults_named():
        house = build(premises.settings)
        try:
            yield house
        finally:
            house.database.close()


def _say(facts: Facts, as_json: bool, done: str) -> None:
    def show(console: Console) -> None:
        console.print(f"{facts['reference']}  {done}")

    answer(facts, as_json, show)
