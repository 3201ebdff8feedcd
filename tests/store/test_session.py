"""Transactions: whole or not at all, and writers that wait for each other."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlmodel import func, select

from cases.store import journal
from cases.store.cases import next_serial
from cases.store.session import Database
from cases.store.tables.case import Counter
from cases.store.tables.journal import JournalEntry
from cases.vocabulary.errors import DiskFault, StoreUnavailable
from cases.vocabulary.status import EntryKind
from cases.vocabulary.values import ENGINE
from tests.databases import SqliteDatabases
from tests.outside_world import Power, PowerCut
from tests.story import Story

WRITERS, EACH = 3, 40


def count(database: Database, series: str) -> int:
    with database.reading() as session:
        counter = session.get(Counter, series)
        return counter.last if counter else 0


def test_what_raises_leaves_nothing(migrated: Database) -> None:
    def write_and_fail() -> None:
        with migrated.transaction("fails") as session:
            next_serial(session, "a")
            next_serial(session, "b")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert (count(migrated, "a"), count(migrated, "b")) == (0, 0)


def test_a_power_cut_before_the_commit_leaves_nothing_and_after_it_everything(
    migrated_database_url: str,
) -> None:
    power = Power()
    database = Database(migrated_database_url, reached=power.reached)
    for point, left in (("sign:before-commit", 0), ("sign:after-commit", 1)):
        power.cut_at = point
        with pytest.raises(PowerCut, match=point), database.transaction("sign") as session:
            next_serial(session, "a")
        assert count(database, "a") == left
    database.close()


def test_three_writers_wait_for_each_other_and_none_is_turned_away(migrated: Database) -> None:
    def write(writer: int) -> None:
        for _ in range(EACH):
            with migrated.transaction("write") as session:
                next_serial(session, "shared")
                next_serial(session, f"own/{writer}")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert count(migrated, "shared") == WRITERS * EACH
    assert [count(migrated, f"own/{writer}") for writer in range(WRITERS)] == [EACH] * WRITERS


def test_a_writer_that_first_reads_does_not_lose_what_came_in_between(migrated: Database) -> None:
    """With a deferred BEGIN the second writer would fail at its first write on SQLite."""

    def read_then_write(_: int) -> None:
        for _ in range(EACH):
            with migrated.transaction("read-then-write") as session:
                session.exec(select(func.count()).select_from(Counter)).one()
                next_serial(session, "shared")

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(read_then_write, range(WRITERS)))
    assert count(migrated, "shared") == WRITERS * EACH


def test_a_reader_sees_one_state_though_a_writer_commits_meanwhile(migrated: Database) -> None:
    with migrated.transaction("before") as session:
        next_serial(session, "a")
    with migrated.reading() as reader:
        first = reader.exec(select(Counter.last).where(Counter.series == "a")).one()
        with migrated.transaction("meanwhile") as session:
            next_serial(session, "a")
        second = reader.exec(select(Counter.last).where(Counter.series == "a")).one()
    assert (first, second) == (1, 1)
    assert count(migrated, "a") == 2


def test_a_reader_does_not_stop_a_writer(migrated: Database) -> None:
    with migrated.reading() as reader:
        reader.exec(select(func.count()).select_from(JournalEntry)).one()
        with migrated.transaction("write") as session:
            next_serial(session, "a")
    assert count(migrated, "a") == 1


def test_instants_come_back_as_they_were_whatever_their_offset(story: Story) -> None:
    """A journal written with another offset must still prove."""
    case = story.open()
    noon = datetime(2026, 3, 2, 12, 30, 15, 123456, timezone(timedelta(hours=8)))
    with story.house.database.transaction("write") as session:
        row = story.locked(session, case)
        journal.append(session, row, EntryKind.HELD, actor=ENGINE, at=noon)
    entry = story.entries(case)[-1]
    assert entry.at == noon
    assert entry.at.utcoffset() == timedelta(0)
    assert journal.entry_hash(entry) == entry.entry_hash


def test_an_instant_without_an_offset_is_refused(story: Story) -> None:
    case = story.open()
    with story.house.database.reading() as session:
        row = story.locked(session, case)
        row.wake_at = datetime(2026, 3, 2)  # noqa: DTZ001 - that is what is refused
        with pytest.raises(Exception, match="an instant needs its offset"):
            session.flush()


class TestSqliteFaults:
    """What the disk does to a file; PostgreSQL answers for its own."""

    def test_a_database_locked_for_too_long_is_said_to_be_unavailable(
        self, sqlite: SqliteDatabases, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cases.store.session.BUSY_TIMEOUT_MS", 10)
        url = sqlite.migrated()
        database = Database(url)
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreUnavailable, match="locked"), database.transaction("write"):
                raise AssertionError("nothing may be written")
        finally:
            other.close()
            database.close()

    def test_a_full_disk_is_said_to_be_full_and_nothing_is_half_written(
        self, sqlite: SqliteDatabases
    ) -> None:
        database = Database(sqlite.migrated())
        with database.transaction("first") as session:
            session.connection().exec_driver_sql("PRAGMA max_page_count = 1")
            next_serial(session, "a")
        with pytest.raises(DiskFault, match="disk is full"):
            self._fill(database)
        assert count(database, f"series/{0:0>70}") == 0
        database.close()

    def _fill(self, database: Database) -> None:
        with database.transaction("fill") as session:
            for number in range(5_000):
                next_serial(session, f"series/{number:0>70}")

    def test_a_folder_that_is_not_there_is_said_to_be_unavailable(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path / 'gone' / 'hancha.sqlite3'}")
        with pytest.raises(StoreUnavailable, match="unable to open"), database.reading() as session:
            session.exec(select(Counter)).all()
        database.close()


def test_a_postgresql_that_is_not_there_is_said_to_be_unavailable(tmp_path: Path) -> None:
    database = Database(f"postgresql+psycopg://nobody@/hancha?host={tmp_path}")
    with pytest.raises(StoreUnavailable, match="does not answer"), database.transaction("write"):
        raise AssertionError("nothing may be written")
    database.close()
