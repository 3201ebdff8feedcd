"""Documents on disk: what is put comes back, or it is said that it does not."""

import hashlib
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.errors import DiskFault
from integrations.documents import FileDocumentStore
from tests.documents.document_files import LETTER, files_in


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
