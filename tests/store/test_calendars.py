"""Calendar years: entered by one person, published by another, read by all."""

from collections.abc import Iterator
from datetime import date

import pytest

from cases.operations.calendar_days import override_day, read_receipts, withdraw_day
from cases.operations.calendars import diff, import_year, publish_year, seed_calendar
from cases.rules import calendar_seed
from cases.rules.calendar import ReceiptOnRestDay
from cases.rules.calendar_days import NATIONAL, DayKind, YearStatus
from cases.store.calendars import (
    days_of_year,
    get_year,
    load_calendar,
    years,
)
from cases.store.session import Database
from cases.vocabulary.errors import InvalidValue, NotAllowed, YearNotPublished
from tests.store.calendar_desk import (
    ADMINISTRATOR,
    CLERK,
    MANAGER,
    NOW,
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


def test_before_any_year_is_published_every_date_is_provisional(database: Database) -> None:
    assert due_on(database, date(2026, 3, 2), 15) == (date(2026, 3, 23), True)


def test_the_seed_publishes_every_known_year_and_keeps_its_source(seeded: Database) -> None:
    with seeded.reading() as session:
        entered = years(session)
        stored = load_calendar(session)
    assert [year.year for year in entered] == list(calendar_seed.seed_years())
    assert {year.status for year in entered} == {YearStatus.PUBLISHED}
    assert {year.source for year in entered} == {calendar_seed.SEED_SOURCE}
    assert stored.named == calendar_seed.seed_calendar().named
    assert stored.published_years == set(calendar_seed.seed_years())


def test_seeding_again_changes_nothing(seeded: Database) -> None:
    with seeded.reading() as session:
        before = load_calendar(session)
    with seeded.transaction("calendar") as session:
        assert seed_calendar(session, now=NOW) == ()
    with seeded.reading() as session:
        assert load_calendar(session) is before


def test_seeding_leaves_a_year_alone_that_somebody_entered(database: Database) -> None:
    payload = example("2026")
    with database.transaction("calendar") as session:
        import_year(session, MANAGER, payload, now=NOW)
    with database.transaction("calendar") as session:
        assert 2026 not in seed_calendar(session, now=NOW)
    assert due_on(database, date(2026, 3, 2), 15)[1]


def test_a_draft_moves_no_date_and_its_publication_by_a_second_person_does(
    seeded: Database,
) -> None:
    received = date(2027, 1, 28)  # a Thursday; the sample works on Sun 2027-01-31
    with seeded.transaction("calendar") as session:
        import_year(session, MANAGER, example("2027.sample"), notice_no="样例〔2026〕1号", now=NOW)
    assert due_on(seeded, received, 2) == (date(2027, 2, 1), True)
    with seeded.transaction("calendar") as session:
        assert publish_year(session, ADMINISTRATOR, 2027, now=NOW) == (), "there are no cases"
    assert due_on(seeded, received, 2) == (date(2027, 1, 31), False)
    with seeded.reading() as session:
        year = get_year(session, 2027)
    assert (year.entered_by, year.approved_by) == ("lin.min", "guo.an")
    assert year.notice_no == "样例〔2026〕1号"
    assert "SAMPLE" in year.note


def test_the_person_who_entered_a_year_may_not_publish_it(seeded: Database) -> None:
    with seeded.transaction("calendar") as session:
        import_year(session, MANAGER, example("2027.sample"), now=NOW)
    with (
        pytest.raises(NotAllowed, match="second person"),
        seeded.transaction("calendar") as session,
    ):
        publish_year(session, MANAGER, 2027, now=NOW)
    assert due_on(seeded, date(2027, 1, 28), 2)[1]


def test_a_draft_entered_again_is_replaced_and_needs_a_person_other_than_the_last(
    seeded: Database,
) -> None:
    shorter = example("2027.sample")
    shorter["days"] = [day for day in shorter["days"] if day["date"] != "2027-01-31"]
    with seeded.transaction("calendar") as session:
        import_year(session, MANAGER, example("2027.sample"), now=NOW)
    with seeded.transaction("calendar") as session:
        import_year(session, ADMINISTRATOR, shorter, now=NOW)
    with seeded.reading() as session:
        held = {day.falls_on for day in days_of_year(session, 2027)}
    assert date(2027, 1, 31) not in held
    assert len(held) == len(shorter["days"])
    with refused(seeded, NotAllowed) as session:
        publish_year(session, ADMINISTRATOR, 2027, now=NOW)


def test_years_are_published_once_and_only_when_entered(seeded: Database) -> None:
    with refused(seeded, YearNotPublished, "2027") as session:
        publish_year(session, ADMINISTRATOR, 2027, now=NOW)
    with (
        pytest.raises(InvalidValue, match="published already"),
        seeded.transaction("calendar") as session,
    ):
        publish_year(session, ADMINISTRATOR, 2026, now=NOW)
    payload = example("2026")
    with (
        pytest.raises(InvalidValue, match="2026 is published"),
        seeded.transaction("calendar") as session,
    ):
        import_year(session, MANAGER, payload, now=NOW)


def test_a_clerk_may_change_nothing_in_the_calendar(seeded: Database) -> None:
    with refused(seeded, NotAllowed) as session:
        import_year(session, CLERK, example("2027.sample"), now=NOW)
    with refused(seeded, NotAllowed) as session:
        publish_year(session, CLERK, 2026, now=NOW)
    with refused(seeded, NotAllowed) as session:
        override_day(session, CLERK, STORM, DayKind.OFF, "台风", reason="台风停工", now=NOW)
    with refused(seeded, NotAllowed) as session:
        read_receipts(session, CLERK, ReceiptOnRestDay.NEXT_WORKING_DAY, now=NOW)
    with refused(seeded, NotAllowed) as session:
        withdraw_day(session, CLERK, STORM, scope=NATIONAL, is_override=True, now=NOW)


def test_a_diff_names_the_days_that_differ_from_the_year_as_entered(seeded: Database) -> None:
    payload = example("2026")
    with seeded.reading() as session:
        assert diff(session, payload) == ()
        payload["days"] = [day for day in payload["days"] if day["date"] != "2026-10-10"]
        (difference,) = diff(session, payload)
        new_year = diff(session, example("2027.sample"))
    assert difference.on == date(2026, 10, 10)
    assert difference.after is None
    assert difference.before is not None
    assert difference.before.kind is DayKind.WORK
    assert len(new_year) == len(example("2027.sample")["days"])
