"""Put a backup in an empty place. No mail leaves before somebody has looked at what may have."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cases.operations.restoring import begin_anew
from cases.store import schema
from cases.store.number_series import last_numbers
from cases.vocabulary.errors import DiskFault, InvalidValue, SettingsFault, StoreUnavailable
from integrations.backup import postgresql, sqlite
from integrations.backup.manifest import DOCUMENTS, KEYS, Manifest, read_manifest, read_named
from integrations.backup.verifying import examine, missing_keys, verify
from integrations.documents.folder import DocumentFolder
from integrations.documents.protection import Protection, protection_of
from integrations.keys.sources import KeyFile
from integrations.supervisor import lock
from integrations.wiring import House


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    held: int  #: Offices whose mail waits until a manager has looked.
    last_numbers: tuple[str, ...]  #: Of each series, as printed; later ones may be out there.
    flaws: tuple[str, ...]  #: What is not as it was; empty if all is well.


def _quiet(_line: str) -> None:
    return


def restore(source: Path, house: House, *, say: Callable[[str], None] = _quiet) -> Restored:
    """Put the backup into the empty installation of this house, and prove what came out.

    The keys must be in their place, or in the backup. The documents come first; the database
    appears last and whole, all outboxes held. Cut off, it can be run again. Raises InvalidValue
    when there are cases already or the kind of database differs, DiskFault for a damaged backup,
    SettingsFault without the keys, StoreUnavailable, AlreadyRunning.
    """
    manifest = read_manifest(source)
    with lock(house.settings.home):
        _require_place(house, manifest)
        protection = protection_of(house.settings, house.database)
        _put_keys(source, house, manifest, protection)
        say("checking the backup")
        # What was missing when the backup was made cannot be mended here; the rest can be had.
        flaws = [flaw for flaw in verify(source, protection.keys) if flaw not in manifest.missing]
        if flaws:
            more = f" (and {len(flaws) - 1} more)" if len(flaws) > 1 else ""
            raise DiskFault(f"{source} cannot be restored: {flaws[0]}{more}")
        _put_documents(source, protection)
        say(f"{manifest.documents} documents are in place")
        held = _put_database(source, house, manifest)
        say("the database is in place; proving it")
        with house.database.reading() as session:
            numbers = tuple(each.printed for each in last_numbers(session))
        return Restored(manifest, held, numbers, tuple(examine(house, manifest, protection)))


def _require_place(house: House, manifest: Manifest) -> None:
    if manifest.database != ("sqlite" if house.database.is_sqlite else "postgresql"):
        raise InvalidValue(
            f"the backup is of {manifest.database}, HANCHA_DATABASE_URL names another database"
        )
    if manifest.revision > schema.NEWEST:
        raise StoreUnavailable(
            f"the backup has schema {manifest.revision}, this version knows {schema.NEWEST}"
        )
    if not house.database.is_sqlite:
        postgresql.require_empty(house.database)
    else:
        sqlite.require_empty(house.settings.database)


def _put_keys(source: Path, house: House, manifest: Manifest, protection: Protection) -> None:
    keys = protection.keys
    if manifest.has_keys and not house.settings.key_command and keys.source.read() is None:
        KeyFile(house.settings.keys).write_first((source / KEYS).read_bytes())
    if not manifest.key_ids:
        return
    if keys.source.read() is None:
        raise SettingsFault(f"{keys.source.where} is not there; put it back before the backup")
    for line in missing_keys(manifest, keys):
        raise SettingsFault(f"the backup cannot be read: {line}")


def _put_documents(source: Path, protection: Protection) -> None:
    there = protection.documents.folder
    copies = DocumentFolder(source / DOCUMENTS, head_bytes=there.head_bytes)
    for address, _ in read_named(source):
        there.put(*copies.get(address))


def _put_database(source: Path, house: House, manifest: Manifest) -> int:
    now = house.clock.now()
    if house.database.is_sqlite:
        with (
            sqlite.put_back(source, house.settings.database) as database,
            database.transaction("restore") as session,
        ):
            return begin_anew(session, known_until=manifest.made_at, now=now)
    with postgresql.put_back(source, house.database, manifest) as session:
        return begin_anew(session, known_until=manifest.made_at, now=now)
