"""`hancha address`: offices that letters do not reach, and what waits for them."""

from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations import address_repairs as repairs
from cases.store import address_repairs, offices
from cases.store.tables.address_repair import AddressRepair
from cases.vocabulary.errors import InvalidValue
from integrations import words
from integrations.cli.options import AsJson, AsLogin, Reason
from integrations.cli.outboxes import HOME_ZONE, named, show_list
from integrations.cli.output import answer, facts, listing
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts
from integrations.reading.case_facts import message

OfficeCode = Annotated[str, typer.Argument(metavar="OFFICE", help="机关代字 Code of the office.")]
WithSettled = Annotated[bool, typer.Option("--all", help="含已核对 Settled ones too.")]


def list_repairs(all_: WithSettled = False, as_json: AsJson = False) -> None:
    """List addresses in doubt, the oldest first, with how many letters each holds."""
    with opened() as premises, premises.reading() as session:
        rows = address_repairs.listed(session, is_open=not all_)
        found = [_brief(session, row) for row in rows]
    answer(found, as_json, lambda console: _show_list(console, found))


def show(code: OfficeCode, as_json: AsJson = False) -> None:
    """Show an address in doubt and the letters that it holds."""
    with opened() as premises, premises.reading() as session:
        office = offices.by_code(session, code)
        row = repairs.require_open(session, office)
        held = [message(session, each, False) for each in repairs.held_letters(session, row)]
        document = {**_brief(session, row), "held": held}
    answer(document, as_json, lambda console: _show(console, document))


def doubt(
    code: OfficeCode,
    login: AsLogin,
    reason: Reason,
    returned: Annotated[
        str, typer.Option("--returned", metavar="ID", help="退回的函件 The copy that came back.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Hold every letter for an office: one came back, or its address is known to be wrong (退回).

    With --returned that copy goes again once the address is mended or confirmed.
    """
    with acting(login, "doubt-address") as (premises, session, actor):
        office = offices.by_code(session, code)
        copy = named(session, returned) if returned else None
        now = premises.clock.now()
        row = repairs.open_repair(session, actor, office, reason, now=now, returned=copy)
        document = _brief(session, row)
    answer(document, as_json, lambda console: _show_list(console, [document]))


def _brief(session: Session, row: AddressRepair) -> Facts:
    office = offices.get(session, row.office_id)
    waiting = address_repairs.waiting_for(session, office.id) if row.closed_at is None else ()
    return {
        "office": office.code,
        "office_name": office.name_zh,
        "email": office.email or None,
        "address": office.address or None,
        "postcode": office.postcode or None,
        "reason": row.reason,
        "opened_at": row.opened_at,
        "opened_by": row.opened_by,
        "letters_held": len(waiting),
        "closed_at": row.closed_at,
        "closed_by": row.closed_by or None,
        "outcome": row.outcome,
    }


def _show_list(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有待核对的地址 No address is in doubt.")
        return
    table = listing("机关 Office", "原因 Reason", "自 Since", "暂缓函件 Held", "结果 Outcome")
    for each in found:
        table.add_row(
            f"{each['office']} {each['office_name']}",
            each["reason"],
            words.minute(each["opened_at"], HOME_ZONE),
            str(each["letters_held"]),
            words.say(each["outcome"]),
        )
    console.print(table)


def _show(console: Console, document: Facts) -> None:
    console.print(
        facts(
            ("机关 Office", f"{document['office']} {document['office_name']}"),
            ("电子邮箱 E-mail", document["email"]),
            ("地址 Address", document["address"]),
            ("邮编 Postcode", document["postcode"]),
            ("原因 Reason", document["reason"]),
            ("提出 Opened", f"{document['opened_by']}"),
        )
    )
    show_list(console, document["held"])


def told_settled(console: Console, document: Facts) -> None:
    """Say how a repair ended and how much may leave now."""
    console.print(
        f"{document['office']} {document['office_name']}  {words.say(document['outcome'])}  "
        f"{document['letters']} 件待发 to leave"
    )


def changes_of(email: str | None, address: str | None, postcode: str | None) -> dict[str, str]:
    """Return what is to change. Raises InvalidValue when nothing is."""
    given = {"email": email, "address": address, "postcode": postcode}
    changes = {name: value.strip() for name, value in given.items() if value is not None}
    if not changes:
        raise InvalidValue("give --email, --address or --postcode; `confirm` changes nothing")
    return changes
