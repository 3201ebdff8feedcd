"""The keys of this installation, as every process finds them while they change."""

import hmac
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from cases.vocabulary.errors import SettingsFault
from integrations.keys.ring import KeyRing, MasterKey, new_ring, read_ring
from integrations.keys.sources import KeySource

#: A command is not run again for every unknown key of a heap of foreign documents.
REREAD_SECONDS = 10.0


def _never() -> bool:
    return False


class KeyStore:
    """Reads the ring from its source, keeps it in memory, and notices when it was replaced.

    `is_first_use` says whether nothing is encrypted yet. Only then is a missing ring begun:
    a new ring beside old documents would hide for a while that their keys are lost.
    """

    def __init__(self, source: KeySource, *, is_first_use: Callable[[], bool] = _never) -> None:
        self.source = source
        self._is_first_use = is_first_use
        self._lock = threading.Lock()
        self._held: tuple[object, KeyRing] | None = None
        self._read_at = 0.0

    def ring(self) -> KeyRing:
        """Return the ring as it is now, begun on first use. Raises SettingsFault, DiskFault."""
        held = self._held
        if held is not None and held[0] == self.source.stamp():
            return held[1]
        with self._lock:
            return self._read()

    def current(self) -> MasterKey:
        """Return the key to write with. Raises SettingsFault, DiskFault."""
        return self.ring().current

    def find(self, key_id: bytes) -> MasterKey | None:
        """Return the key of this id, for reading; None when the ring has none.

        What is in memory is enough, so that documents can be read while the source is away.
        Raises SettingsFault.
        """
        held = self._held
        known = held[1].find(key_id) if held else None
        if known is not None:
            return known
        return self._read_lately().find(key_id)

    def search_key(self, text: str) -> str:
        """Return the keyed hash (HMAC-SHA-256, hex) under which a text can be found again."""
        return self.search_keys(text)[0]

    def search_keys(self, text: str) -> tuple[str, ...]:
        """Return every keyed hash under which a text may be found now, the newest key's first.

        A command that gives the keys is asked again: nobody would miss a key of the index.
        """
        self.ring()  # Notices a new file at once.
        ring = self._read_lately()
        keys = (ring.index_key, *ring.former_index_keys)
        return tuple(hmac.digest(key, text.encode(), "sha256").hex() for key in keys)

    def replace(self, ring: KeyRing) -> None:
        """Write a new ring; every process uses it from its next document on."""
        with self._lock:
            self.source.replace(ring.written())
            self._read()

    def _read_lately(self) -> KeyRing:
        with self._lock:
            held = self._held
            is_fresh = time.monotonic() - self._read_at < REREAD_SECONDS
            if held is not None and is_fresh and held[0] == self.source.stamp():
                return held[1]
            return self._read()

    def _read(self) -> KeyRing:
        stamp = self.source.stamp()
        content = self.source.read()
        if content is None:
            if not self._is_first_use():
                raise SettingsFault(
                    f"{self.source.where} is not there, but something is encrypted already; "
                    "put it back"
                )
            self.source.write_first(new_ring(datetime.now(UTC)).written())
            stamp = self.source.stamp()
            content = self.source.read() or b""
        ring = read_ring(content, self.source.where)
        self._held, self._read_at = (stamp, ring), time.monotonic()
        return ring
