"""A desk that keeps the directory. Its people, offices and divisions are synthetic."""

from datetime import UTC, date, datetime

from sqlmodel import Session, select

from cases.operations.directory import add_office
from cases.operations.directory_import import ImportReport, import_offices
from cases.operations.divisions import change_division
from cases.rules.divisions import Change
from cases.rules.office_import import LineReport
from cases.rules.office_lines import read_lines
from cases.store.session import Database
from cases.store.tables.office import Office
from cases.vocabulary.status import Role
from cases.vocabulary.values import Actor

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)  #: A Monday.
KEEPER = Actor("guo.an", frozenset({Role.ADMINISTRATOR}))
CLERK = Actor("he.yun", frozenset({Role.CLERK}))

#: A province that no list has, so that names and codes are nobody's.
SAMPLE_PROVINCE = (
    Change("99", "样本省"),
    Change("9901", "样本市"),
    Change("990101", "样本县"),
    Change("990101100", "乙镇"),
    Change("990101101", "丙镇"),
    Change("990102", "邻县"),
    Change("990102100", "乙镇"),
)


def enter_sample_province(session: Session) -> None:
    """Enter the divisions of the sample province."""
    for change in SAMPLE_PROVINCE:
        change_division(session, KEEPER, change, source="虚构", now=NOW)


def office(session: Session, code: str, superior: str = "", **more: object) -> Office:
    """Enter an office of this code."""
    return add_office(
        session,
        KEEPER,
        Office(code=code, **{"name_zh": f"{code}办事处", **more}),
        superior,
        now=NOW,
    )


def imported(database: Database, text: str | bytes, **more: bool) -> ImportReport:
    """Take in a file as the keeper does."""
    content = text.encode() if isinstance(text, str) else text
    with database.transaction("import") as session:
        return import_offices(session, KEEPER, read_lines(content), on=TODAY, now=NOW, **more)


def only(report: ImportReport, number: int) -> LineReport:
    """Return the report of one line."""
    [line] = [line for line in report.lines if line.number == number]
    return line


def everything(database: Database) -> list[dict[str, object]]:
    """Return every row of the directory by code."""
    with database.reading() as session:
        rows = session.exec(select(Office).order_by(Office.code)).all()
        return [row.model_dump() for row in rows]
