"""A new master key while everything runs: nothing is unreadable at any moment."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from cases.store import person_numbers
from cases.store.tables.case import Party
from cases.vocabulary.errors import AlreadyRunning, DiskFault, InvalidValue
from integrations.documents.protection import Protection, protection_of
from integrations.keys.numbers import key_id_of
from integrations.keys.ring import read_ring
from integrations.keys.rotation import Rotator
from integrations.keys.sources import KeyFile
from tests.world import PERSON_NUMBER, World, build_world

PROJECT = Path(__file__).parents[2]
LAST_STEP = 22  #: The ring is marked: everything is on its new key.


@pytest.fixture
def world(migrated_database_url: str, tmp_path: Path) -> Iterator[World]:
    world = build_world(migrated_database_url, tmp_path)
    yield world
    world.house.database.close()


def protection(world: World) -> Protection:
    """Return keys, documents and safe as another process has them, nothing read yet."""
    return protection_of(world.house.settings, world.house.database)


def rotator(world: World) -> Rotator:
    mine = protection(world)
    lock_file = world.house.settings.home / "keys.lock"
    return Rotator(mine.keys, mine.documents, world.house.database, lock_file)


def put_some(world: World, count: int) -> dict[str, UUID]:
    """Put documents of as many cases; return address to case."""
    cases = [uuid4() for _ in range(count)]
    put = world.house.documents.put
    return {put(b"letter of %s" % case.bytes, case_id=case): case for case in cases}


def assert_all_readable(world: World, documents: dict[str, UUID]) -> None:
    mine = protection(world)
    for address, case_id in documents.items():
        assert mine.documents.get(address, case_id=case_id) == b"letter of %s" % case_id.bytes
    with world.house.database.reading() as session:
        for case_id, sealed in person_numbers.sealed(session):
            assert mine.safe.reveal(sealed, case_id=case_id) == PERSON_NUMBER


def key_ids_in_use(world: World) -> set[bytes]:
    mine = protection(world)
    used = {mine.documents.key_id(address) for address in mine.documents.addresses()}
    with world.house.database.reading() as session:
        return used | {key_id_of(sealed) for _, sealed in person_numbers.sealed(session)}


def age_keys(world: World) -> None:
    """Let every key be two hours older."""
    file = KeyFile(world.house.settings.keys)
    ring = read_ring(file.read() or b"", "here")
    earlier = datetime.now(UTC) - timedelta(hours=2)
    written = ring.written().replace(
        ring.current.made_at.isoformat().encode(), earlier.isoformat().encode()
    )
    file.replace(written)


def test_everything_is_on_the_new_key_and_readable(world: World) -> None:
    world.open()
    documents = put_some(world, 12)
    done = rotator(world).rotate()
    assert (done.version, done.documents, done.numbers) == (2, 13, 1)
    assert done.left_behind == ()
    assert key_ids_in_use(world) == {protection(world).keys.current().id}
    assert_all_readable(world, documents)


def test_addresses_and_search_keys_stay_as_they_are(world: World) -> None:
    world.open()
    documents = put_some(world, 3)
    with world.house.database.reading() as session:
        before = session.exec(select(Party.person_number_key)).all()
    rotator(world).rotate()
    with world.house.database.reading() as session:
        assert session.exec(select(Party.person_number_key)).all() == before
    assert set(documents) <= set(protection(world).documents.addresses())


def test_a_process_that_read_the_old_ring_goes_on_reading_and_writes_with_the_new_key(
    world: World,
) -> None:
    documents = put_some(world, 2)
    [address, *_] = documents
    rotator(world).rotate()
    stale = world.house.documents
    assert stale.get(address, case_id=documents[address])
    new = put_some(world, 1)
    assert_all_readable(world, documents | new)
    assert key_ids_in_use(world) == {protection(world).keys.current().id}


def test_while_it_rotates_readers_and_writers_never_fail(world: World) -> None:
    documents = put_some(world, 30)
    failed: list[Exception] = []
    written: dict[str, UUID] = {}
    done = threading.Event()

    def read_and_write() -> None:
        mine = protection(world)
        try:
            while not done.is_set():
                for address, case_id in documents.items():
                    mine.documents.get(address, case_id=case_id)
                case_id = uuid4()
                content = b"letter of %s" % case_id.bytes
                written[mine.documents.put(content, case_id=case_id)] = case_id
                world.open()
        except Exception as fault:  # Told by the main thread.
            failed.append(fault)

    threads = [threading.Thread(target=read_and_write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        rotator(world).rotate()
    done.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(written) >= 3
    assert_all_readable(world, documents | written)


ROTATE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from cases.store.session import Database
from integrations.documents.protection import protection_of
from integrations.keys.rotation import Rotator
from integrations.settings import Settings

home, url, calls_left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
really = os.fsync

def fsync(descriptor):
    global calls_left
    calls_left -= 1
    if calls_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    really(descriptor)

os.fsync = fsync
reached = lambda point: fsync_point(point)

def fsync_point(point):
    global calls_left
    if point.startswith("reseal"):
        calls_left -= 1
        if calls_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(home=home, database_url=url)
database = Database(url, reached=reached)
mine = protection_of(settings, database)
Rotator(mine.keys, mine.documents, database, home / "keys.lock").rotate()
"""


