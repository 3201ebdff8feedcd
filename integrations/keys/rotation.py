"""A new master key: everything is put on it while workers go on, and old ones are forgotten."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cases.operations.person_numbers import search_key
from cases.store import person_numbers
from cases.store.session import Database
from cases.store.tables.case import Party
from cases.vocabulary.errors import AlreadyRunning, DiskFault, InvalidValue
from integrations.keys.numbers import SealedNumbers, key_id_of
from integrations.keys.store import KeyStore

BATCH = 500  #: Numbers resealed in one transaction: some ten milliseconds of the write lock.

#: A process that read the ring before the last key was made has long finished writing with it.
SETTLED = timedelta(hours=1)


class Rewrapped(Protocol):
    """Documents whose data keys can be put under the current master key."""

    def addresses(self) -> Iterator[str]:
        """Yield every document."""

    def rewrap(self, address: str) -> bool:
        """Put one under the current key; False if it is."""

    def key_id(self, address: str) -> bytes:
        """Return the id of the key that one needs."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did."""

    version: int  #: Of the key that everything is on now.
    documents: int
    numbers: int
    left_behind: tuple[str, ...]  #: What could not be opened, with the reason; on its old key.


class Rotator:
    """Makes a new master key and puts everything on it; killed anywhere, it can go on."""

    def __init__(
        self,
        keys: KeyStore,
        documents: Rewrapped,
        database: Database,
        lock_file: Path,
        say: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._keys, self._documents, self._database = keys, documents, database
        self._numbers = SealedNumbers(keys)
        self._lock_file, self._say = lock_file, say

    def rotate(self, *, makes_key: bool = True, rekeys_search: bool = False) -> Rotation:
        """Put all data keys and numbers on a new key, or go on with a rotation that was cut off.

        With `rekeys_search` numbers are found under a new key of the index, too; until `forget`
        the one before is asked as well. Without `makes_key` (a command gives the keys) all is
        put on the newest keys that there are. Raises AlreadyRunning, SettingsFault, DiskFault,
        StoreUnavailable.
        """
        with self._alone():
            if makes_key:
                self._begin(rekeys_search)
            left: dict[str, str] = {}
            documents = numbers = 0
            # Whoever read the ring a moment too early wrote with the old key: look again.
            while moved := self._rewrap(left) + (resealed := self._reseal(left)):
                documents, numbers = documents + moved - resealed, numbers + resealed
                self._say(f"{documents} documents, {numbers} person numbers")
            if makes_key:
                self._keys.replace(self._keys.ring().spread())
            version = self._keys.ring().current.version
            return Rotation(version, documents, numbers, tuple(left.values()))

    def _begin(self, rekeys_search: bool) -> None:
        """Write the new ring, unless a rotation was cut off that has written it."""
        ring = begun = self._keys.ring()
        if ring.current.is_spread:
            begun = ring.grown(datetime.now(UTC))
        # An unfinished rotation may have begun the new key of the index with its own.
        if rekeys_search and (ring.current.is_spread or not ring.former_index_keys):
            begun = begun.reindexed()
        if begun != ring:
            self._keys.replace(begun)

    def forget(self) -> list[int]:
        """Take keys out of the ring that nothing needs any more; return their versions.

        Former keys of the number index go with them. Backups made with any of these cannot be
        used without a copy of them. Raises InvalidValue while a rotation is unfinished or too
        young, and what `rotate` raises.
        """
        with self._alone():
            ring = self._keys.ring()
            if not ring.current.is_spread:
                raise InvalidValue("the last rotation is unfinished; run `hancha keys rotate`")
            if datetime.now(UTC) - ring.current.made_at < SETTLED:
                raise InvalidValue("the newest key is younger than an hour; try again later")
            kept = ring.only(self._needed())
            if ring.former_index_keys and self._is_rekeyed():
                kept = replace(kept, former_index_keys=())
            if kept != ring:
                self._keys.replace(kept)
            return [key.version for key in ring.keys if key not in kept.keys]

    def _rewrap(self, left: dict[str, str]) -> int:
        moved = 0
        for address in self._documents.addresses():
            if address in left:
                continue
            try:
                moved += self._documents.rewrap(address)
            except DiskFault as fault:
                left[address] = str(fault)
        return moved

    def _reseal(self, left: dict[str, str]) -> int:
        moved, after = 0, UUID(int=0)
        while True:
            with self._database.transaction("reseal") as session:
                rows = person_numbers.sealed_after(session, after, limit=BATCH)
                for party in rows:
                    try:
                        moved += self._renew(party)
                    except DiskFault as fault:
                        left[str(party.id)] = f"party {party.id}: {fault}"
            if len(rows) < BATCH:
                return moved + self._reseal_telephones(left)
            after = rows[-1].id

    def _reseal_telephones(self, left: dict[str, str]) -> int:
        moved, after = 0, UUID(int=0)
        while True:
            with self._database.transaction("reseal-telephones") as session:
                rows = person_numbers.telephones_after(session, after, limit=BATCH)
                for row in rows:
                    if self._numbers.is_current(row.sealed):
                        continue
                    try:
                        number = self._numbers.reveal(row.sealed, case_id=row.case_id)
                    except DiskFault as fault:
                        left[str(row.case_id)] = f"telephone of case {row.case_id}: {fault}"
                        continue
                    row.sealed = self._numbers.seal(number, case_id=row.case_id)
                    moved += 1
            if len(rows) < BATCH:
                return moved
            after = rows[-1].case_id

    def _renew(self, party: Party) -> bool:
        """Put a number on the current keys, sealed and found; False if it is. Raises DiskFault."""
        sealed = party.person_number_sealed or b""
        number = self._numbers.reveal(sealed, case_id=party.case_id)
        key = self._search_key(number)
        if self._numbers.is_current(sealed) and party.person_number_key == key:
            return False
        party.person_number_sealed = self._numbers.seal(number, case_id=party.case_id)
        party.person_number_key = key
        return True

    def _is_rekeyed(self) -> bool:
        """Whether every number is found under the newest key of the index."""
        with self._database.reading() as session:
            for case_id, sealed, key in person_numbers.keyed(session):
                try:
                    number = self._numbers.reveal(sealed or b"", case_id=case_id)
                except DiskFault:
                    return False  # It may be opened again some day, or was erased: it stays.
                if key != self._search_key(number):
                    return False
        return True

    def _search_key(self, number: str) -> str:
        return search_key(number, self._numbers, today=datetime.now(UTC).date())

    def _needed(self) -> set[bytes]:
        """Return the ids of all keys that something is on."""
        needed = {self._documents.key_id(address) for address in self._documents.addresses()}
        with self._database.reading() as session:
            return needed | {key_id_of(number) for _, number in person_numbers.sealed(session)}

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._lock_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._lock_file.open("a")
        except OSError as fault:
            raise DiskFault(f"{self._lock_file} cannot be written: {fault.strerror}") from fault
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as fault:
                raise AlreadyRunning("the keys are being rotated already") from fault
            yield
