"""Key rings for tests: synthetic secrets that anybody can compute again."""

from datetime import UTC, datetime

from integrations.keys.ring import KeyRing, MasterKey
from integrations.keys.store import KeyStore

MADE_AT = datetime(2026, 3, 2, tzinfo=UTC)


def master_key(version: int, *, is_spread: bool = True) -> MasterKey:
    """Return the synthetic key whose secret is its version, 32 times."""
    return MasterKey(version, MADE_AT, bytes([version]) * 32, is_spread)


def ring_of(*versions: int) -> KeyRing:
    """Return a ring of synthetic keys."""
    return KeyRing(tuple(map(master_key, versions)), b"i" * 32)


class KeptRing:
    """Fits integrations.keys.sources.KeySource; keeps the ring in memory."""

    where = "the ring of this test"

    def __init__(self, ring: KeyRing | None) -> None:
        self.content = ring.written() if ring else None
        self.reads = 0

    def read(self) -> bytes | None:
        """Return what was kept."""
        self.reads += 1
        return self.content

    def stamp(self) -> object:
        """Return what tells one content from another."""
        return self.content

    def write_first(self, content: bytes) -> None:
        """Keep a first ring."""
        self.content = self.content or content

    def replace(self, content: bytes) -> None:
        """Keep another ring."""
        self.content = content


def keys_of(*versions: int) -> KeyStore:
    """Return a store of synthetic keys."""
    return KeyStore(KeptRing(ring_of(*versions)))