def rotate_until_killed(world: World, at: int) -> int:
    """Rotate in a process of its own that kills itself at its at-th step on disk."""
    settings = world.house.settings
    program = [sys.executable, "-c", ROTATE_AND_DIE, str(settings.home), settings.database, str(at)]
    return subprocess.run(program, timeout=60, check=False, cwd=PROJECT).returncode


@pytest.mark.parametrize("at", [1, 2, 3, 8, 13, 16, 21, LAST_STEP])
def test_killed_anywhere_everything_is_readable_and_the_same_rotation_goes_on(
    world: World, at: int
) -> None:
    """Steps 1 and 2 write the ring, 3 to 12 five documents, 13 to 20 look at the numbers, twice."""
    world.open()
    documents = put_some(world, 4)
    assert rotate_until_killed(world, at) == -signal.SIGKILL
    assert_all_readable(world, documents)
    done = rotator(world).rotate()
    # Killed once the last mark had its name, there was nothing left to go on with.
    assert done.version == (3 if at == LAST_STEP else 2)
    assert key_ids_in_use(world) == {protection(world).keys.current().id}
    assert protection(world).keys.current().is_spread
    assert_all_readable(world, documents)


def protection_versions(world: World) -> list[int]:
    return [key.version for key in protection(world).keys.ring().keys]


def test_an_unfinished_rotation_makes_no_further_key(world: World) -> None:
    documents = put_some(world, 4)
    assert rotate_until_killed(world, 6) == -signal.SIGKILL
    assert protection_versions(world) == [1, 2]
    assert not protection(world).keys.current().is_spread
    assert rotator(world).rotate().version == 2
    assert protection_versions(world) == [1, 2]
    assert_all_readable(world, documents)


def test_a_document_that_cannot_be_opened_is_left_on_its_key_and_named(world: World) -> None:
    documents = put_some(world, 3)
    [broken, *_] = documents
    path = world.house.settings.documents / broken[:2] / broken
    path.write_bytes(path.read_bytes()[:-1])
    done = rotator(world).rotate()
    assert done.documents == 2
    [line] = done.left_behind
    assert line.startswith(f"document {broken[:12]} was changed on disk")
    del documents[broken]
    assert_all_readable(world, documents)
    age_keys(world)
    assert rotator(world).forget() == []  # It may come back from a backup.


def test_two_rotations_at_once_are_refused(world: World) -> None:
    put_some(world, 1)
    first, second = rotator(world), rotator(world)
    with first._alone(), pytest.raises(AlreadyRunning, match="rotated already"):
        second.rotate()


class TestForgetting:
    def test_keys_that_nothing_is_on_are_forgotten(self, world: World) -> None:
        world.open()
        documents = put_some(world, 2)
        rotator(world).rotate()
        age_keys(world)
        assert rotator(world).forget() == [1]
        assert protection_versions(world) == [2]
        assert_all_readable(world, documents)

    def test_a_young_key_forgets_nothing(self, world: World) -> None:
        """A worker may hold a document that it is about to write with the old key."""
        put_some(world, 1)
        rotator(world).rotate()
        with pytest.raises(InvalidValue, match="younger than an hour"):
            rotator(world).forget()

    def test_an_unfinished_rotation_forgets_nothing(self, world: World) -> None:
        put_some(world, 4)
        assert rotate_until_killed(world, 6) == -signal.SIGKILL
        age_keys(world)
        with pytest.raises(InvalidValue, match="unfinished"):
            rotator(world).forget()

    def test_what_was_on_a_forgotten_key_says_which_key_it_needs(
        self, world: World, tmp_path: Path
    ) -> None:
        documents = put_some(world, 1)
        [(address, case_id)] = documents.items()
        path = world.house.settings.documents / address[:2] / address
        old = path.read_bytes()
        rotator(world).rotate()
        age_keys(world)
        rotator(world).forget()
        path.write_bytes(old)
        with pytest.raises(DiskFault, match=r"needs the key [0-9a-f]{16}, which the key ring does"):
            protection(world).documents.get(address, case_id=case_id)
        assert os.listdir(tmp_path)
