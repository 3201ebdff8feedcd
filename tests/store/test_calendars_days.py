"""Single days: ordered off or worked, for the nation, a division or one office."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from cases.operations.calendar_days import (
    add_local_day,
    approve_day,
    override_day,
    read_receipts,
    withdraw_day,
)
from cases.operations.calendars import import_year, seed_calendar
from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import NATIONAL, DayKind
from cases.store.calendars import (
    load_calendar,
    office_scope,
)
from cases.store.session import Database
from cases.store.tables.calendar import CalendarDay
from cases.vocabulary.errors import InvalidValue, NotAllowed
from tests.store.calendar_desk import (
    ADMINISTRATOR,
    MANAGER,
    NOW,
    OFFICE,
    STORM,
    due_on,
    example,
    refused,
)


@pytest.fixture
def database(migrated_database_url: str) -> Iterator[Database]:
    opened = Database(migrated_database_url)
    yield opened
    opened.close()


@pytest.fixture
def seeded(database: Database) -> Database:
    with database.transaction("calendar") as session:
        seed_calendar(session, now=NOW)
    return database


def test_an_ordered_day_off_moves_the_dates_of_its_scope_and_of_no_other(
    seeded: Database,
) -> None:
    with seeded.transaction("calendar") as session:
        override_day(
            session,
            MANAGER,
            STORM,
            DayKind.OFF,
            "台风",
            scope="division:5101",
            reason="市政府通知停工",
            now=NOW,
        )
    assert due_on(seeded, date(2026, 3, 2), 15, division_code="510107")[0] == date(2026, 3, 24)
    assert due_on(seeded, date(2026, 3, 2), 15, division_code="4501")[0] == date(2026, 3, 23)
    assert due_on(seeded, date(2026, 3, 2), 15)[0] == date(2026, 3, 23)


def test_an_order_can_be_replaced_and_taken_back_and_its_rows_stay(seeded: Database) -> None:
    order: dict[str, Any] = {"scope": office_scope(OFFICE), "reason": "整栋停电", "now": NOW}
    for kind, due in ((DayKind.OFF, 24), (DayKind.WORK, 23), (DayKind.OFF, 24)):
        with seeded.transaction("calendar") as session:
            override_day(session, MANAGER, STORM, kind, "停电", **order)
        found, _ = due_on(seeded, date(2026, 3, 2), 15, office_id=OFFICE)
        assert found == date(2026, 3, due)
    with seeded.transaction("calendar") as session:
        withdraw_day(session, MANAGER, STORM, scope=office_scope(OFFICE), is_override=True, now=NOW)
    assert due_on(seeded, date(2026, 3, 2), 15, office_id=OFFICE)[0] == date(2026, 3, 23)
    with seeded.reading() as session:
        kept = session.exec(select(CalendarDay).where(CalendarDay.falls_on == STORM)).all()
    assert [row.superseded_by for row in kept] == ["lin.min"] * 3


def test_a_national_order_holds_once_a_second_person_has_approved_it(seeded: Database) -> None:
    order: dict[str, Any] = {"reason": "国务院通知", "now": NOW}
    with seeded.transaction("calendar") as session:
        assert override_day(session, MANAGER, STORM, DayKind.OFF, "台风", **order) == ()
    assert due_on(seeded, date(2026, 3, 2), 15)[0] == date(2026, 3, 23)
    with refused(seeded, NotAllowed, "second person") as session:
        approve_day(session, MANAGER, STORM, now=NOW)
    with seeded.transaction("calendar") as session:
        approve_day(session, ADMINISTRATOR, STORM, now=NOW)
    assert due_on(seeded, date(2026, 3, 2), 15)[0] == date(2026, 3, 24)
    with refused(seeded, InvalidValue, "waits for approval") as session:
        approve_day(session, ADMINISTRATOR, STORM, now=NOW)


def test_a_national_order_that_holds_is_changed_by_another_order_alone(seeded: Database) -> None:
    order: dict[str, Any] = {"reason": "国务院通知", "now": NOW}
    with seeded.transaction("calendar") as session:
        override_day(session, MANAGER, STORM, DayKind.OFF, "台风", **order)
        approve_day(session, ADMINISTRATOR, STORM, now=NOW)
    with refused(seeded, InvalidValue, "order another") as session:
        withdraw_day(session, MANAGER, STORM, scope=NATIONAL, is_override=True, now=NOW)
    with seeded.transaction("calendar") as session:
        override_day(session, ADMINISTRATOR, STORM, DayKind.WORK, "照常", **order)
    assert due_on(seeded, date(2026, 3, 2), 15)[0] == date(2026, 3, 24), "the first one holds"
    with seeded.transaction("calendar") as session:
        approve_day(session, MANAGER, STORM, now=NOW)
    assert due_on(seeded, date(2026, 3, 2), 15)[0] == date(2026, 3, 23)


def test_a_proposal_that_nobody_approved_can_be_taken_back(seeded: Database) -> None:
    with seeded.transaction("calendar") as session:
        override_day(session, MANAGER, STORM, DayKind.OFF, "台风", reason="台风", now=NOW)
    with seeded.transaction("calendar") as session:
        withdraw_day(session, MANAGER, STORM, scope=NATIONAL, is_override=True, now=NOW)
    with refused(seeded, InvalidValue, "waits for approval") as session:
        approve_day(session, ADMINISTRATOR, STORM, now=NOW)


def test_a_local_holiday_yields_to_the_offices_own_order(seeded: Database) -> None:
    with seeded.transaction("calendar") as session:
        add_local_day(
            session,
            MANAGER,
            STORM,
            DayKind.OFF,
            "三月三",
            scope="division:45",
            reason="自治区人民政府令",
            now=NOW,
        )
    with seeded.transaction("calendar") as session:
        override_day(
            session,
            MANAGER,
            STORM,
            DayKind.WORK,
            "值守",
            scope=office_scope(OFFICE),
            reason="窗口值守",
            now=NOW,
        )
    with seeded.reading() as session:
        neighbour = load_calendar(session, division_code="450102", office_id=uuid4())
        on_duty = load_calendar(session, division_code="450102", office_id=OFFICE)
    assert neighbour.reason(STORM) == "local holiday: 三月三"
    assert on_duty.reason(STORM) == "worked by special order: 值守"


BAD_ORDERS = {
    "without a reason": ({"reason": " "}, "reason"),
    "without a name": ({"name": " "}, "name"),
    "for a scope that nobody can read": ({"scope": "成都市"}, "scope"),
    "for the nation in a year that is a draft": ({"on": date(2027, 3, 10)}, "draft"),
}


@pytest.mark.parametrize(("change", "words"), BAD_ORDERS.values(), ids=BAD_ORDERS.keys())
def test_an_order_is_refused(seeded: Database, change: dict[str, Any], words: str) -> None:
    with seeded.transaction("calendar") as session:
        import_year(session, MANAGER, example("2027.sample"), now=NOW)
    order = {"on": STORM, "kind": DayKind.OFF, "name": "台风", "reason": "停工", **change}
    with refused(seeded, InvalidValue, words) as session:
        override_day(session, MANAGER, now=NOW, **order)


def test_days_of_a_notice_are_neither_local_nor_taken_back(seeded: Database) -> None:
    day = date(2026, 10, 1)
    with refused(seeded, InvalidValue, "override") as session:
        withdraw_day(session, MANAGER, day, scope=NATIONAL, is_override=False, now=NOW)
    with refused(seeded, InvalidValue, "national") as session:
        add_local_day(
            session, MANAGER, day, DayKind.WORK, "值守", scope=NATIONAL, reason="值守", now=NOW
        )
    with (
        pytest.raises(InvalidValue, match="no such day"),
        seeded.transaction("calendar") as session,
    ):
        withdraw_day(session, MANAGER, day, scope=NATIONAL, is_override=True, now=NOW)


def test_a_receipt_on_a_rest_day_is_read_as_the_installation_says(seeded: Database) -> None:
    sunday = date(2026, 3, 8)
    assert due_on(seeded, sunday, 1)[0] == date(2026, 3, 9)
    with seeded.transaction("calendar") as session:
        read_receipts(session, ADMINISTRATOR, ReceiptOnRestDay.NEXT_WORKING_DAY, now=NOW)
    assert due_on(seeded, sunday, 1)[0] == date(2026, 3, 10)


def test_offices_without_days_of_their_own_share_one_calendar(seeded: Database) -> None:
    with seeded.reading() as session:
        one = load_calendar(session, division_code="510107", office_id=OFFICE)
        other = load_calendar(session, division_code="450102", office_id=uuid4())
        abroad = load_calendar(session, zone="Asia/Urumqi")
    assert one is other
    assert abroad is not one
    assert abroad.zone.key == "Asia/Urumqi"


def test_an_unknown_zone_is_refused(seeded: Database) -> None:
    for zone in ("Mars/Olympus", "", "../etc"):
        with pytest.raises(InvalidValue, match="time zone"), seeded.reading() as session:
            load_calendar(session, zone=zone)


def test_a_change_that_was_rolled_back_is_never_read(seeded: Database) -> None:
    def fail_after_reading() -> None:
        with seeded.transaction("calendar") as session:
            override_day(session, MANAGER, STORM, DayKind.OFF, "台风", reason="停工", now=NOW)
            approve_day(session, ADMINISTRATOR, STORM, now=NOW)
            assert not load_calendar(session).is_working(STORM)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_reading()
    with seeded.reading() as session:
        assert load_calendar(session).is_working(STORM)
    with seeded.transaction("calendar") as session:
        override_day(session, MANAGER, STORM, DayKind.WORK, "值守", reason="值守", now=NOW)
        approve_day(session, ADMINISTRATOR, STORM, now=NOW)
    with seeded.reading() as session:
        assert load_calendar(session).reason(STORM) == "worked by special order: 值守"
