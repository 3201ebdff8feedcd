"""`hancha mailroom print` and `register`: apart from the others, since they set PDFs."""

from pathlib import Path
from typing import Annotated

import typer

from cases.rules.access import Act, require
from cases.store import offices, post
from cases.vocabulary.errors import InvalidValue
from integrations.cli.files import OutFile, Overwrite, file_to_write, write_file
from integrations.cli.mail_room import BatchCode
from integrations.cli.options import AsJson, AsLogin, read_day
from integrations.cli.output import answer
from integrations.cli.premises import opened
from integrations.durable_files import Sink
from integrations.letters.faces import open_faces
from integrations.mailroom.closing import close_batch
from integrations.mailroom.desk import Papers, papers_of
from integrations.mailroom.lists import as_csv, as_xlsx
from integrations.mailroom.registers import register_of, set_register
from integrations.wiring import build


def print_batch(
    code: BatchCode,
    login: AsLogin,
    out: OutFile,
    lists: Annotated[
        list[Path] | None,
        typer.Option("--list", metavar="FILE", help="交寄清单 The list: a .csv or .xlsx file."),
    ] = None,
    early: Annotated[
        bool, typer.Option("--early", help="提前截止 Close it before its cut-off.")
    ] = False,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write the batch's PDF in posting order, and its list; from then on it is closed (打印).

    Letter, enclosures, slip and carrier sheet of each envelope follow each other. A closed batch
    can be printed again; it is the same each time. A letter that was stamped by hand is not printed
    again: its original goes into the envelope, and the carrier sheet says so.
    """
    wanted = lists or []
    for each in wanted:
        if each.suffix.lower() not in (".csv", ".xlsx"):
            raise InvalidValue(f"{each.name}: a list is a .csv or an .xlsx file")
    with file_to_write(out, overwrite=overwrite) as file:
        papers = _papers(code, login, file, is_early=early)
    for each in wanted:
        write_file(each, _list(papers, each), overwrite=overwrite)
    document = {
        "batch": code,
        "file": str(out),
        "lists": [str(each) for each in wanted],
        "letters": papers.letters,
        "envelopes": len(papers.lines),
        "pages": sum(line.pages for line in papers.lines),
        "originals": list(papers.originals),
    }
    told = f"{_told(papers)}  →  {out}"
    answer(document, as_json, lambda console: console.print(told))


def _told(papers: Papers) -> str:
    told = f"{papers.code}  {len(papers.lines)} 封 envelopes  {papers.letters} 件 letters"
    if papers.originals:
        told += f"  放入盖章原件 with the stamped originals of {'、'.join(papers.originals)}"
    return told


def _papers(code: str, login: str, into: Sink, *, is_early: bool) -> Papers:
    """Close the batch if it is open, and write what is printed for it."""
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            is_open = post.batch_of_code(session, code).closed_at is None
        house = build(premises.settings)
        try:
            if is_open:
                close_batch(house, actor, code, is_early=is_early)
            return papers_of(house, actor, code, into)
        finally:
            house.database.close()


def print_register(
    login: AsLogin,
    out: OutFile,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="起 First day.")],
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="止 Last day.")],
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write the register of what left and came in, and of void numbers, as a PDF (收发文登记簿)."""
    first, last = read_day(since), read_day(until)
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            require(actor, Act.READ, office_id=actor.office_id)
            assert actor.office_id is not None  # People work for an office.
            ours = offices.get(session, actor.office_id)
            found = register_of(session, ours, first, last)
        today = offices.day_at(ours, premises.clock.now())
        pdf = set_register(open_faces(premises.settings.fonts), found, today)
    write_file(out, pdf, overwrite=overwrite)
    left, came, void = (len(part.rows) for part in found.parts)
    document = {"file": str(out), "left": left, "received": came, "void_numbers": void}
    told = f"发文 {left}  收文 {came}  作废文号 {void}  →  {out}"
    answer(document, as_json, lambda console: console.print(told))


def _list(papers: Papers, out: Path) -> bytes:
    if out.suffix.lower() == ".csv":
        return as_csv(papers.lines)
    return as_xlsx(papers.lines, papers.made_at)
