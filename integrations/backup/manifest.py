"""What a backup says about itself, and the checksums of its files."""

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from cases.vocabulary.errors import DiskFault

FORMAT = 1
MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
DATABASE_FILE = "database.sqlite3"  #: Of SQLite.
DATABASE_FOLDER = "database"  #: Of PostgreSQL: one file a table, as COPY writes it.
DOCUMENTS = "documents"
NAMED = "documents.list"  #: A line for each document that the database names: address, case.
KEYS = "keys.json"

_BLOCK = 1 << 20


class TableCopy(BaseModel):
    """One table of the database."""

    model_config = ConfigDict(frozen=True)

    name: str
    columns: tuple[str, ...]
    rows: int


class Manifest(BaseModel):
    """What is in the backup."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    made_at: datetime  #: The database knows everything up to here.
    database: str  #: "sqlite" or "postgresql"
    revision: str
    tables: tuple[TableCopy, ...]  #: In the order in which they can be filled.
    documents: int
    key_ids: tuple[str, ...]  #: Keys without which it cannot be read.
    has_keys: bool
    missing: tuple[str, ...]  #: Documents that could not be copied, each with the reason.


def read_manifest(source: Path) -> Manifest:
    """Return the manifest of a backup. Raises DiskFault when the folder holds none."""
    try:
        manifest = Manifest.model_validate_json((source / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise DiskFault(f"{source} is no backup: it has no {MANIFEST}") from None
    except OSError as fault:
        raise DiskFault(f"{source / MANIFEST} cannot be read: {fault.strerror}") from fault
    except ValidationError as fault:
        raise DiskFault(f"{source / MANIFEST} was changed and cannot be read") from fault
    if manifest.format != FORMAT:
        raise DiskFault(f"{source} was made by another version of Hancha")
    return manifest


def read_checksums(source: Path) -> dict[str, str]:
    """Return path to SHA-256 for every file of a backup. Raises DiskFault."""
    try:
        lines = (source / CHECKSUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeError) as fault:
        raise DiskFault(f"{source / CHECKSUMS} cannot be read") from fault
    pairs = (line.partition("  ") for line in lines)
    return {path: digest for digest, _, path in pairs}


def write_checksums(target: Path, checksums: dict[str, str]) -> None:
    """Write the list. Raises OSError."""
    lines = [f"{digest}  {path}\n" for path, digest in sorted(checksums.items())]
    write_file(target / CHECKSUMS, "".join(lines).encode())


def read_named(source: Path) -> Iterator[tuple[str, UUID]]:
    """Yield the address and case of every document that the database names. Raises DiskFault."""
    try:
        for line in (source / NAMED).read_text("ascii").splitlines():
            address, case_id = line.split(" ")
            yield address, UUID(case_id)
    except (OSError, ValueError) as fault:
        raise DiskFault(f"{source / NAMED} cannot be read") from fault


def files_of(source: Path) -> Iterator[str]:
    """Yield the path of every file below a backup, relative to it, but for the checksums."""
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and name != CHECKSUMS:
            yield name


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_file(path: Path, content: bytes) -> None:
    """Write a file that only we may read; it is not on disk yet. Raises OSError."""
    for folder in reversed([each for each in path.parents if not each.exists()]):
        folder.mkdir(mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
