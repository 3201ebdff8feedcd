"""A small synthetic world for tests: three offices, their people, and a house to work in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from cases.operations import directory, register
from cases.operations.calendars import seed_calendar
from cases.operations.register import Opening
from cases.store import case_types, offices
from cases.store.cases import by_reference
from cases.store.session import Database
from cases.store.tables.case import Case
from cases.store.tables.office import Office
from cases.vocabulary.status import Language, Role
from cases.vocabulary.values import Actor
from integrations.documents.protection import protection_of
from integrations.letters.printer import TypstPrinter
from integrations.settings import Settings
from integrations.wiring import House

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  #: Mon 2026-03-02, 09:00 in China.
PERSON_NUMBER = "110101199003070011"  #: Synthetic; its check digit is right.


class SetClock:
    """A clock that stands until a test sets it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self.at


def office(code: str, name_zh: str, name_en: str, **more: str | bool) -> Office:
    """Return a synthetic office with an address for everything."""
    defaults = {
        "email": f"{code.lower()}@office.example",
        "address": "示例省示例市示例路1号",
        "postcode": "100000",
        "telephone": "000-00000000",
        "contact": "示例联系人",
        "division_code": "110101",
    }
    return Office(code=code, name_zh=name_zh, name_en=name_en, **{**defaults, **more})


def settle_in(database: Database, now: datetime = START) -> None:
    """Fill an empty, migrated database with the synthetic world."""
    founder = directory.FOUNDER
    with database.transaction("sample") as session:
        seed_calendar(session, now=now)
        case_types.publish_shipped(session, now)
        ours = office("XQ", "示例市甲区新桥街道办事处", "Xinqiao Office (sample)", is_ours=True)
        county = office("YX", "样本县人民政府", "Yangben County (sample)")
        home = office("YZ", "样本县乙镇人民政府", "Yi Town Government (sample)")
        other = office("BZ", "样本县丙镇人民政府", "Bing Town Government (sample)")
        directory.add_office(session, founder, ours, now=now)
        directory.add_office(session, founder, county, now=now)
        directory.add_office(session, founder, home, "YX", now=now)
        directory.add_office(session, founder, other, "YX", now=now)
        for login, name, roles in (
            ("zhou", "周示例", [Role.CLERK]),
            ("wu", "吴示例", [Role.MANAGER]),
            ("mail", "收发示例", [Role.MAIL_ROOM]),
            ("audit", "审计示例", [Role.AUDITOR]),
            ("admin", "管理示例", [Role.ADMINISTRATOR]),
        ):
            directory.add_person(session, founder, login, name, "XQ", roles)
        directory.add_person(session, founder, "zheng", "郑示例", "YZ", [Role.CLERK, Role.MANAGER])


@dataclass
class World:
    """The house of a test and shortcuts into it."""

    house: House
    clock: SetClock

    def actor(self, login: str) -> Actor:
        """Return somebody of the world."""
        with self.house.database.reading() as session:
            return offices.actor_by_login(session, login)

    def case(self, reference: str) -> Case:
        """Return a case as it stands."""
        with self.house.database.reading() as session:
            return by_reference(session, reference)

    def open(self, actor: str = "zhou", **changes: object) -> str:
        """Open a case as a clerk would and return its reference."""
        case_id = uuid4()
        document = self.house.documents.put(b"%PDF-1.4 synthetic", case_id=case_id)
        given: dict[str, object] = {
            "case_type": "certificate-issuance",
            "home_office": "YZ",
            "applicant_name": "林小禾",
            "person_number": PERSON_NUMBER,
            "fields": {"certificate": "户籍情况证明", "purpose": "办理居住登记"},
            "applicant_email": "applicant@person.example",
            "consent_on": date(2026, 3, 2),
            "language": Language.CHINESE,
            "enclosures": {"application": document},
            "case_id": case_id,
        }
        opening = Opening(**{**given, **changes})  # type: ignore[arg-type]
        who = self.actor(actor)
        now = self.clock.now()
        with self.house.database.reading() as session:
            prepared = register.prepare(
                session,
                who,
                opening,
                self.house.printer,
                self.house.safe,
                now=now,
                has_electronic_seal=self.house.seal is not None,
            )
        with self.house.database.transaction("open") as session:
            return register.open_case(session, who, prepared, now=now).reference


def build_world(database_url: str, folder: Path, **settings: object) -> World:
    """Return a settled world on a migrated database."""
    clock = SetClock()
    given = Settings(home=folder, database_url=database_url, **settings)  # type: ignore[arg-type]
    database = Database(database_url)
    protection = protection_of(given, database)
    house = House(
        settings=given,
        database=database,
        clock=clock,
        printer=TypstPrinter(),
        documents=protection.documents,
        safe=protection.safe,
    )
    settle_in(house.database)
    return World(house, clock)
