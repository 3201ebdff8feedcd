"""`hancha case letter`: a letter of the case as a PDF file."""

from typing import Annotated

import typer

from cases.rules.access import Act, require
from cases.store import correspondence, offices
from cases.store.cases import by_reference
from cases.vocabulary.errors import UnknownLetter
from cases.vocabulary.status import LetterKind
from integrations import words
from integrations.cli.files import OutFile, Overwrite, write_file
from integrations.cli.options import AsJson, AsLogin, Reference
from integrations.cli.output import answer
from integrations.cli.premises import opened


def letter(
    reference: Reference,
    login: AsLogin,
    out: OutFile,
    kind: Annotated[
        LetterKind | None, typer.Option("--kind", help="函种 Which kind; else the newest letter.")
    ] = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write the newest printed letter of the case, or of one kind, to a PDF file.

    A letter that waits for its seal is written as it is to be stamped, later as it was sealed.
    """
    with opened() as premises:
        with premises.reading() as session:
            case = by_reference(session, reference)
            actor = offices.actor_by_login(session, login)
            require(actor, Act.READ, office_id=case.office_id)
            printed = [
                row
                for row in correspondence.letters_of(session, case.id)
                if row.document and kind in (None, row.kind)
            ]
        if not printed:
            which = f"{kind.value} letter" if kind else "letter"
            raise UnknownLetter(f"no {which} of {reference} has been printed yet")
        newest = printed[-1]
        kept = newest.sealed_document or newest.document
        content = premises.documents.get(kept, case_id=newest.kept_for)
        write_file(out, content, overwrite=overwrite)
    document = {
        "reference": reference,
        "letter": newest.kind,
        "number": newest.number or None,
        "pages": newest.pages,
        "file": str(out),
    }
    told = f"{words.say(newest.kind)} {newest.number}  →  {out}"
    answer(document, as_json, lambda console: console.print(told))
