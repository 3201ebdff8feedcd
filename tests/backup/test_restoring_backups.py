"""A backup goes into an empty place with its keys, or it says why not."""

from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import select

from cases.store import outbox_holds, owed
from cases.store.tables.case import Case
from cases.store.tables.outbox import OutboxHold
from cases.vocabulary.errors import AlreadyRunning, DiskFault, InvalidValue, SettingsFault
from integrations.backup.making import backup
from integrations.backup.restoring import restore
from integrations.documents.protection import protection_of
from integrations.keys.ring import new_ring
from integrations.keys.sources import KeyFile
from integrations.supervisor import lock
from tests.backup.places import EmptyHouse, put_keys, restored
from tests.world import START, World


class TestRestoring:
    @pytest.fixture
    def source(self, world: World, tmp_path: Path) -> Path:
        world.open()
        backup(world.house, tmp_path / "backup")
        return tmp_path / "backup"

    def test_without_its_keys_it_is_refused_and_nothing_is_written(
        self, source: Path, empty_house: EmptyHouse
    ) -> None:
        house = empty_house()
        with pytest.raises(SettingsFault, match="is not there; put it back before the backup"):
            restore(source, house)
        assert not house.settings.documents.exists()

    def test_with_other_keys_it_is_refused(self, source: Path, empty_house: EmptyHouse) -> None:
        house = empty_house()
        KeyFile(house.settings.keys).write_first(new_ring(START).written())
        with pytest.raises(SettingsFault, match="the backup cannot be read: it needs the key"):
            restore(source, house)

    def test_over_cases_it_is_refused(self, world: World, source: Path) -> None:
        with pytest.raises(InvalidValue, match=r"exists; restore|is not empty"):
            restore(source, world.house)

    def test_beside_the_log_of_another_database_it_is_refused(
        self, world: World, source: Path, empty_house: EmptyHouse
    ) -> None:
        """SQLite would play that log into the restored database."""
        house = empty_house()
        put_keys(world, house)
        if not house.database.is_sqlite:
            assert restore(source, house).flaws == ()
            return
        file = Path(house.database.engine.url.database or "")
        file.with_name(f"{file.name}-wal").write_bytes(b"left behind")
        with pytest.raises(InvalidValue, match=r"-wal exists; restore into an empty folder"):
            restore(source, house)

    def test_while_hancha_runs_there_it_is_refused(
        self, world: World, source: Path, empty_house: EmptyHouse
    ) -> None:
        house = empty_house()
        put_keys(world, house)
        with lock(house.settings.home), pytest.raises(AlreadyRunning):
            restore(source, house)

    def test_a_damaged_one_is_refused_and_nothing_is_written(
        self, world: World, source: Path, empty_house: EmptyHouse
    ) -> None:
        house = empty_house()
        put_keys(world, house)
        (source / "documents.list").write_bytes(b"")
        with pytest.raises(DiskFault, match=r"cannot be restored: documents.list was changed$"):
            restore(source, house)
        assert not house.settings.documents.exists()

    def test_one_made_before_a_rotation_opens_with_the_ring_of_after_it(
        self, world: World, source: Path, empty_house: EmptyHouse
    ) -> None:
        keys = protection_of(world.house.settings, world.house.database).keys
        keys.replace(keys.ring().grown(world.clock.now()))
        assert restored(world, source, empty_house()) is not None

    def test_cut_off_it_can_be_run_again(
        self,
        world: World,
        source: Path,
        empty_house: EmptyHouse,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        house = empty_house()
        put_keys(world, house)

        def cut_off(*_: object, **__: object) -> int:
            raise KeyboardInterrupt

        with monkeypatch.context() as cut:
            cut.setattr("integrations.backup.restoring.begin_anew", cut_off)
            with pytest.raises(KeyboardInterrupt):
                restore(source, house)
        assert restore(source, house).flaws == ()

    def test_prefect_is_owed_every_unfinished_case(
        self, world: World, source: Path, empty_house: EmptyHouse
    ) -> None:
        house = restored(world, source, empty_house())
        with house.database.reading() as session:
            [case] = session.exec(select(Case)).all()
            state = owed.of_case(session, case.id)
        assert state is not None
        assert (state.name, state.at) == (case.awaiting.value, case.wake_at)

    def test_the_hold_says_until_when_the_database_knows(
        self, world: World, source: Path, empty_house: EmptyHouse
    ) -> None:
        made_at = world.clock.now()
        house = restored(world, source, empty_house())
        with house.database.reading() as session:
            [hold] = outbox_holds.open_holds(session)
            count = session.exec(select(func.count()).select_from(OutboxHold)).one()
        assert (hold.known_until, hold.released_at, count) == (made_at, None, 1)
