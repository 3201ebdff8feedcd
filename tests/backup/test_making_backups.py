"""A backup made while cases are opened comes back whole."""

import hashlib
import json
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import update

from cases.store import cases, journal_proof, person_numbers
from cases.store.tables.case import Case
from cases.vocabulary.errors import DiskFault, InvalidValue
from integrations.backup.making import backup
from integrations.backup.manifest import read_manifest
from integrations.backup.restoring import restore
from integrations.documents.protection import protection_of
from tests.backup.places import EmptyHouse, flaws_of, put_keys, references, restored
from tests.world import PERSON_NUMBER, World

PROJECT = Path(__file__).parents[2]


class TestMaking:
    def test_what_was_there_comes_back(
        self, world: World, tmp_path: Path, empty_house: EmptyHouse
    ) -> None:
        opened = {world.open() for _ in range(5)}
        backup(world.house, tmp_path / "backup")
        house = restored(world, tmp_path / "backup", empty_house())
        assert references(house) == opened
        mine = protection_of(house.settings, house.database)
        with house.database.reading() as session:
            assert list(journal_proof.verify(session)) == []
            numbers = [
                mine.safe.reveal(sealed, case_id=case_id)
                for case_id, sealed in person_numbers.sealed(session)
            ]
        assert numbers == [PERSON_NUMBER] * 5

    def test_a_restored_office_works_on(
        self, world: World, tmp_path: Path, empty_house: EmptyHouse
    ) -> None:
        first = world.open()
        backup(world.house, tmp_path / "backup")
        house = restored(world, tmp_path / "backup", empty_house())
        second = World(house, world.clock).open()
        assert (first, second) == ("HC-2026-000001-7", "HC-2026-000002-5")

    def test_texts_that_a_table_cannot_take_lightly_come_back(
        self, world: World, tmp_path: Path, empty_house: EmptyHouse
    ) -> None:
        odd = "tab\there\nnew line \\N \\. back\\slash 𠮷 ' \" ;"
        reference = world.open()
        with world.house.database.transaction("odd") as session:
            session.execute(update(Case).values(outcome_reason=odd, fields={"odd": odd}))
        backup(world.house, tmp_path / "backup")
        house = restored(world, tmp_path / "backup", empty_house())
        with house.database.reading() as session:
            case = cases.by_reference(session, reference)
        assert (case.outcome_reason, case.fields) == (odd, {"odd": odd})

    def test_while_cases_are_opened_nothing_of_a_case_is_left_out(
        self, world: World, tmp_path: Path, empty_house: EmptyHouse
    ) -> None:
        """Every case that was open before is in it, and those that are in it are whole."""
        before = {world.open() for _ in range(3)}
        failed: list[Exception] = []
        stop = threading.Event()

        def go_on_opening() -> None:
            try:
                while not stop.is_set():
                    world.open()
            except Exception as fault:  # Told by the main thread.
                failed.append(fault)

        threads = [threading.Thread(target=go_on_opening) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(3):
            backup(world.house, tmp_path / f"backup-{number}")
        stop.set()
        for thread in threads:
            thread.join()
        assert failed == []
        for number in range(3):
            house = restored(world, tmp_path / f"backup-{number}", empty_house())
            inside = references(house)
            assert before <= inside <= references(world.house)
            manifest = read_manifest(tmp_path / f"backup-{number}")
            assert manifest.documents == len(inside)
            assert manifest.missing == ()

    def test_documents_that_nothing_names_are_left_out(self, world: World, tmp_path: Path) -> None:
        world.open()
        world.house.documents.put(b"orphan", case_id=uuid4())
        assert backup(world.house, tmp_path / "backup").documents == 1

    def test_a_tool_of_the_system_can_check_it(self, world: World, tmp_path: Path) -> None:
        world.open()
        backup(world.house, tmp_path / "backup")
        for line in (tmp_path / "backup" / "SHA256SUMS").read_text().splitlines():
            digest, path = line.split("  ")
            content = (tmp_path / "backup" / path).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest

    def test_only_its_owner_may_read_it(self, world: World, tmp_path: Path) -> None:
        world.open()
        backup(world.house, tmp_path / "backup")
        for path in (tmp_path / "backup", *(tmp_path / "backup").rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path

    def test_no_secret_is_in_it_unless_asked_for(
        self, world: World, tmp_path: Path, empty_house: EmptyHouse
    ) -> None:
        world.open()
        secrets = [
            each["secret"] for each in json.loads(world.house.settings.keys.read_text())["keys"]
        ]
        backup(world.house, tmp_path / "without")
        everything = b"".join(
            path.read_bytes() for path in (tmp_path / "without").rglob("*") if path.is_file()
        )
        assert not any(secret.encode() in everything for secret in secrets)
        assert PERSON_NUMBER.encode() not in everything
        backup(world.house, tmp_path / "with", with_keys=True)
        assert flaws_of(world, tmp_path / "with") == []
        assert restore(tmp_path / "with", empty_house()).flaws == ()

    def test_it_never_overwrites(self, world: World, tmp_path: Path) -> None:
        (tmp_path / "backup").mkdir()
        with pytest.raises(InvalidValue, match="exists; a backup is written to a new folder"):
            backup(world.house, tmp_path / "backup")

    def test_a_place_that_cannot_be_written_is_a_disk_fault(
        self, world: World, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(DiskFault, match="cannot be written"):
            backup(world.house, tmp_path / "file" / "backup")

    def test_a_document_that_is_lost_is_named_and_the_rest_is_saved(
        self, world: World, tmp_path: Path, empty_house: EmptyHouse
    ) -> None:
        kept, lost = world.open(), world.open()
        documents = world.house.settings.documents
        newest = max(documents.glob("??/*"), key=lambda path: path.stat().st_mtime_ns)
        newest.unlink()
        manifest = backup(world.house, tmp_path / "backup")
        assert manifest.documents == 1
        [line] = manifest.missing
        assert line.startswith(f"{newest.name}: document {newest.name[:12]} cannot be read")
        assert flaws_of(world, tmp_path / "backup") == [line]
        house = empty_house()
        put_keys(world, house)
        done = restore(tmp_path / "backup", house)
        assert references(house) == {kept, lost}
        assert done.flaws == (
            f"document {newest.name[:12]} cannot be read: No such file or directory",
        )


BACK_UP_AND_DIE = """
import os, signal, sys
from pathlib import Path
from integrations.backup import making
from integrations.settings import Settings
from integrations.wiring import build

at = int(sys.argv[4])
really = making.write_file

def write_file(path, content):
    global at
    at -= 1
    if at == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    really(path, content)

making.write_file = write_file
house = build(Settings(home=Path(sys.argv[1]), database_url=sys.argv[2]))
making.backup(house, Path(sys.argv[3]))
"""


@pytest.mark.parametrize("at", [1, 2, 4, 5], ids=["first", "document", "list", "manifest"])
def test_a_backup_that_was_killed_is_no_backup_and_the_next_one_takes_its_place(
    world: World, tmp_path: Path, at: int
) -> None:
    for _ in range(3):
        world.open()
    settings, target = world.house.settings, tmp_path / "backup"
    program = [sys.executable, "-c", BACK_UP_AND_DIE, str(settings.home), settings.database]
    killed = subprocess.run(
        [*program, str(target), str(at)], timeout=60, check=False, cwd=PROJECT
    ).returncode
    assert killed == -signal.SIGKILL
    assert not target.exists()
    assert target.with_name("backup.partial").is_dir()
    backup(world.house, target)
    assert flaws_of(world, target) == []
    assert not target.with_name("backup.partial").exists()
