"""Person numbers in the database: sealed for the case, and found by a keyed hash."""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag

from cases.vocabulary.errors import DiskFault
from integrations.keys.ring import KEY_ID_BYTES
from integrations.keys.store import KeyStore

FORMAT = b"\x01"
NONCE_BYTES = 12
_NONCE_AT = len(FORMAT) + KEY_ID_BYTES
_REST_AT = _NONCE_AT + NONCE_BYTES


class SealedNumbers:
    """Fits cases.ports.PersonNumberSafe.

    A sealed number is: 1 | id of the master key (8) | nonce (12) | AES-256-GCM ciphertext and
    tag, bound to the case.
    """

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def seal(self, number: str, *, case_id: UUID) -> bytes:
        """Return the number as only the key ring can read it. Raises SettingsFault, DiskFault."""
        key, nonce = self._keys.current(), os.urandom(NONCE_BYTES)
        sealed = key.sealing.encrypt(nonce, number.encode(), _bound_to(case_id))
        return FORMAT + key.id + nonce + sealed

    def reveal(self, sealed: bytes, *, case_id: UUID) -> str:
        """Return the number. Raises DiskFault: it was changed, or is of another case or key."""
        key_id = sealed[len(FORMAT) : _NONCE_AT]
        key = self._keys.find(key_id) if sealed.startswith(FORMAT) else None
        if key is None:
            raise DiskFault(
                f"the person number needs the key {key_id.hex()}, which the key ring does not hold"
            )
        try:
            number = key.sealing.decrypt(
                sealed[_NONCE_AT:_REST_AT], sealed[_REST_AT:], _bound_to(case_id)
            )
        except (InvalidTag, ValueError):
            raise DiskFault(
                "the sealed person number does not belong to this case, or was changed"
            ) from None
        return number.decode()

    def search_key(self, number: str) -> str:
        """Return the keyed hash under which the number is kept. Raises SettingsFault."""
        return self._keys.search_key(_indexed(number))

    def search_keys(self, number: str) -> tuple[str, ...]:
        """Return every keyed hash under which the number may be kept. Raises SettingsFault."""
        return self._keys.search_keys(_indexed(number))

    def is_current(self, sealed: bytes) -> bool:
        """Whether a number is under the current key. Raises SettingsFault."""
        return key_id_of(sealed) == self._keys.current().id


def key_id_of(sealed: bytes) -> bytes:
    """Return the id of the master key that a sealed number needs."""
    return sealed[len(FORMAT) : _NONCE_AT]


def _indexed(number: str) -> str:
    return f"hancha/person-number/1/{number}"


def _bound_to(case_id: UUID) -> bytes:
    return b"hancha/person-number/1/" + case_id.bytes
