"""Opening a case with its files: one act of the office, whoever it comes from.

The command line and the web desk both take files; the cases layer takes addresses of documents.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cases.operations import register
from cases.operations.register import Opening
from cases.ports import EnclosureReader
from cases.store.tables.case import Case
from cases.vocabulary.values import Actor
from integrations.mail.addresses import check_address
from integrations.wiring import House


def open_case(
    house: House,
    actor: Actor,
    opening: Opening,
    files: Mapping[str, Path],
    reader: EnclosureReader,
) -> Case:
    """Open a case with these files as its enclosures, kind to path.

    All that can be refused is refused before a byte is written: first what costs nothing to
    check, then the files. Returns after the commit; nothing is rendered and no mail is sent.
    Raises what `register.prepare` and the reader raise, DiskFault and StoreUnavailable.
    """
    if opening.applicant_email:
        check_address(opening.applicant_email)
    now = house.clock.now()
    unread = replace(opening, enclosures=dict.fromkeys(files, ""))
    with house.database.reading() as session:
        prepared = register.prepare(session, actor, unread, house.printer, house.safe, now=now)
    copies = {kind: reader.read(path) for kind, path in files.items()}
    # On disk before the commit that names them; what no commit names is swept later.
    addresses = {
        kind: house.documents.put(copy, case_id=opening.case_id) for kind, copy in copies.items()
    }
    prepared = replace(prepared, opening=replace(opening, enclosures=addresses))
    with house.database.transaction("open") as session:
        return register.open_case(session, actor, prepared, now=now)
