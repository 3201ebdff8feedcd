"""`hancha letter text` and `edit`: the words of one letter, before somebody signs it."""

from typing import Annotated

import typer
from rich.console import Console

from cases.store import offices
from cases.vocabulary.errors import InvalidValue
from integrations import words
from integrations.cli.options import AsJson, AsLogin, Reference
from integrations.cli.output import answer
from integrations.cli.premises import Premises, opened
from integrations.letter_desk import LetterDesk
from integrations.letters.printer import TypstPrinter

Ordinal = Annotated[
    int,
    typer.Argument(
        metavar="LETTER", min=1, help="序 Which of the case's letters, from 1: hancha case show."
    ),
]
TextFile = Annotated[
    typer.FileBinaryRead,
    typer.Option("--file", metavar="FILE", help="文本文件 The text, UTF-8; - for standard input."),
]
#: A file that is larger is no letter.
LARGEST = 1024 * 1024


def text(reference: Reference, ordinal: Ordinal, login: AsLogin, as_json: AsJson = False) -> None:
    """Show the text of a letter: a draft as it stands, a printed one as it was written.

    What stands above and below it (number, title, signature, slip) the layout sets.
    """
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
        letter, found = _desk(premises).text(actor, reference, ordinal)
    document = {
        "reference": reference,
        "letter": letter.kind,
        "ordinal": letter.ordinal,
        "status": letter.status,
        "text": found,
    }
    answer(document, as_json, lambda console: _print(console, found))


def _print(console: Console, text: str) -> None:
    """Print it as it is, its long lines not folded: it may be edited and given back."""
    console.print(text, soft_wrap=True, markup=False, highlight=False)


def edit(
    reference: Reference,
    ordinal: Ordinal,
    login: AsLogin,
    file: TextFile,
    as_json: AsJson = False,
) -> None:
    """Put another text into a draft before it is signed (修改); the journal keeps the difference.

    An empty line ends a paragraph; 一、 （一） 1. at its beginning are its levels. It is set as the
    template's text would be; nothing in it is markup. A character that no face has is refused.
    """
    given = _decoded(file.read(LARGEST + 1))
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
        letter = _desk(premises).edit(actor, reference, ordinal, given)
    document = {"reference": reference, "letter": letter.kind, "ordinal": letter.ordinal}
    told = f"{reference}  {words.say(letter.kind)}  已修改 edited"
    answer(document, as_json, lambda console: console.print(told))


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST:
        raise InvalidValue(f"the file has more than {LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InvalidValue("the text is not in UTF-8") from fault


def _desk(premises: Premises) -> LetterDesk:
    settings = premises.settings
    printer = TypstPrinter(templates=settings.templates, fonts=settings.fonts)
    return LetterDesk(premises.database, printer, premises.clock)
