"""Sweeping: orphans go, and nothing that somebody is about to name."""

import threading
from pathlib import Path

import pytest

from cases.vocabulary.errors import DiskFault
from integrations.documents import FileDocumentStore
from tests.documents.document_files import HOUR, LETTER, files_in, make_older


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


def test_a_document_put_while_the_sweep_removes_it_is_there_afterwards(
    store: FileDocumentStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep has found the file old and is about to remove it when somebody puts it again."""
    address = store.put(LETTER)
    make_older(files_in(root)[0], 2 * HOUR)
    putting = threading.Thread(target=store.put, args=[LETTER])
    really_unlink = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name == address:
            putting.start()
            putting.join(timeout=0.3)
        really_unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr("pathlib.Path.unlink", unlink)
    assert store.sweep(set(), older_than=HOUR) == [address]
    putting.join()
    assert store.get(address) == LETTER
