"""Make a backup while everything runs: first the database, then the documents that it names."""

import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import func, select, text
from sqlmodel import Session

from cases.store import documents, person_numbers
from cases.store.session import Database
from cases.store.tables.all import metadata
from cases.vocabulary.errors import DiskFault, InvalidValue, SettingsFault
from integrations.backup import postgresql, sqlite
from integrations.backup.manifest import (
    DOCUMENTS,
    KEYS,
    MANIFEST,
    NAMED,
    Manifest,
    TableCopy,
    checksum_of,
    files_of,
    write_checksums,
    write_file,
)
from integrations.documents.protection import Protection, protection_of
from integrations.durable_files import sync_folder
from integrations.keys.envelope import Unreadable, key_id_of
from integrations.keys.numbers import key_id_of as key_id_of_number
from integrations.wiring import House

PROGRESS = 1_000  #: Documents between two lines of progress.


def _quiet(_line: str) -> None:
    return


def backup(
    house: House,
    target: Path,
    *,
    with_keys: bool = False,
    say: Callable[[str], None] = _quiet,
) -> Manifest:
    """Write a backup to a folder that does not exist yet, and return its manifest.

    Workers go on meanwhile. The folder appears once all of it is on disk; cut off, it leaves
    `<target>.partial`, which the next backup to this place removes. The keys are in it only
    `with_keys`. Raises InvalidValue when the folder exists, DiskFault, StoreUnavailable,
    SettingsFault. Documents that cannot be copied are named in the manifest.
    """
    if target.exists():
        raise InvalidValue(f"{target} exists; a backup is written to a new folder")
    protection = protection_of(house.settings, house.database)
    draft = target.with_name(f"{target.name}.partial")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        # Until its last document is copied, none that the snapshot names may be swept.
        with protection.documents.kept(), _snapshot(house.database, draft) as session:
            say("the database is copied")
            work = _Making(session, draft, protection, say)
            work.copy_documents()
            manifest = work.manifest(house, with_keys=with_keys)
        if with_keys:
            write_file(draft / KEYS, _ring_of(protection))
        write_file(draft / MANIFEST, manifest.model_dump_json(indent=1).encode())
        write_checksums(draft, {name: checksum_of(draft / name) for name in files_of(draft)})
        _settle(draft)
        draft.rename(target)
        sync_folder(target.parent)
    except OSError as fault:
        raise DiskFault(f"{draft} cannot be written: {fault.strerror or fault}") from fault
    return manifest


class _Making:
    """What is written down about a backup while it is made."""

    def __init__(
        self, session: Session, draft: Path, protection: Protection, say: Callable[[str], None]
    ) -> None:
        self._session, self._draft, self._say = session, draft, say
        self._folder = protection.documents.folder
        self._copied: set[str] = set()
        self._key_ids: set[bytes] = set()
        self._missing: dict[str, str] = {}

    def copy_documents(self) -> None:
        """Copy each document that the database names, its checksum proved."""
        lines = []
        for address, case_id in documents.named(self._session):
            if address in self._copied or address in self._missing:
                continue
            try:
                head, body = self._folder.get(address)
                self._key_ids.add(key_id_of(head))
            except (DiskFault, Unreadable) as fault:
                self._missing[address] = f"{address}: {fault}"
                continue
            place = self._draft / DOCUMENTS / self._folder.place_of(address)
            write_file(place, head + body)
            self._copied.add(address)
            lines.append(f"{address} {case_id}\n")
            if len(lines) % PROGRESS == 0:
                self._say(f"{len(lines)} documents are copied")
        write_file(self._draft / NAMED, "".join(lines).encode("ascii"))

    def manifest(self, house: House, *, with_keys: bool) -> Manifest:
        """Return what the backup says about itself."""
        numbers = person_numbers.sealed(self._session)
        key_ids = self._key_ids | {key_id_of_number(number) for _, number in numbers}
        revision = self._session.execute(text("SELECT version_num FROM alembic_version"))
        return Manifest(
            made_at=house.clock.now(),
            database="sqlite" if house.database.is_sqlite else "postgresql",
            revision=str(revision.scalar_one()),
            tables=tables_of(self._session),
            documents=len(self._copied),
            key_ids=tuple(sorted(key_id.hex() for key_id in key_ids)),
            has_keys=with_keys,
            missing=tuple(self._missing.values()),
        )


def tables_of(session: Session) -> tuple[TableCopy, ...]:
    """Return every table of ours with its rows counted, in the order of their foreign keys."""
    return tuple(
        TableCopy(
            name=table.name,
            columns=tuple(column.name for column in table.columns),
            rows=session.execute(select(func.count()).select_from(table)).scalar_one(),
        )
        for table in metadata.sorted_tables
    )


def _snapshot(database: Database, draft: Path) -> AbstractContextManager[Session]:
    if database.is_sqlite:
        return sqlite.snapshot(database, draft)
    return postgresql.snapshot(database, draft)


def _ring_of(protection: Protection) -> bytes:
    content = protection.keys.source.read()
    if content is None:
        raise SettingsFault(f"{protection.keys.source.where} is not there")
    return content


def _settle(draft: Path) -> None:
    """Have every file and name below a folder on disk."""
    for path in (draft, *draft.rglob("*")):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
