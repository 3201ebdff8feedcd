"""`hancha address mend` and `confirm`: apart from the others, since they may print mail anew."""

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from cases.store import offices
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.post import RepairOutcome
from cases.vocabulary.values import Actor
from integrations import address_desk
from integrations.cli.addresses import OfficeCode, changes_of, told_settled
from integrations.cli.options import AsJson, AsLogin
from integrations.cli.output import answer
from integrations.cli.premises import opened
from integrations.wiring import House, build

Settling = Callable[[House, Actor], Sequence[OutboxMessage]]


def mend(
    code: OfficeCode,
    login: AsLogin,
    email: Annotated[str | None, typer.Option("--email", help="电子邮箱")] = None,
    address: Annotated[str | None, typer.Option("--address", help="地址")] = None,
    postcode: Annotated[str | None, typer.Option("--postcode", help="邮政编码")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter the right address; every letter that was held or came back goes there (改正地址)."""
    changes = changes_of(email, address, postcode)
    _settle(
        code,
        login,
        RepairOutcome.MENDED,
        lambda house, actor: address_desk.mend(house, actor, code, changes),
        as_json,
    )


def confirm(code: OfficeCode, login: AsLogin, as_json: AsJson = False) -> None:
    """Say that the address is right; every letter that was held or came back goes (地址无误)."""
    _settle(
        code,
        login,
        RepairOutcome.CONFIRMED,
        lambda house, actor: address_desk.settle(house, actor, code, RepairOutcome.CONFIRMED),
        as_json,
    )


def _settle(
    code: str, login: str, outcome: RepairOutcome, settling: Settling, as_json: bool
) -> None:
    with opened() as premises:
        with premises.reading() as session:
            actor = offices.actor_by_login(session, login)
            office = offices.by_code(session, code)
        house = build(premises.settings)
        try:
            left = settling(house, actor)
        finally:
            house.database.close()
    document = {
        "office": office.code,
        "office_name": office.name_zh,
        "outcome": outcome,
        "letters": len(left),
    }
    answer(document, as_json, lambda console: told_settled(console, document))
