"""`hancha person absent|back|absences`: who is away, and who stands in for them."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from sqlmodel import Session, col, select

from cases.operations import absences as operations
from cases.store import absences, offices
from cases.store.tables.office import Office, Person
from cases.store.tables.telling import Absence
from integrations import words
from integrations.cli.options import AsJson, AsLogin, read_day, text_of_at_most
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts

Login = Annotated[
    str, typer.Argument(metavar="LOGIN", parser=text_of_at_most(60), help="人员 Whose absence.")
]


def absent(
    of: Login,
    login: AsLogin,
    since: Annotated[date, typer.Option("--from", parser=read_day, help="起 First day away.")],
    until: Annotated[date, typer.Option("--until", parser=read_day, help="止 Last day away.")],
    substitute: Annotated[
        str, typer.Option("--substitute", metavar="LOGIN", help="代办人 Who stands in.")
    ],
    as_json: AsJson = False,
) -> None:
    """Record an absence; digests and lists go to whoever stands in, who may do no more for it."""
    with acting(login, "absence") as (premises, session, actor):
        person = offices.person_by_login(session, of)
        row = operations.record(
            session,
            actor,
            person,
            offices.person_by_login(session, substitute),
            since=since,
            until=until,
            now=premises.clock.now(),
        )
        document = _facts(row, of, substitute)
    answer(document, as_json, lambda console: _show(console, [document]))


def back(of: Login, login: AsLogin, as_json: AsJson = False) -> None:
    """Record that somebody is back today, or does not go away after all."""
    with acting(login, "back") as (premises, session, actor):
        person = offices.person_by_login(session, of)
        row = operations.end(session, actor, person, now=premises.clock.now())
        document = _facts(row, of, "")
    answer(document, as_json, lambda console: console.print(f"{of}  已销假 back"))


def list_absences(as_json: AsJson = False) -> None:
    """List who is away today or later in our offices, and who has their work today."""
    with opened() as premises, premises.reading() as session:
        found: list[Facts] = []
        ours = select(Office).where(col(Office.is_ours)).order_by(col(Office.code))
        for office in session.exec(ours).all():
            today = offices.day_at(office, premises.clock.now())
            for row, person, substitute in absences.of_office(session, office.id, today):
                stands = _standing_in(session, row, today)
                found.append({**_facts(row, person, substitute), "stands_in_today": stands})
    answer(found, as_json, lambda console: _show(console, found))


def _standing_in(session: Session, row: Absence, today: date) -> str | None:
    if not row.since <= today <= row.until:
        return None
    return operations.stand_in_of(session, session.get_one(Person, row.person_id), today).login


def _facts(row: Absence, login: str, substitute: str) -> Facts:
    return {
        "login": login,
        "since": row.since,
        "until": row.until,
        "substitute": substitute or None,
        "recorded_by": row.recorded_by,
    }


def _show(console: Console, found: list[Facts]) -> None:
    if not found:
        console.print("无人请假 Nobody is away.")
        return
    table = listing("登录名 Login", "起 From", "止 Until", "代办人 Substitute", "今日由 Today")
    for each in found:
        table.add_row(
            each["login"],
            words.day(each["since"]),
            words.day(each["until"]),
            each["substitute"] or words.NONE,
            each.get("stands_in_today") or words.NONE,
        )
    console.print(table)
