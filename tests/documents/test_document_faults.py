"""A disk that fails or a process that dies: a document is there in full or not at all."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cases.vocabulary.errors import DiskFault
from integrations.documents.encrypted import EncryptedDocuments
from tests.documents.document_files import CASE, HOUR, LETTER, files_in, make_older
from tests.keys.rings import keys_of

PROJECT = Path(__file__).parents[2]
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
    store: EncryptedDocuments,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    words: str,
    written: int,
) -> None:
    with monkeypatch.context() as failing:
        failing.setattr("os.write", fail_after(written, number))
        with pytest.raises(DiskFault, match=f"document [0-9a-f]{{12}} cannot be written: {words}"):
            store.put(LETTER, case_id=CASE)
    assert files_in(root) == []
    assert store.get(store.put(LETTER, case_id=CASE), case_id=CASE) == LETTER


def test_a_failure_when_the_disk_is_flushed_leaves_nothing_half_written(
    store: EncryptedDocuments, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(descriptor: int) -> None:
        if not os.path.isdir(f"/dev/fd/{descriptor}"):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(DiskFault, match="Input/output error"):
        store.put(LETTER, case_id=CASE)
    assert files_in(root) == []


def test_a_short_write_is_carried_on(
    store: EncryptedDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_write = os.write
    monkeypatch.setattr("os.write", lambda to, content: really_write(to, bytes(content)[:3]))
    assert store.get(store.put(LETTER, case_id=CASE), case_id=CASE) == LETTER


PUT_TOO_MUCH = """
import resource, sys
from pathlib import Path
from cases.vocabulary.errors import DiskFault
from integrations.documents.encrypted import EncryptedDocuments
from tests.documents.document_files import CASE
from tests.keys.rings import keys_of

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    EncryptedDocuments(Path(sys.argv[1]), keys_of(1)).put(bytes(200_000), case_id=CASE)
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
    store = EncryptedDocuments(tiny_disk / "documents", keys_of(1))
    kept = store.put(bytes(100_000), case_id=CASE)
    with pytest.raises(DiskFault, match="No space left on device"):
        store.put(os.urandom(200_000), case_id=CASE)
    assert [path.name for path in files_in(tiny_disk)] == [kept]
    assert store.get(kept, case_id=CASE) == bytes(100_000)
    assert store.get(store.put(b"small", case_id=CASE), case_id=CASE) == b"small"


def test_a_folder_that_cannot_be_made_is_a_disk_fault(tmp_path: Path) -> None:
    (tmp_path / "documents").write_bytes(b"a file where the folder should be")
    with pytest.raises(DiskFault, match="cannot be written"):
        EncryptedDocuments(tmp_path / "documents", keys_of(1)).put(LETTER, case_id=CASE)


PUT_AND_DIE = """
import os, signal, sys
from pathlib import Path
from integrations.documents.encrypted import EncryptedDocuments
from tests.documents.document_files import CASE
from tests.keys.rings import keys_of

step = sys.argv[2]
really = getattr(os, step)

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(os, step, die)
EncryptedDocuments(Path(sys.argv[1]), keys_of(1)).put(b"synthetic letter" * 1000, case_id=CASE)
"""


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
def test_a_process_killed_while_it_puts_leaves_no_document_and_a_draft_that_is_swept(
    root: Path, step: str
) -> None:
    store = EncryptedDocuments(root, keys_of(1))
    store.put(LETTER, case_id=CASE)
    killed = subprocess.run(
        [sys.executable, "-c", PUT_AND_DIE, str(root), step], timeout=60, check=False, cwd=PROJECT
    )
    assert killed.returncode == -9
    documents = [path for path in files_in(root) if path.parent.name != "tmp"]
    assert [store.get(path.name, case_id=CASE) for path in documents] == [LETTER]
    for path in files_in(root):
        make_older(path, 2 * HOUR)
    assert store.sweep({documents[0].name}, older_than=HOUR) == []
    assert files_in(root) == documents
