"""`hancha journal`: prove that nothing in the journal was changed, and seal what was added."""

from typing import Annotated

import typer
from rich.console import Console

from cases.rules.access import Act, require
from cases.store import journal_proof, offices
from cases.store.cases import by_reference
from cases.store.journal import size_of_journal
from integrations.cli.options import AsJson, AsLogin
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting, opened
from integrations.cli.typed import typed_reference
from integrations.reading.case_brief import Facts

FLAWED = 4  #: Exit code: what is on record is not what was written.


def verify(
    reference: Annotated[
        str, typer.Argument(metavar="[REF]", help="办件编号 One case; else all, and the seals.")
    ] = "",
    login: Annotated[
        str, typer.Option("--as", envvar="HANCHA_AS", metavar="LOGIN", help="核验人 Who verifies.")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Find every entry that was changed, removed, added or reordered; exit code 4 if any was.

    Shows nothing personal, so nobody need say who asks; who does must be allowed to.
    """
    with opened() as premises, premises.reading() as session:
        if login:
            require(offices.actor_by_login(session, login), Act.VERIFY_JOURNAL)
        case_id = by_reference(session, typed_reference(reference)).id if reference else None
        flaws = [
            {"reference": flaw.reference, "seq": flaw.seq, "what": flaw.what}
            for flaw in journal_proof.verify(session, case_id=case_id)
        ]
        cases, entries = size_of_journal(session, case_id)
    document = {"is_whole": not flaws, "cases": cases, "entries": entries, "flaws": flaws}
    answer(document, as_json, lambda console: _show(console, document))
    return FLAWED if flaws else 0


def checkpoint(login: AsLogin, as_json: AsJson = False) -> None:
    """Seal the heads of all chains that grew; keep the digest where nobody here can change it."""
    with acting(login, "checkpoint") as (premises, session, actor):
        require(actor, Act.VERIFY_JOURNAL)
        sealed = journal_proof.add_checkpoint(session, premises.clock.now())
        document = {
            "number": sealed.number if sealed else None,
            "chains": len(sealed.heads) if sealed else 0,
            "digest": sealed.digest if sealed else None,
        }

    def show(console: Console) -> None:
        if document["number"] is None:
            console.print("没有新增日志 Nothing was added since the last checkpoint.")
        else:
            console.print(
                f"检查点 checkpoint {document['number']}: {document['chains']} 件 chains\n"
                f"{document['digest']}"
            )

    answer(document, as_json, show)


def _show(console: Console, proof: Facts) -> None:
    size = f"{proof['cases']} 件办件 cases, {proof['entries']} 条日志 entries"
    if proof["is_whole"]:
        console.print(f"日志完整 The journal is whole: {size}.")
        return
    table = listing("办件编号 Reference", "序 No", "问题 What", title=f"日志有误 Flaws, in {size}")
    for flaw in proof["flaws"]:
        table.add_row(flaw["reference"], str(flaw["seq"]), flaw["what"])
    console.print(table)
