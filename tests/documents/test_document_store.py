"""Documents on disk: what is put comes back within its case, or it is said that it does not."""

import hashlib
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vocabulary.errors import DiskFault, SettingsFault
from integrations.documents.encrypted import EncryptedDocuments
from integrations.keys.envelope import HEAD_BYTES
from integrations.keys.store import KeyStore
from tests.documents.document_files import CASE, LETTER, OTHER_CASE, files_in
from tests.keys.rings import KeptRing, keys_of


def test_what_is_put_comes_back_under_the_hash_of_its_ciphertext(
    store: EncryptedDocuments, root: Path
) -> None:
    address = store.put(LETTER, case_id=CASE)
    [file] = files_in(root)
    assert file == root / address[:2] / address
    assert hashlib.sha256(file.read_bytes()[HEAD_BYTES:]).hexdigest() == address
    assert store.get(address, case_id=CASE) == LETTER


def test_nothing_of_a_document_can_be_read_on_disk(store: EncryptedDocuments, root: Path) -> None:
    store.put(LETTER * 100, case_id=CASE)
    assert LETTER[:8] not in files_in(root)[0].read_bytes()


def test_nothing_is_made_before_the_first_document(store: EncryptedDocuments, root: Path) -> None:
    assert store is not None
    assert not root.exists()


def test_only_the_owner_may_read_documents(store: EncryptedDocuments, root: Path) -> None:
    store.put(LETTER, case_id=CASE)
    for path in root.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    assert root.stat().st_mode & 0o077 == 0


@given(content=st.binary(max_size=10_000))
def test_any_content_comes_back(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = EncryptedDocuments(tmp_path_factory.getbasetemp() / "any-content", keys_of(1))
    assert store.get(store.put(content, case_id=CASE), case_id=CASE) == content


def test_a_second_store_over_the_same_folder_finds_the_document(
    store: EncryptedDocuments, root: Path
) -> None:
    address = store.put(LETTER, case_id=CASE)
    assert EncryptedDocuments(root, keys_of(1)).get(address, case_id=CASE) == LETTER


def test_a_missing_document_is_a_disk_fault(store: EncryptedDocuments) -> None:
    with pytest.raises(DiskFault, match="cannot be read: No such file"):
        store.get("0" * 64, case_id=CASE)


def test_a_document_that_a_row_of_another_case_names_is_a_disk_fault(
    store: EncryptedDocuments,
) -> None:
    address = store.put(LETTER, case_id=CASE)
    with pytest.raises(DiskFault, match=f"document {address[:12]} does not belong to this case"):
        store.get(address, case_id=OTHER_CASE)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file[:-1],
        lambda file: file + b"!",
        lambda _: b"",
        lambda file: file[:HEAD_BYTES],
        lambda file: file[:-20] + bytes(20),
        lambda file: file[:HEAD_BYTES] + bytes(12) + file[HEAD_BYTES + 12 :],
    ],
    ids=["its end is gone", "more is at its end", "empty", "a head alone", "its tag", "its nonce"],
)
def test_a_document_whose_body_was_changed_is_a_disk_fault(
    store: EncryptedDocuments, root: Path, damage: object
) -> None:
    address = store.put(LETTER, case_id=CASE)
    [file] = files_in(root)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    with pytest.raises(DiskFault, match="was changed on disk"):
        store.get(address, case_id=CASE)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (0, "has no head that can be read"),
        (4, "needs the key [0-9a-f]{16}, which the key ring does not hold"),
        (12, "has a key that was changed"),
    ],
    ids=["the name of the format", "the id of its key", "its data key"],
)
def test_a_document_whose_head_was_changed_is_a_disk_fault(
    store: EncryptedDocuments, root: Path, at: int, words: str
) -> None:
    address = store.put(LETTER, case_id=CASE)
    [file] = files_in(root)
    changed = bytearray(file.read_bytes())
    changed[at] ^= 1
    file.write_bytes(changed)
    with pytest.raises(DiskFault, match=f"^document {address[:12]} {words}"):
        store.get(address, case_id=CASE)


def test_two_documents_with_swapped_files_are_found_out(
    store: EncryptedDocuments, root: Path
) -> None:
    """The same body hash protects the place on disk, whatever the cases are."""
    addresses = [store.put(LETTER, case_id=CASE), store.put(LETTER, case_id=OTHER_CASE)]
    one, two = files_in(root)
    one_content, two_content = one.read_bytes(), two.read_bytes()
    one.write_bytes(two_content)
    two.write_bytes(one_content)
    for address, case_id in zip(addresses, (CASE, OTHER_CASE), strict=True):
        with pytest.raises(DiskFault):
            store.get(address, case_id=case_id)


def test_with_other_keys_a_document_stays_closed(store: EncryptedDocuments, root: Path) -> None:
    address = store.put(LETTER, case_id=CASE)
    with pytest.raises(DiskFault, match="which the key ring does not hold"):
        EncryptedDocuments(root, keys_of(2)).get(address, case_id=CASE)


def test_without_keys_nothing_is_written(root: Path) -> None:
    store = EncryptedDocuments(root, KeyStore(KeptRing(None)))
    with pytest.raises(SettingsFault, match="is not there, but something is encrypted"):
        store.put(LETTER, case_id=CASE)
    assert not root.exists()


@pytest.mark.parametrize("address", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_what_is_no_address_is_refused_before_the_disk_is_asked(
    store: EncryptedDocuments, address: str
) -> None:
    with pytest.raises(DiskFault, match="is not the address of a document"):
        store.get(address, case_id=CASE)


def test_many_threads_that_put_documents_keep_every_one(
    store: EncryptedDocuments, root: Path
) -> None:
    contents = [b"letter %d" % (number % 5) for number in range(100)]
    with ThreadPoolExecutor(8) as threads:
        addresses = list(threads.map(lambda content: store.put(content, case_id=CASE), contents))
    assert [store.get(address, case_id=CASE) for address in addresses] == contents
    assert len(files_in(root)) == 100


def put_forty(root: Path) -> set[str]:
    store = EncryptedDocuments(root, keys_of(1))
    return {store.put(b"letter %d" % number, case_id=CASE) for number in range(40)}


def test_two_processes_that_put_documents_keep_every_one(root: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        first, second = processes.map(put_forty, [root, root])
    assert {path.name for path in files_in(root)} == first | second
    assert len(first | second) == 80
