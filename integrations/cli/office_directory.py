"""`hancha office`: the directory of offices (机关)."""

from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlmodel import Session

from cases.operations import directory
from cases.store import offices
from cases.store.tables.office import Office
from integrations import words
from integrations.cli.moved_dates import DryRun, moved_facts, show_moved
from integrations.cli.options import AsJson, AsLogin, Limit, read_day, text_of_at_most
from integrations.cli.output import answer, facts, listing
from integrations.cli.premises import acting, opened
from integrations.mail.addresses import check_address
from integrations.reading.case_brief import Facts


def _text(option: str, limit: int, about: str) -> Any:
    return typer.Option(option, parser=text_of_at_most(limit), metavar="TEXT", help=about)


Code = Annotated[
    str, typer.Argument(metavar="CODE", parser=text_of_at_most(40), help="机关代字 Its code.")
]
NameZh = Annotated[str | None, _text("--name", 120, "名称 Chinese name.")]
NameEn = Annotated[str | None, _text("--name-en", 200, "英文名称 English name.")]
Division = Annotated[str | None, _text("--division", 12, "行政区划代码 Division code.")]
Superior = Annotated[str | None, _text("--superior", 40, "上级机关 Code of the superior.")]
Email = Annotated[str | None, _text("--email", 254, "电子邮箱 Mail address.")]
Address = Annotated[str | None, _text("--address", 300, "地址 Postal address.")]
Postcode = Annotated[str | None, _text("--postcode", 12, "邮编 Postcode.")]
Telephone = Annotated[str | None, _text("--telephone", 40, "电话 Telephone.")]
Contact = Annotated[str | None, _text("--contact", 60, "联系人 Whom to ask for.")]
Zone = Annotated[str | None, _text("--zone", 40, "时区 Time zone, like Asia/Shanghai.")]
Ours = Annotated[
    bool | None, typer.Option("--ours/--not-ours", help="本机关 Works its cases here.")
]
ValidTo = Annotated[
    date | None,
    typer.Option(
        "--valid-to", parser=read_day, metavar="DATE", help="撤销日期 Last day it exists."
    ),
]
Channels = Annotated[
    str | None,
    _text("--channels", 60, "收函渠道 How it takes letters: email,post; empty: any way."),
]
VerifiedOn = Annotated[
    date | None,
    typer.Option(
        "--verified-on", parser=read_day, metavar="DATE", help="核实日期 When all this was checked."
    ),
]
Successor = Annotated[str | None, _text("--successor", 40, "承继机关 Code of its successor.")]


def list_offices(limit: Limit = 500, as_json: AsJson = False) -> None:
    """List offices by code."""
    with opened() as premises, premises.reading() as session:
        found = [_office(session, row) for row in offices.all_offices(session, limit=limit)]
    answer(found, as_json, lambda console: _list(console, found))


def show(code: Code, as_json: AsJson = False) -> None:
    """Show an office: how it is reached, who is above it, whether it still exists."""
    with opened() as premises, premises.reading() as session:
        document = _office(session, offices.by_code(session, code))
    answer(document, as_json, lambda console: _show(console, document))


def add(
    code: Code,
    login: AsLogin,
    name_zh: NameZh = None,
    name_en: NameEn = None,
    division_code: Division = None,
    superior: Superior = None,
    email: Email = None,
    address: Address = None,
    postcode: Postcode = None,
    telephone: Telephone = None,
    contact: Contact = None,
    zone: Zone = None,
    is_ours: Ours = None,
    channels: Channels = None,
    verified_on: VerifiedOn = None,
    as_json: AsJson = False,
) -> None:
    """Enter an office in the directory."""
    given = locals()
    with acting(login, "add-office") as (premises, session, actor):
        office = Office(**{"code": code, "name_zh": "", **_changes(given)})
        directory.add_office(session, actor, office, superior or "", now=premises.clock.now())
        document = _office(session, office)
    answer(document, as_json, lambda console: _show(console, document))


