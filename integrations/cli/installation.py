"""`hancha init` and `hancha migrate`: from an empty folder to where a case can be opened."""

from datetime import datetime
from typing import Annotated

import typer
from alembic.util.exc import CommandError
from rich.console import Console
from sqlmodel import Session

from cases.operations import directory
from cases.store import migrate as migrations
from cases.store import offices, schema
from cases.store.tables.office import Office
from cases.vocabulary.errors import InvalidValue, StoreUnavailable
from cases.vocabulary.status import Role
from integrations.cli.options import AsJson, text_of_at_most
from integrations.cli.output import answer, facts
from integrations.cli.premises import Premises, faults_named, opened, unchecked
from integrations.mail.addresses import check_address
from integrations.preparation import prepare

OfficeCode = Annotated[
    str, typer.Option("--office", metavar="CODE", parser=text_of_at_most(40), help="机关代字.")
]
OfficeName = Annotated[
    str, typer.Option("--office-name", parser=text_of_at_most(120), help="本机关名称.")
]
OfficeAddress = Annotated[
    str, typer.Option("--address", parser=text_of_at_most(300), help="地址 Printed on letters.")
]
OfficeTelephone = Annotated[
    str, typer.Option("--telephone", parser=text_of_at_most(40), help="电话 Printed on letters.")
]
OfficeEmail = Annotated[
    str, typer.Option("--email", parser=text_of_at_most(254), help="电子邮箱 Of the office.")
]
Admin = Annotated[
    str,
    typer.Option("--admin", metavar="LOGIN", parser=text_of_at_most(60), help="首位管理员登录名."),
]
AdminName = Annotated[
    str, typer.Option("--admin-name", parser=text_of_at_most(60), help="首位管理员姓名.")
]


def migrate(as_json: AsJson = False) -> None:
    """Bring the database to the schema of this version; an empty one gets all of it."""
    with unchecked() as premises:
        before = _migrate(premises)
        after = schema.held_revision(premises.database)
    document = {"before": before or None, "after": after}
    done = "已是最新 is already at" if before == after else "已升级至 is now at"
    answer(document, as_json, lambda console: console.print(f"数据库 The database {done} {after}."))


def init(
    office: OfficeCode = "",
    office_name: OfficeName = "",
    address: OfficeAddress = "",
    telephone: OfficeTelephone = "",
    email: OfficeEmail = "",
    admin: Admin = "",
    admin_name: AdminName = "",
    as_json: AsJson = False,
) -> None:
    """Set up: database, calendar, case types; and with all four, office and administrator.

    --office, --office-name, --admin and --admin-name enter the first office and its
    administrator, who enters everybody else. Doing it again changes nothing that is there.
    """
    first = (office, office_name, admin, admin_name)
    if any(first) and not all(first):
        raise typer.BadParameter(
            "--office, --office-name, --admin and --admin-name belong together"
        )
    ours = Office(
        code=office,
        name_zh=office_name,
        address=address,
        telephone=telephone,
        email=check_address(email) if email else "",
        is_ours=True,
    )
    with unchecked() as premises:
        _migrate(premises)
        with faults_named():
            prepare(premises.settings).database.close()
    with opened() as premises, premises.transaction("init") as session:
        if all(first):
            _found(session, ours, admin, admin_name, premises.clock.now())
        is_kept = offices.has_administrator(session)
        document = {"home": str(premises.settings.home), "has_administrator": is_kept}
    answer(document, as_json, lambda console: _show(console, document))


def _found(session: Session, ours: Office, admin: str, admin_name: str, now: datetime) -> None:
    """Enter the first office and its administrator. Raises InvalidValue when there is one."""
    if offices.has_administrator(session):
        raise InvalidValue("there is an administrator already, who enters everybody else")
    directory.add_office(session, directory.FOUNDER, ours, now=now)
    roles = [Role.ADMINISTRATOR]
    directory.add_person(session, directory.FOUNDER, admin, admin_name, ours.code, roles)


def _migrate(premises: Premises) -> str:
    """Migrate and return the revision before. Raises StoreUnavailable, DiskFault."""
    premises.settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with faults_named():
        before = schema.held_revision(premises.database)
        try:
            migrations.upgrade(premises.settings.database)
        except CommandError as fault:  # A revision that this version does not know.
            raise StoreUnavailable(
                f"the database is at schema {before}, newer than this version: {fault}"
            ) from fault
    return before


def _show(console: Console, document: dict[str, object]) -> None:
    next_ = (
        "hancha office add, hancha person add, then hancha up"
        if document["has_administrator"]
        else "hancha init --office CODE --office-name NAME --admin LOGIN --admin-name NAME"
    )
    console.print(
        facts(
            ("数据目录 Data", document["home"]),
            ("管理员 Administrator", "有 yes" if document["has_administrator"] else "无 none yet"),
            ("下一步 Next", next_),
        )
    )
