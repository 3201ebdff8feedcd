"""`hancha tray file`, `reject` and `split`: a person says where pages or a message belong."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from cases.operations import tray
from cases.operations.tray import Part
from cases.rules.access import Act, require
from cases.store import cases, offices, scans
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply
from cases.store.tables.scan import TrayItem
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.scans import ScanKind, TrayReason
from integrations.cli.acted import acted, show_acted
from integrations.cli.options import AsJson, AsLogin, Reason, read_day, short
from integrations.cli.output import answer
from integrations.cli.premises import OnCase, Premises, acting, opened
from integrations.cli.tray_facts import check_waiting, item_facts, show_items
from integrations.cli.tray_mail import filed
from integrations.cli.trays import Item, named_item
from integrations.cli.typed import reference_or_code
from integrations.scans.paper import joined, part_of

ToCase = Annotated[
    list[str] | None,
    typer.Argument(
        parser=reference_or_code,
        metavar="[REF]...",
        help="办件编号 The case, or a page's code; a message may go to several.",
    ),
]
AsKind = Annotated[
    ScanKind | None, typer.Option("--kind", help="归入为 What it is; a reply by default.")
]
PagesToldBySlip = Annotated[
    int | None,
    typer.Option("--pages", min=1, help="共几页 Pages that the slip says are enclosed."),
]
OnDay = Annotated[
    date | None, typer.Option("--on", parser=read_day, metavar="DATE", help="收到日 Day it came.")
]


def file_item(
    key: Item,
    login: AsLogin,
    references: ToCase = None,
    kind: AsKind = None,
    pages: PagesToldBySlip = None,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """File an item to a case (归入). Pages proposed for a reply need no REF: they join that reply.

    With another REF, or a --kind, they are filed as a document of their own. A guess is never
    taken without its REF. --pages, read from the slip, must fit the number of pages there are.
    A message is a reply of each case that is named; `accept` files it to its guess.
    """
    with opened() as premises:
        message = _message(premises, key)
        if message is not None:
            _file_message(premises, message, references or [], login, as_json)
            return
        reference = _only(references or [])
        item, case, reply = _looked_up(premises, key, login, reference, kind)
        if pages is not None and pages != len(item.pages):
            raise InvalidValue(
                f"the slip says {pages} pages, here are {len(item.pages)};"
                " split the item, or file it without --pages"
            )
        document = _document(premises, item, case, reply)
        with premises.transaction("tray-file") as session:
            actor = offices.actor_by_login(session, login)
            row = scans.locked_item(session, item.id)
            act = OnCase(session, actor, lock(session, case.id), premises.clock.now())
            if reply is not None:
                said = _add(act, row, reply, document)
            else:
                said = _file(act, row, kind or ScanKind.REPLY, document, on)
            done = acted(act, said, item=row.id, pages=row.pages)
    answer(done, as_json, show_acted(done))


def reject(key: Item, login: AsLogin, reason: Reason, as_json: AsJson = False) -> None:
    """Say that an item belongs to no case (不予认领); its pages are removed, the reason stays."""
    with acting(login, "tray-reject") as (premises, session, actor):
        row = scans.locked_item(session, named_item(session, key).id)
        tray.reject(session, actor, row, reason, now=premises.clock.now())
        document = item_facts(row)
    answer(document, as_json, lambda console: show_items(console, [document]))


def split(
    key: Item,
    login: AsLogin,
    after: Annotated[
        list[int], typer.Option("--after", help="在第几页后 Cut behind its n-th page; repeatable.")
    ],
    as_json: AsJson = False,
) -> None:
    """Cut an item into several (拆分), each of which is filed or rejected on its own."""
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            item = named_item(session, key)
        check_waiting(item)
        if item.mail_id is not None:
            raise InvalidValue("a message is not split; it can be filed to several cases")
        require(actor, Act.SETTLE_TRAY, office_id=item.office_id)
        parts = _parts(premises, item, after)
        with premises.transaction("tray-split") as session:
            actor = offices.actor_by_login(session, login)
            row = scans.locked_item(session, item.id)
            made = tray.split(session, actor, row, parts, now=premises.clock.now())
            found = [item_facts(each) for each in made]

    def tell(console: Console) -> None:
        show_items(console, found)

    answer(found, as_json, tell)


def _message(premises: Premises, key: str) -> TrayItem | None:
    with premises.reading() as session:
        item = named_item(session, key)
        return item if item.mail_id is not None else None


def _file_message(
    premises: Premises, item: TrayItem, references: list[str], login: str, as_json: bool
) -> None:
    check_waiting(item)
    if not references:
        guess = f"; it may be {item.guess}: hancha tray accept" if item.guess else ""
        raise InvalidValue(f"say which case {short(item.id)} belongs to{guess}")
    document = filed(premises, item, references, login)
    answer(document, as_json, lambda console: show_items(console, [document]))


def _only(references: list[str]) -> str | None:
    if len(references) > 1:
        raise InvalidValue("scanned pages go to one case; split them first")
    return references[0] if references else None


def _looked_up(
    premises: Premises, key: str, login: str, reference: str | None, kind: ScanKind | None
) -> tuple[TrayItem, Case, Reply | None]:
    """Return the item, the case it goes to, and the reply it joins if it was proposed for one."""
    with premises.reading() as session:
        actor = offices.actor_by_login(session, login)
        item = named_item(session, key)
        check_waiting(item)
        is_proposed = item.reason is TrayReason.BEHIND_SLIP and item.reply_id is not None
        if not reference and not (is_proposed and item.guess):
            guess = f"; it may be {item.guess}" if item.guess else ""
            raise InvalidValue(f"say which case {short(item.id)} belongs to{guess}")
        case = cases.by_reference(session, reference or item.guess)
        for office_id in (item.office_id, case.office_id):
            require(actor, Act.SETTLE_TRAY, office_id=office_id)
        reply = tray.reply_proposed(session, case, item) if kind is None else None
        return item, case, reply


def _document(premises: Premises, item: TrayItem, case: Case, reply: Reply | None) -> str:
    """Put the item's pages, behind the reply's if it joins one, where the case can read them."""
    content = premises.documents.get(item.document, case_id=item.id)
    if reply is not None:
        content = joined(premises.documents.get(reply.document, case_id=case.id), content)
    return premises.documents.put(content, case_id=case.id)


def _add(act: OnCase, item: TrayItem, seen: Reply, document: str) -> str:
    reply = act.session.get_one(Reply, seen.id)
    tray.add_to_reply(
        act.session,
        act.actor,
        item,
        act.case,
        reply,
        document,
        instead_of=seen.document,
        now=act.now,
    )
    return f"随附材料已归入复函 {len(item.pages)} pages joined the reply {short(reply.id)}"


def _file(act: OnCase, item: TrayItem, kind: ScanKind, document: str, on: date | None) -> str:
    tray.file_as(
        act.session,
        act.actor,
        item,
        act.case,
        kind,
        document,
        received_on=on or offices.local_day(act.session, act.case.office_id, act.now),
        now=act.now,
    )
    return f"已归入 filed as {kind.value.replace('_', ' ')}"


def _parts(premises: Premises, item: TrayItem, after: list[int]) -> list[Part]:
    content = premises.documents.get(item.document, case_id=item.id)
    parts = []
    for begin, end in tray.cut(item.pages, after):
        part = tray.new_part(tuple(item.pages[begin:end]))
        address = premises.documents.put(part_of(content, begin, end), case_id=part.item_id)
        parts.append(Part(part.item_id, part.pages, address))
    return parts
