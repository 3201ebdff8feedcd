"""`hancha digest`: who is told by mail what waits for them, and what they would be told now."""

from typing import Annotated

import typer
from rich.console import Console

from cases.operations import digests as operations
from cases.operations.digests import DigestDue
from cases.store import digests, offices
from cases.vocabulary.status import Language
from cases.vocabulary.telling import Rhythm
from integrations import words
from integrations.cli.options import AsJson, AsLogin, text_of_at_most
from integrations.cli.output import answer, listing
from integrations.cli.premises import acting, opened
from integrations.reading.case_brief import Facts
from integrations.telling.digest_words import text_of
from integrations.telling.texts import Texts


def choose(
    login: AsLogin,
    rhythm: Annotated[
        Rhythm | None, typer.Option("--rhythm", help="频次 How often; only on working days.")
    ] = None,
    of: Annotated[
        str, typer.Option("--of", metavar="LOGIN", help="人员 Of whom; else your own.")
    ] = "",
    email: Annotated[
        str | None,
        typer.Option(
            "--email", parser=text_of_at_most(254), help="邮箱 Where; an administrator says."
        ),
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="语言 Language of the mail.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say how often somebody is told by mail what waits for them: none, at_once, daily, weekly."""
    with acting(login, "choose-digest") as (_premises, session, actor):
        person = offices.person_by_login(session, of or login)
        choice = operations.choose(
            session, actor, person, rhythm=rhythm, email=email, language=language
        )
        document = {
            "login": person.login,
            "rhythm": choice.rhythm,
            "email": choice.email or None,
            "language": choice.language,
        }
    answer(document, as_json, lambda console: _show(console, [document]))


def list_choices(as_json: AsJson = False) -> None:
    """List who is told, how often, and what became of their last digest."""
    with opened() as premises, premises.reading() as session:
        found: list[Facts] = []
        for person, choice in digests.choices(session):
            last = digests.last_of(session, person.id)
            found.append(
                {
                    "login": person.login,
                    "rhythm": choice.rhythm if choice else Rhythm.NONE,
                    "email": (choice.email if choice else "") or None,
                    "language": choice.language if choice else Language.CHINESE,
                    "last_period": last.period if last else None,
                    "last_status": last.status if last else None,
                    "last_error": (last.last_error if last else "") or None,
                }
            )
    answer(found, as_json, lambda console: _show(console, found))


def preview(login: AsLogin, as_json: AsJson = False) -> None:
    """Print what would be told to you now; nothing is sent."""
    with opened() as premises, premises.reading() as session:
        now = premises.clock.now()
        person = offices.person_by_login(session, login)
        office = offices.get(session, person.office_id)
        lines = operations.waiting_for(session, person, office, now=now)
        due = DigestDue(
            person_id=person.id,
            name=person.name,
            office_id=office.id,
            office=office.name_zh,
            zone=office.zone,
            period="preview",
            recipient="",
            language=Language.CHINESE,
            lines=tuple(lines),
            waiting=(),
        )
        text = text_of(Texts(premises.settings.templates), due, now) if lines else ""
        document = [
            {
                "topic": line.topic,
                "reference": line.reference,
                "office": line.office,
                "on": line.on,
                "overdue_days": line.overdue_days,
                "on_behalf_of": line.on_behalf_of or None,
            }
            for line in lines
        ]
    answer(document, as_json, lambda console: console.print(text or "没有待办 Nothing waits."))


def _show(console: Console, found: list[Facts]) -> None:
    table = listing("登录名 Login", "频次 Rhythm", "邮箱 Mail", "最近一次 Last", "原因 Trouble")
    for each in found:
        last = each.get("last_period")
        status = each.get("last_status")
        table.add_row(
            each["login"],
            words.say(each["rhythm"]),
            each["email"] or words.NONE,
            f"{last}\n{words.say(status)}" if last else words.NONE,
            each.get("last_error") or words.NONE,
        )
    console.print(table)
