"""The key ring: every master key that is still needed, and the key of the number index."""

import base64
import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cases.vocabulary.errors import SettingsFault

FORMAT = 1
SECRET_BYTES = 32
KEY_ID_BYTES = 8


@dataclass(frozen=True)
class MasterKey:
    """One key-encryption key. Its secret is used for nothing itself: each use has a key derived.

    No secret is in its repr, so that it may be logged by mistake.
    """

    version: int  #: 1, 2, 3 ... in the order they were made.
    made_at: datetime
    secret: bytes = field(repr=False)
    is_spread: bool  #: Whether everything that older keys protected is on this one.

    @cached_property
    def id(self) -> bytes:
        """What names the key in a document's head; says nothing about the secret."""
        return self._derived(b"hancha/key-id", KEY_ID_BYTES)

    @cached_property
    def wrapping(self) -> bytes:
        """The key that wraps the data keys of documents (AES-256 key wrap, RFC 3394)."""
        return self._derived(b"hancha/wrap-data-keys", 32)

    @cached_property
    def sealing(self) -> AESGCM:
        """The cipher that seals person numbers."""
        return AESGCM(self._derived(b"hancha/seal-numbers", 32))

    def _derived(self, purpose: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=purpose).derive(self.secret)


@dataclass(frozen=True)
class KeyRing:
    """All keys, the oldest first; the last one protects what is written now."""

    keys: tuple[MasterKey, ...]
    index_key: bytes = field(repr=False)
    #: Under which numbers may still be found, until all are known to be under the new one.
    former_index_keys: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def current(self) -> MasterKey:
        """The key that protects what is written now."""
        return self.keys[-1]

    def find(self, key_id: bytes) -> MasterKey | None:
        """Return the key of this id, or None."""
        return next((key for key in self.keys if key.id == key_id), None)

    def grown(self, now: datetime) -> "KeyRing":
        """Return the ring with one more key, which nothing is on yet."""
        new = _new_key(self.current.version + 1, now, is_spread=False)
        return replace(self, keys=(*self.keys, new))

    def reindexed(self) -> "KeyRing":
        """Return the ring with a new key of the number index; the one before is still asked."""
        former = (*self.former_index_keys, self.index_key)
        new = secrets.token_bytes(SECRET_BYTES)
        return replace(self, index_key=new, former_index_keys=former)

    def spread(self) -> "KeyRing":
        """Return the ring with its current key marked: everything is on it."""
        return replace(self, keys=(*self.keys[:-1], replace(self.current, is_spread=True)))

    def only(self, key_ids: set[bytes]) -> "KeyRing":
        """Return the ring without the keys that are not among these; the current one stays."""
        kept = (key for key in self.keys if key.id in key_ids or key is self.current)
        return replace(self, keys=tuple(kept))

    def written(self) -> bytes:
        """Return the ring as the key file holds it, secrets and all."""
        keys = [
            {
                "version": key.version,
                "made_at": key.made_at.isoformat(),
                "secret": base64.b64encode(key.secret).decode(),
                "is_spread": key.is_spread,
            }
            for key in self.keys
        ]
        index_key, *former = (
            base64.b64encode(key).decode() for key in (self.index_key, *self.former_index_keys)
        )
        ring = {
            "format": FORMAT,
            "keys": keys,
            "index_key": index_key,
            "former_index_keys": former,
        }
        return (json.dumps(ring, indent=1) + "\n").encode("ascii")


def new_ring(now: datetime) -> KeyRing:
    """Return the ring of a new installation."""
    first = _new_key(1, now, is_spread=True)
    return KeyRing((first,), secrets.token_bytes(SECRET_BYTES))


def read_ring(content: bytes, where: str) -> KeyRing:
    """Return the ring of a key file. Raises SettingsFault, which repeats nothing of the content."""
    try:
        ring = json.loads(content)
        keys = tuple(_read_key(each) for each in ring["keys"])
        index_key = _read_secret(ring["index_key"])
        former = tuple(_read_secret(each) for each in ring.get("former_index_keys", ()))
    except (ValueError, KeyError, TypeError) as fault:
        raise SettingsFault(f"{where} holds no key ring that can be read") from fault
    versions = [key.version for key in keys]
    if not keys or versions != sorted(set(versions)):
        raise SettingsFault(f"{where} holds no key ring whose keys are in order")
    if ring.get("format") != FORMAT:
        raise SettingsFault(f"{where} holds a key ring of another version of Hancha")
    return KeyRing(keys, index_key, former)


def _new_key(version: int, now: datetime, *, is_spread: bool) -> MasterKey:
    return MasterKey(version, now, secrets.token_bytes(SECRET_BYTES), is_spread)


def _read_key(given: dict[str, Any]) -> MasterKey:
    return MasterKey(
        version=int(given["version"]),
        made_at=datetime.fromisoformat(given["made_at"]),
        secret=_read_secret(given["secret"]),
        is_spread=bool(given["is_spread"]),
    )


def _read_secret(text: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != SECRET_BYTES:
        raise ValueError("a secret has 32 bytes")
    return secret
