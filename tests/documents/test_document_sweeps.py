"""Sweeping: orphans go, and nothing that somebody is about to name."""

import threading
from pathlib import Path

import pytest

from cases.vocabulary.errors import DiskFault
from integrations.documents.encrypted import EncryptedDocuments
from tests.documents.document_files import CASE, HOUR, LETTER, files_in, make_older
from tests.keys.rings import keys_of


def test_a_sweep_removes_old_orphans_only(store: EncryptedDocuments, root: Path) -> None:
    known, orphan, young = (
        store.put(b"known", case_id=CASE),
        store.put(b"orphan", case_id=CASE),
        store.put(b"young", case_id=CASE),
    )
    for path in files_in(root):
        if path.name != young:
            make_older(path, 2 * HOUR)
    assert store.sweep({known}, older_than=HOUR) == [orphan]
    assert store.get(known, case_id=CASE) == b"known"
    assert store.get(young, case_id=CASE) == b"young"
    with pytest.raises(DiskFault):
        store.get(orphan, case_id=CASE)


def test_a_sweep_of_a_folder_that_does_not_exist_removes_nothing(store: EncryptedDocuments) -> None:
    assert store.sweep(set(), older_than=HOUR) == []


def test_a_sweep_spares_strangers(store: EncryptedDocuments, root: Path) -> None:
    store.put(LETTER, case_id=CASE)
    strangers = [root / "README", files_in(root)[0].parent / "notes.txt"]
    for stranger in strangers:
        stranger.write_bytes(b"not ours")
        make_older(stranger, 2 * HOUR)
    store.sweep(set(), older_than=HOUR)
    assert all(stranger.exists() for stranger in strangers)


def test_a_document_that_is_rewrapped_while_it_is_swept_is_gone_or_whole(
    store: EncryptedDocuments, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep found an orphan and is about to remove it when a rotation comes by."""
    address = store.put(LETTER, case_id=CASE)
    make_older(files_in(root)[0], 2 * HOUR)
    rotated = EncryptedDocuments(root, keys_of(1, 2))
    found: list[str] = []

    def rewrap() -> None:
        try:
            rotated.rewrap(address)
        except DiskFault as fault:
            found.append(str(fault))

    rewrapping = threading.Thread(target=rewrap)
    really_unlink = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name == address:
            rewrapping.start()
            rewrapping.join(timeout=0.3)
        really_unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr("pathlib.Path.unlink", unlink)
    assert store.sweep(set(), older_than=HOUR) == [address]
    rewrapping.join()
    assert files_in(root) == []
    assert found == [f"document {address[:12]} cannot be read: No such file or directory"]


def test_while_a_backup_runs_nothing_is_swept(store: EncryptedDocuments, root: Path) -> None:
    address = store.put(LETTER, case_id=CASE)
    make_older(files_in(root)[0], 2 * HOUR)
    sweeping = threading.Thread(target=store.sweep, args=[set(), HOUR])
    with store.kept():
        sweeping.start()
        sweeping.join(timeout=0.2)
        assert store.get(address, case_id=CASE) == LETTER
    sweeping.join()
    assert files_in(root) == []
