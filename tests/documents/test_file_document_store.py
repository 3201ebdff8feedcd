"""Documents on disk: there in full or not there, and never silently different."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.errors import DiskFault
from integrations.documents import FileDocumentStore

LETTER = b"%PDF-1.7 synthetic letter"
HOUR = timedelta(hours=1)
PROJECT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest.fixture
def store(root: Path) -> FileDocumentStore:
    return FileDocumentStore(root)


def files_in(root: Path) -> list[Path]:
    """Return all files but the lock."""
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != "lock")


def make_older(path: Path, age: timedelta) -> None:
    then = time.time() - age.total_seconds()
    os.utime(path, (then, then))


def test_what_is_put_comes_back_under_its_hash(store: FileDocumentStore, root: Path) -> None:
    address = store.put(LETTER)
    assert address == hashlib.sha256(LETTER).hexdigest()
    assert store.get(address) == LETTER
    assert files_in(root) == [root / address[:2] / address[2:4] / address]


def test_nothing_is_made_before_the_first_document(store: FileDocumentStore, root: Path) -> None:
    assert store is not None
    assert not root.exists()


def test_only_the_owner_may_read_documents(store: FileDocumentStore, root: Path) -> None:
    store.put(LETTER)
    for path in root.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    assert root.stat().st_mode & 0o077 == 0


@given(content=st.binary(max_size=10_000))
def test_any_content_comes_back(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = FileDocumentStore(tmp_path_factory.getbasetemp() / "any-content")
    assert store.get(store.put(content)) == content


def test_putting_twice_keeps_one_file(store: FileDocumentStore, root: Path) -> None:
    assert store.put(LETTER) == store.put(LETTER)
    assert len(files_in(root)) == 1


def test_a_second_store_over_the_same_folder_finds_the_document(
    store: FileDocumentStore, root: Path
) -> None:
    assert FileDocumentStore(root).get(store.put(LETTER)) == LETTER


def test_a_missing_document_is_a_disk_fault(store: FileDocumentStore) -> None:
    with pytest.raises(DiskFault, match="cannot be read: No such file"):
        store.get("0" * 64)


@pytest.mark.parametrize("damage", [LETTER[:-1], LETTER + b"!", b"", LETTER.replace(b"7", b"8")])
def test_a_changed_document_is_a_disk_fault(
    store: FileDocumentStore, root: Path, damage: bytes
) -> None:
    address = store.put(LETTER)
    files_in(root)[0].write_bytes(damage)
    with pytest.raises(DiskFault, match="was changed on disk"):
        store.get(address)


def test_two_documents_with_swapped_files_are_found_out(
    store: FileDocumentStore, root: Path
) -> None:
    addresses = [store.put(b"one"), store.put(b"two")]
    one, two = files_in(root)
    one_content, two_content = one.read_bytes(), two.read_bytes()
    one.write_bytes(two_content)
    two.write_bytes(one_content)
    for address in addresses:
        with pytest.raises(DiskFault):
            store.get(address)


def test_putting_again_mends_a_document_that_lost_its_end(
    store: FileDocumentStore, root: Path
) -> None:
    address = store.put(LETTER)
    files_in(root)[0].write_bytes(LETTER[:5])
    store.put(LETTER)
    assert store.get(address) == LETTER


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_address_is_refused_before_the_disk_is_asked(
    store: FileDocumentStore, address: str
) -> None:
    with pytest.raises(DiskFault, match="is not the address of a document"):
        store.get(address)


def test_many_threads_that_put_the_same_documents_keep_one_of_each(
    store: FileDocumentStore, root: Path
) -> None:
    contents = [b"letter %d" % (number % 5) for number in range(100)]
    with ThreadPoolExecutor(8) as threads:
        addresses = list(threads.map(store.put, contents))
    assert [store.get(address) for address in addresses] == contents
    assert len(files_in(root)) == 5


def put_forty(root: Path) -> set[str]:
    store = FileDocumentStore(root)
    return {store.put(b"letter %d" % number) for number in range(40)}


def test_two_processes_that_put_the_same_documents_keep_one_of_each(root: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        first, second = processes.map(put_forty, [root, root])
    assert first == second
    assert {path.name for path in files_in(root)} == first


Failure = Callable[[int, object], int]


def fail_after(written: int, number: int) -> Failure:
    """Return an os.write that takes so many bytes and then fails."""
    really_write = os.write
    calls = iter(range(1_000))

    def write(descriptor: int, content: object) -> int:
        if next(calls) == 0 and written:
            return really_write(descriptor, bytes(content)[:written])  # type: ignore[call-overload]
        raise OSError(number, os.strerror(number))

    return write


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "No space left on device"),
        (errno.EIO, "Input/output error"),
        (errno.EDQUOT, "Disk quota exceeded"),
    ],
    ids=["a full disk", "a broken disk", "a full quota"],
)
@pytest.mark.parametrize("written", [0, 10], ids=["at once", "in the middle"])
def test_a_disk_that_fails_leaves_nothing_half_written(
    store: FileDocumentStore,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    words: str,
    written: int,
) -> None:
    with monkeypatch.context() as failing:
        failing.setattr("os.write", fail_after(written, number))
        with pytest.raises(DiskFault, match=f"document [0-9a-f]{{12}} cannot be written: {words}"):
            store.put(LETTER)
    assert files_in(root) == []
    assert store.get(store.put(LETTER)) == LETTER


def test_a_failure_when_the_disk_is_flushed_leaves_nothing_half_written(
    store: FileDocumentStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(descriptor: int) -> None:
        if not os.path.isdir(f"/dev/fd/{descriptor}"):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(DiskFault, match="Input/output error"):
        store.put(LETTER)
    assert files_in(root) == []


def test_a_short_write_is_carried_on(
    store: FileDocumentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_write = os.write
    monkeypatch.setattr("os.write", lambda to, content: really_write(to, bytes(content)[:3]))
    assert store.get(store.put(LETTER)) == LETTER


PUT_TOO_MUCH = """
import resource, sys
from pathlib import Path
from cases.vocabulary.errors import DiskFault
from integrations.documents import FileDocumentStore

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    FileDocumentStore(Path(sys.argv[1])).put(bytes(200_000))
except DiskFault as fault:
    print(fault)
