"""`hancha partner`: other installations that inquiries are exchanged with, and their keys."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cases.operations import partners
from cases.store import exchange
from cases.store.tables.exchange import Partner
from integrations.cli.options import AsJson, AsLogin, text_of_at_most
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting, opened
from integrations.exchange.signing import OwnKey
from integrations.reading.case_brief import Facts

Code = Annotated[str, typer.Argument(metavar="PARTNER", help="对方代号 Its name in the exchange.")]


def list_partners(as_json: AsJson = False) -> None:
    """List the partners, their offices, and the fingerprints of the keys they may sign with."""
    with opened() as premises, premises.reading() as session:
        found = [
            {
                "code": each.code,
                "name": each.name,
                "folder": each.folder,
                "clerk": each.clerk,
                "offices": [office.code for office in exchange.offices_of(session, each.code)],
                "keys": [key.fingerprint for key in exchange.keys_of(session, each.code)],
            }
            for each in exchange.partners(session)
        ]
    answer(found, as_json, lambda console: _show(console, found))


def add(
    code: Code,
    login: AsLogin,
    name: Annotated[str, typer.Option("--name", parser=text_of_at_most(120), help="名称 Name.")],
    folder: Annotated[
        Path, typer.Option("--folder", file_okay=False, help="共享目录 The folder both can write.")
    ],
    clerk: Annotated[
        str, typer.Option("--clerk", metavar="LOGIN", help="经办人 Who gets its inquiries.")
    ],
    office: Annotated[
        list[str], typer.Option("--office", metavar="CODE", help="机关 It speaks for; repeatable.")
    ],
    as_json: AsJson = False,
) -> None:
    """Enter a partner and the offices that it speaks for; it can speak for no other."""
    row = Partner(code=code, name=name, folder=str(folder.absolute()), clerk=clerk)
    with acting(login, "add-partner") as (premises, session, actor):
        partners.add_partner(session, actor, row, office, now=premises.clock.now())
        document = {"code": code, "offices": sorted(office)}
    answer(document, as_json, lambda console: console.print(f"{code}  已登记 entered"))


def trust(
    code: Code,
    login: AsLogin,
    key: Annotated[str, typer.Option("--key", help="公钥 As the partner's `key` command says.")],
    as_json: AsJson = False,
) -> None:
    """Take a key of the partner; read the fingerprint to each other by telephone first."""
    with acting(login, "trust-partner") as (premises, session, actor):
        row = partners.trust(session, actor, code, key, now=premises.clock.now())
        document = {"code": code, "fingerprint": row.fingerprint}
    _say_key(document, as_json, "已信任 trusted")


def distrust(
    code: Code,
    login: AsLogin,
    fingerprint: Annotated[str, typer.Option("--fingerprint", help="指纹 Of the key.")],
    as_json: AsJson = False,
) -> None:
    """Retire a key of the partner: nothing signed with it is taken in from now on."""
    with acting(login, "distrust-partner") as (premises, session, actor):
        now = premises.clock.now()
        row = partners.distrust(session, actor, code, fingerprint, now=now)
        document = {"code": code, "fingerprint": row.fingerprint}
    _say_key(document, as_json, "已停用 retired")


def own_key(
    login: AsLogin,
    rotate: Annotated[
        bool, typer.Option("--rotate", help="更换 Make a new one; every partner has to take it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the key that we sign with and its fingerprint; the first call makes it."""
    with acting(login, "own-key") as (premises, session, actor):
        partners.require_keeper(actor)
        own = OwnKey(premises.settings.home)
        key = own.rotate() if rotate else own.public()
        if rotate:
            partners.record_rotation(session, actor, key, now=premises.clock.now())
    document = {"code": key, "fingerprint": partners.fingerprint(key)}
    _say_key(document, as_json, "本机公钥 our key")


def _say_key(document: Facts, as_json: bool, done: str) -> None:
    text = f"{document['code']}  {done}  指纹 fingerprint {document['fingerprint']}"
    answer(document, as_json, lambda console: console.print(text, soft_wrap=True))


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有协查平台对方 No partners.")
        return
    table = listing("代号 Code", "名称 Name", "机关 Offices", "经办人 Clerk", "指纹 Keys")
    for each in found:
        table.add_row(
            each["code"],
            each["name"],
            ", ".join(each["offices"]),
            each["clerk"],
            "\n".join(each["keys"]) or "没有公钥 no key: nothing is taken in",
        )
    console.print(table)
