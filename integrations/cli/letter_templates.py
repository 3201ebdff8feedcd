"""`hancha letter lint` and `preview`: the letters of this installation with their sample data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cases.vocabulary.errors import CaseError, InvalidValue, SystemFault, TemplateBroken
from cases.vocabulary.status import Language, LetterKind
from cases.vocabulary.values import LetterContent
from integrations import words
from integrations.cli.files import OutFile, Overwrite, write_file
from integrations.cli.options import AsJson
from integrations.cli.output import answer, listing
from integrations.letters.printer import TypstPrinter
from integrations.letters.samples import samples_of
from integrations.settings import read_settings

Templates = Annotated[
    Path | None,
    typer.Option(
        "--templates",
        exists=True,
        file_okay=False,
        help="模板目录 A folder of templates; else the office's own (HANCHA_TEMPLATES).",
    ),
]


def lint(templates: Templates = None, as_json: AsJson = False) -> None:
    """Print every sample of every letter, and say what is wrong with which: exit code 3.

    A field that is missing, a name that nothing has, a character that no face prints, each with
    file and line. Nothing is kept.
    """
    found = list(_linted(_printer(templates)))
    faults = [each for each in found if each["fault"]]
    document = {"samples": found, "faults": len(faults)}
    answer(document, as_json, lambda console: _show(console, found))
    if faults:
        raise TemplateBroken(f"{len(faults)} of {len(found)} samples cannot be printed")


def preview(
    kind: Annotated[LetterKind, typer.Argument(metavar="KIND", help="函种 Which letter.")],
    out: OutFile,
    language: Annotated[
        Language, typer.Option("--language", help="语言 In which language.")
    ] = Language.CHINESE,
    sample: Annotated[
        str, typer.Option("--sample", metavar="NAME", help="样例 Which sample; else the first.")
    ] = "",
    templates: Templates = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write a letter with its sample data to a PDF file, as it would leave."""
    printer = _printer(templates)
    contents = {
        name.rpartition("-")[0]: content
        for name, content in samples_of(printer, kind)
        if content.language is language
    }
    if not contents:
        raise InvalidValue(f"{kind.value} has no sample in {language.value}")
    chosen = sample or next(iter(contents))
    if chosen not in contents:
        raise InvalidValue(f"{kind.value} has no sample {chosen!r}; there is {', '.join(contents)}")
    letter = printer.render(contents[chosen])
    write_file(out, letter.pdf, overwrite=overwrite)
    document = {
        "letter": kind,
        "sample": chosen,
        "language": language,
        "subject": letter.subject,
        "pages": letter.pages,
        "file": str(out),
    }

    def show(console: Console) -> None:
        console.print(f"{words.say(kind)}  {letter.subject}  →  {out}")

    answer(document, as_json, show)


def _printer(templates: Path | None) -> TypstPrinter:
    settings = read_settings()
    return TypstPrinter(templates=templates or settings.templates, fonts=settings.fonts)


def _linted(printer: TypstPrinter) -> Iterator[dict[str, Any]]:
    for kind in LetterKind:
        name: str = kind.value
        try:
            for name, content in samples_of(printer, kind):
                yield _tried(printer, name, content)
        except (CaseError, SystemFault) as fault:  # The samples themselves cannot be read.
            yield {"sample": name, "pages": None, "fault": str(fault)}


def _tried(printer: TypstPrinter, name: str, content: LetterContent) -> dict[str, Any]:
    try:
        return {"sample": name, "pages": printer.render(content).pages, "fault": None}
    except (CaseError, SystemFault) as fault:
        return {"sample": name, "pages": None, "fault": str(fault)}


def _show(console: Console, found: list[dict[str, Any]]) -> None:
    table = listing("样例 Sample", "页数 Pages", "问题 Fault")
    for each in found:
        table.add_row(each["sample"], str(each["pages"] or words.NONE), each["fault"] or "")
    console.print(table)