"""


def run_python(program: str, *arguments: str) -> str:
    """Run the program in a process of its own, from the project's folder."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=PROJECT,
    )
    return done.stdout


def test_a_document_over_the_file_size_limit_of_the_machine_leaves_nothing(root: Path) -> None:
    """A real refusal by the kernel in the middle of a file (EFBIG)."""
    assert "cannot be written: File too large" in run_python(PUT_TOO_MUCH, str(root))
    assert files_in(root) == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 256 KiB."""
    if not (shutil.which("mount") and hasattr(os, "geteuid") and os.geteuid() == 0):
        pytest.skip("only root can mount a tiny file system to fill")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "hancha-test", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine does not let us mount a tiny file system to fill")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_is_really_full_leaves_nothing_half_written(tiny_disk: Path) -> None:
    store = FileDocumentStore(tiny_disk / "documents")
    kept = store.put(bytes(100_000))
    with pytest.raises(DiskFault, match="No space left on device"):
        store.put(os.urandom(200_000))
    assert [path.name for path in files_in(tiny_disk)] == [kept]
    assert store.get(kept) == bytes(100_000)
    assert store.get(store.put(b"small")) == b"small"


def test_a_folder_that_cannot_be_made_is_a_disk_fault(tmp_path: Path) -> None:
    (tmp_path / "documents").write_bytes(b"a file where the folder should be")
    with pytest.raises(DiskFault, match="cannot be written"):
        FileDocumentStore(tmp_path / "documents").put(LETTER)


PUT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from integrations.documents import FileDocumentStore

step = sys.argv[2]
really = getattr(os, step)

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(os, step, die)
FileDocumentStore(Path(sys.argv[1])).put(b"synthetic letter" * 1000)
"""


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_process_killed_while_it_puts_leaves_no_document_and_a_draft_that_is_swept(
    root: Path, step: str
) -> None:
    store = FileDocumentStore(root)
    store.put(LETTER)
    killed = subprocess.run(
        [sys.executable, "-c", PUT_AND_DIE, str(root), step], timeout=60, check=False, cwd=PROJECT
    )
    assert killed.returncode == -9
    documents = [path for path in files_in(root) if path.parent.name != "tmp"]
    assert [path.read_bytes() for path in documents] == [LETTER]
    for path in files_in(root):
        make_older(path, 2 * HOUR)
    assert store.sweep({documents[0].name}, older_than=HOUR) == []
    assert files_in(root) == documents


def test_a_sweep_removes_old_orphans_only(store: FileDocumentStore, root: Path) -> None:
    known, orphan, young = store.put(b"known"), store.put(b"orphan"), store.put(b"young")
    for path in files_in(root):
        if path.name != young:
            make_older(path, 2 * HOUR)
    assert store.sweep({known}, older_than=HOUR) == [orphan]
    assert store.get(known) == b"known"
    assert store.get(young) == b"young"
    with pytest.raises(DiskFault):
        store.get(orphan)


def test_a_sweep_of_a_folder_that_does_not_exist_removes_nothing(store: FileDocumentStore) -> None:
    assert store.sweep(set(), older_than=HOUR) == []


def test_a_sweep_spares_strangers(store: FileDocumentStore, root: Path) -> None:
    store.put(LETTER)
    strangers = [root / "README", files_in(root)[0].parent / "notes.txt"]
    for stranger in strangers:
        stranger.write_bytes(b"not ours")
        make_older(stranger, 2 * HOUR)
    store.sweep(set(), older_than=HOUR)
    assert all(stranger.exists() for stranger in strangers)


def test_a_document_put_again_is_young_again(store: FileDocumentStore, root: Path) -> None:
    """A case may name an orphan's content at any moment: putting it must save it."""
    address = store.put(LETTER)
    make_older(files_in(root)[0], 2 * HOUR)
    store.put(LETTER)
    assert store.sweep(set(), older_than=HOUR) == []
    assert store.get(address) == LETTER


def test_no_document_is_lost_when_putting_and_sweeping_at_the_same_time(
    store: FileDocumentStore, root: Path
) -> None:
    """Every orphan is made old at once, so only the lock keeps the sweep off a fresh put."""
    contents = [b"letter %d" % number for number in range(10)]
    for content in contents:
        store.put(content)
    is_over = threading.Event()
    swept = 0

    def sweep() -> None:
        nonlocal swept
        while not is_over.is_set():
            swept += len(FileDocumentStore(root).sweep(set(), older_than=HOUR))

    sweeper = threading.Thread(target=sweep)
    sweeper.start()
    try:
        for turn in range(300):
            content = contents[turn % len(contents)]
            path = root / Path(*_parts(content))
            with suppress(FileNotFoundError):  # The sweep was quicker.
                make_older(path, 2 * HOUR)
            assert store.get(store.put(content)) == content
    finally:
        is_over.set()
        sweeper.join()
    assert swept > 0


def _parts(content: bytes) -> tuple[str, str, str]:
    address = hashlib.sha256(content).hexdigest()
    return address[:2], address[2:4], address
