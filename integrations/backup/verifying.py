"""Say what is wrong with a backup, or with an installation that came out of one."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session

from cases.store import documents, journal_proof, person_numbers
from cases.vocabulary.errors import DiskFault, SystemFault
from integrations.backup import sqlite
from integrations.backup.making import tables_of
from integrations.backup.manifest import (
    DATABASE_FILE,
    DOCUMENTS,
    KEYS,
    Manifest,
    checksum_of,
    files_of,
    read_checksums,
    read_manifest,
    read_named,
)
from integrations.documents.encrypted import EncryptedDocuments
from integrations.documents.protection import Protection
from integrations.keys.numbers import SealedNumbers
from integrations.keys.sources import KeyFile
from integrations.keys.store import KeyStore
from integrations.wiring import House


def verify(source: Path, keys: KeyStore | None) -> Iterator[str]:
    """Yield every flaw of a backup; none if all of it can be restored.

    With keys (those of the backup itself, if it has any) each document and person number is
    opened. A copy of PostgreSQL proves its journal only once it is restored.
    Raises DiskFault when the folder is no backup.
    """
    manifest = read_manifest(source)
    yield from manifest.missing
    flaws = list(_flaws_of_files(source))
    yield from flaws
    if flaws:
        return
    if manifest.database == "sqlite":
        flaws = sqlite.flaws_of(source / DATABASE_FILE)
        yield from flaws
        if flaws:
            return
    keys = keys_for(source, manifest) or keys
    if keys is not None:
        yield from missing_keys(manifest, keys)
        yield from _flaws_of_documents(source, keys)
    if manifest.database == "sqlite":
        with sqlite.reading(source / DATABASE_FILE) as session:
            yield from _flaws_of_rows(session, manifest, SealedNumbers(keys) if keys else None)


def keys_for(source: Path, manifest: Manifest) -> KeyStore | None:
    """Return the keys that lie in a backup, or None when they are kept apart."""
    return KeyStore(KeyFile(source / KEYS)) if manifest.has_keys else None


def missing_keys(manifest: Manifest, keys: KeyStore) -> Iterator[str]:
    """Yield a line for each key that the backup needs and the ring lacks. Raises SettingsFault."""
    for key_id in manifest.key_ids:
        if keys.find(bytes.fromhex(key_id)) is None:
            yield f"it needs the key {key_id}, which {keys.source.where} does not hold"


def examine(house: House, manifest: Manifest, protection: Protection) -> Iterator[str]:
    """Yield every flaw of a restored installation, against the backup that it came from."""
    with house.database.reading() as session:
        yield from _flaws_of_rows(session, manifest, protection.safe)
        seen: set[str] = set()
        for address, case_id in documents.named(session):
            if address in seen:
                continue
            seen.add(address)
            try:
                protection.documents.get(address, case_id=case_id)
            except SystemFault as fault:
                yield str(fault)


def _flaws_of_files(source: Path) -> Iterator[str]:
    checksums = read_checksums(source)
    there = set(files_of(source))
    for name in sorted(checksums.keys() - there):
        yield f"{name} is missing"
    for name in sorted(there - checksums.keys()):
        yield f"{name} is not in the list of checksums"
    for name in sorted(there & checksums.keys()):
        try:
            if checksum_of(source / name) != checksums[name]:
                yield f"{name} was changed"
        except OSError as fault:
            yield f"{name} cannot be read: {fault.strerror}"


def _flaws_of_documents(source: Path, keys: KeyStore) -> Iterator[str]:
    there = EncryptedDocuments(source / DOCUMENTS, keys)
    for address, case_id in read_named(source):
        try:
            there.get(address, case_id=case_id)
        except DiskFault as fault:
            yield str(fault)


def _flaws_of_rows(
    session: Session, manifest: Manifest, safe: SealedNumbers | None
) -> Iterator[str]:
    """Yield what is wrong in the database: rows that are lost, chains, numbers."""
    counted = {table.name: table.rows for table in tables_of(session)}
    for table in manifest.tables:
        if counted.get(table.name, 0) < table.rows:
            yield f"{table.name} has {counted.get(table.name, 0)} rows, not {table.rows}"
    for flaw in journal_proof.verify(session):
        yield f"journal of {flaw.reference}, entry {flaw.seq}: {flaw.what}"
    if safe is None:
        return
    for case_id, sealed in person_numbers.sealed(session):
        try:
            safe.reveal(sealed, case_id=case_id)
        except SystemFault as fault:
            yield f"case {case_id}: {fault}"
