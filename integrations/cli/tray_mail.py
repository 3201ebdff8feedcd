"""Mail in the tray: file a message to its cases, or to the one that it is proposed for."""

from collections.abc import Sequence

from sqlmodel import Session

from cases.operations.tray_mail import Destination, file_mail
from cases.rules.access import Act, require
from cases.store import cases, offices, scans
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.scan import TrayItem
from cases.vocabulary.errors import InvalidValue
from integrations.cli.options import AsJson, AsLogin, short
from integrations.cli.output import answer
from integrations.cli.premises import Premises, opened
from integrations.cli.tray_facts import check_waiting, item_facts, show_items
from integrations.cli.trays import Item, named_item
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.mail_intake import paper_of
from integrations.mailbox.reader import MessageReader
from integrations.reading.case_brief import Facts


def accept(key: Item, login: AsLogin, as_json: AsJson = False) -> None:
    """File a message to the one case that it is proposed for (采纳), as a reply."""
    with opened() as premises:
        with premises.reading() as session:
            item = named_item(session, key)
            check_waiting(item)
        if item.mail_id is None:
            raise InvalidValue("these are scanned pages; say which case: hancha tray file")
        if not item.guess:
            raise InvalidValue(f"{short(item.id)} is proposed for no case; say which one")
        document = filed(premises, item, [item.guess], login)
    answer(document, as_json, lambda console: show_items(console, [document]))


def filed(premises: Premises, item: TrayItem, references: Sequence[str], login: str) -> Facts:
    """File a message to these cases, as a reply of each; return what became of the item.

    Raises NotAllowed, UnknownCase, TrayItemIsSettled, InvalidValue.
    """
    wanted = _cases(premises, item, references, login)
    content = premises.documents.get(item.document, case_id=item.id)
    reader = MessageReader()
    try:
        paper = paper_of(reader.read(content).attached, PdfEnclosureReader())
    finally:
        reader.close()
    put = premises.documents.put
    placed = [
        (case.id, put(content, case_id=case.id), put(paper, case_id=case.id) if paper else "")
        for case in wanted
    ]
    with premises.transaction("tray-file-mail") as session:
        actor = offices.actor_by_login(session, login)
        row = scans.locked_item(session, item.id)
        to = [Destination(lock(session, each), *addresses) for each, *addresses in placed]
        file_mail(session, actor, row, to, now=premises.clock.now())
        return item_facts(row)


def _cases(premises: Premises, item: TrayItem, references: Sequence[str], login: str) -> list[Case]:
    """Return the cases in the order in which they are locked."""
    with premises.reading() as session:
        actor = offices.actor_by_login(session, login)
        found = {case.id: case for case in _named(session, references)}
        for office_id in (item.office_id, *(case.office_id for case in found.values())):
            require(actor, Act.SETTLE_TRAY, office_id=office_id)
        return [found[key] for key in sorted(found)]


def _named(session: Session, references: Sequence[str]) -> list[Case]:
    return [cases.by_reference(session, reference) for reference in references]
