"""`hancha case open`: register a case (登记), with its enclosures."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.operations.register import Opening
from cases.store import offices
from cases.vocabulary.status import Language
from integrations.cases_desk import open_case as open_at_the_desk
from integrations.cli.options import (
    AsJson,
    AsLogin,
    first_line_of_input,
    read_day,
)
from integrations.cli.output import answer
from integrations.cli.premises import faults_named, opened
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.reading.case_brief import Facts, standing
from integrations.wiring import build

CaseTypeCode = Annotated[str, typer.Option("--type", help="事项 Code of the case type.")]
AskedOffice = Annotated[str, typer.Option("--to", metavar="OFFICE", help="被函机关 Office to ask.")]
ApplicantName = Annotated[str, typer.Option("--name", help="申请人姓名 Name of the applicant.")]
PersonNumber = Annotated[
    str,
    typer.Option(
        "--person-number",
        help="公民身份号码 The number; better - for standard input, which no shell keeps.",
    ),
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", metavar="NAME=TEXT", help="事项内容 A field of the type."),
]
Email = Annotated[str, typer.Option("--email", help="电子邮箱 Where the result is told to.")]
Telephone = Annotated[
    str,
    typer.Option(
        "--telephone",
        help="联系电话 Where the type tells by SMS or telephone; - for the next line of input.",
    ),
]
ConsentOn = Annotated[
    date | None,
    typer.Option(
        "--consent-on", parser=read_day, metavar="DATE", help="同意日期 Day of the consent."
    ),
]
LetterLanguage = Annotated[
    Language, typer.Option("--language", help="函件语言 Language of the letters.")
]
Enclosures = Annotated[
    list[str] | None,
    typer.Option("--enclose", metavar="KIND=PDF", help="附件 A file, by its kind."),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        file_okay=False,
        exists=True,
        help="附件目录 Enclosures lie here; a path that leads out is refused.",
    ),
]


def open_case(
    login: AsLogin,
    case_type: CaseTypeCode,
    to: AskedOffice,
    name: ApplicantName,
    person_number: PersonNumber,
    field: Fields = None,
    email: Email = "",
    telephone: Telephone = "",
    consent_on: ConsentOn = None,
    language: LetterLanguage = Language.CHINESE,
    enclose: Enclosures = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Open a case: everything that would stop it later is found now, or nothing is written.

    The command returns as soon as the case is on record; the engine writes and sends the letter.
    """
    files = {kind: Path(path) for kind, path in pairs(enclose or [], "--enclose").items()}
    opening = Opening(
        case_type=case_type,
        home_office=to,
        applicant_name=name,
        person_number=first_line_of_input() if person_number == "-" else person_number,
        fields=pairs(field or [], "--field"),
        applicant_email=email,
        consent_on=consent_on,
        language=language,
    )
    if telephone == "-":
        telephone = first_line_of_input()
    facts = _register(login, opening, files, folder, telephone)

    def show(console: Console) -> None:
        console.print(f"{facts['reference']}  已登记 opened")

    answer(facts, as_json, show)


def _register(
    login: str,
    opening: Opening,
    files: Mapping[str, Path],
    folder: Path | None,
    telephone: str,
) -> Facts:
    if folder is not None:
        files = {kind: folder / path for kind, path in files.items()}
    with opened() as premises, faults_named():
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
        house = build(premises.settings)
        try:
            reader = PdfEnclosureReader(folder)
            case = open_at_the_desk(house, actor, opening, files, reader, telephone)
        finally:
            house.database.close()
    return standing(case)


def pairs(given: Iterable[str], option: str) -> dict[str, str]:
    """Return what was given as NAME=TEXT. Raises BadParameter."""
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{text!r} is not of the form NAME=TEXT", param_hint=option)
        if name in pairs:
            raise typer.BadParameter(f"{name} is given twice", param_hint=option)
        pairs[name] = value
    return pairs
