"""`hancha person`: who works here, and in which roles."""

from typing import Annotated

import typer
from rich.console import Console

from cases.operations import directory
from cases.store import offices
from cases.vocabulary.status import Role
from integrations import words
from integrations.cli.options import AsJson, AsLogin, text_of_at_most
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts

HELD_BY_PEOPLE = [role for role in Role if role not in (Role.ENGINE, Role.ASKED_OFFICE)]


def list_people(as_json: AsJson = False) -> None:
    """List who works here, by login, with their roles."""
    with opened() as premises, premises.reading() as session:
        found = [
            {
                "login": person.login,
                "name": person.name,
                "office": office.code,
                "roles": sorted(roles),
                "is_active": person.is_active,
            }
            for person, office, roles in offices.people(session)
        ]
    answer(found, as_json, lambda console: _show(console, found))


def add(
    new_login: Annotated[
        str, typer.Argument(metavar="LOGIN", parser=text_of_at_most(60), help="登录名 ASCII.")
    ],
    login: AsLogin,
    name: Annotated[str, typer.Option("--name", parser=text_of_at_most(60), help="姓名 Name.")],
    office: Annotated[str, typer.Option("--office", metavar="CODE", help="所在机关 Office.")],
    role: Annotated[list[Role], typer.Option("--role", help="角色 Role; may be repeated.")],
    as_json: AsJson = False,
) -> None:
    """Enter somebody who works here."""
    if not set(role) <= set(HELD_BY_PEOPLE):
        raise typer.BadParameter("this is no role of a person", param_hint="--role")
    with acting(login, "add-person") as (_premises, session, actor):
        person = directory.add_person(session, actor, new_login, name, office, role)
        document = {
            "login": person.login,
            "name": person.name,
            "office": office,
            "roles": sorted(set(role)),
            "is_active": person.is_active,
        }
    answer(document, as_json, lambda console: _show(console, [document]))


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("没有人员 Nobody yet; `hancha init` enters the first administrator.")
        return
    table = listing("登录名 Login", "姓名 Name", "机关 Office", "角色 Roles", "状态 Status")
    for each in found:
        table.add_row(
            each["login"],
            each["name"],
            each["office"],
            ", ".join(words.say(Role(role)) for role in each["roles"]),
            "在岗 active" if each["is_active"] else "离岗 inactive",
        )
    console.print(table)