def change(
    code: Code,
    login: AsLogin,
    name_zh: NameZh = None,
    name_en: NameEn = None,
    division_code: Division = None,
    superior: Superior = None,
    email: Email = None,
    address: Address = None,
    postcode: Postcode = None,
    telephone: Telephone = None,
    contact: Contact = None,
    zone: Zone = None,
    is_ours: Ours = None,
    channels: Channels = None,
    verified_on: VerifiedOn = None,
    valid_to: ValidTo = None,
    successor: Successor = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change what is known of an office; what is not named stays, an empty text takes it away.

    Mail that is in the outbox already keeps the address that it was written for. Another division
    or zone moves the dates of open requests: they are shown, with --dry-run only shown.
    """
    changes = _changes(locals())
    with acting(login, "change-office", is_rehearsal=dry_run) as (premises, session, actor):
        office = offices.by_code(session, code)
        near, now = {"superior": superior, "successor": successor}, premises.clock.now()
        moved = directory.change_office(session, actor, office, changes, **near, now=now)
        document = _office(session, office) | moved_facts(moved, is_applied=not dry_run)
    answer(document, as_json, lambda console: _show_changed(console, document))


def _changes(given: dict[str, Any]) -> dict[str, Any]:
    """Return those columns of an office that were given. Raises InvalidValue for an address."""
    changes = {
        name: value
        for name, value in given.items()
        if name in directory.CHANGEABLE and value is not None
    }
    if changes.get("email"):
        check_address(changes["email"])
    return changes


def _office(session: Session, office: Office) -> Facts:
    superior = offices.get(session, office.superior_id) if office.superior_id else None
    living = offices.superior_of(session, office)
    successor = offices.get(session, office.successor_id) if office.successor_id else None
    return {
        "code": office.code,
        "name": office.name_zh,
        "name_en": office.name_en or None,
        "division": office.division_code or None,
        "superior": superior.code if superior else None,
        "living_superior": living.code if living else None,
        "email": office.email or None,
        "address": office.address or None,
        "postcode": office.postcode or None,
        "telephone": office.telephone or None,
        "contact": office.contact or None,
        "zone": office.zone,
        "is_ours": office.is_ours,
        "channels": office.channels or None,
        "verified_on": office.verified_on,
        "valid_from": office.valid_from,
        "valid_to": office.valid_to,
        "successor": successor.code if successor else None,
    }


def _list(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有机关 No offices yet; `hancha office add` enters one.")
        return
    table = listing(
        "代字 Code",
        "名称 Name",
        "区划 Division",
        "上级 Superior",
        "电子邮箱 E-mail",
        "备注 Remarks",
        keep_whole=(0, 2),
    )
    for each in found:
        marks = ["本机关 ours"] if each["is_ours"] else []
        if each["valid_to"]:
            marks.append(f"撤销 until {each['valid_to']}")
        table.add_row(
            each["code"],
            each["name"],
            each["division"] or words.NONE,
            each["superior"] or words.NONE,
            each["email"] or words.NONE,
            "\n".join(marks),
        )
    console.print(table)


def _show_changed(console: Console, each: Facts) -> None:
    _show(console, each)
    if each["moved"] or not each["is_applied"]:
        show_moved(console, each)


def _show(console: Console, each: Facts) -> None:
    above = each["superior"]
    if above and each["living_superior"] != above:
        above += f"（已撤销 gone；现 now {each['living_superior'] or words.NONE}）"
    console.print(
        facts(
            ("代字 Code", each["code"]),
            ("名称 Name", each["name"]),
            ("英文名称 In English", each["name_en"]),
            ("行政区划 Division", each["division"]),
            ("上级机关 Superior", above),
            ("电子邮箱 E-mail", each["email"]),
            ("地址 Address", each["address"]),
            ("邮编 Postcode", each["postcode"]),
            ("电话 Telephone", each["telephone"]),
            ("联系人 Contact", each["contact"]),
            ("时区 Zone", each["zone"]),
            ("本机关 Ours", "是 yes" if each["is_ours"] else None),
            ("收函渠道 Channels", each["channels"]),
            ("核实日期 Verified", words.day(each["verified_on"]) if each["verified_on"] else None),
            ("撤销日期 Valid to", words.day(each["valid_to"]) if each["valid_to"] else None),
            ("承继机关 Successor", each["successor"]),
        )
    )
