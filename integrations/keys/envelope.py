"""One encrypted document: a head that a new master key replaces, and a body that never changes.

    head: "HCD1" | id of the master key (8) | data key, wrapped by it (40)
    body: nonce (12) | AES-256-GCM ciphertext | tag (16), bound to the case

The data key is used for this document alone. The head is no part of the document's address.
"""

import os
from collections.abc import Callable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from integrations.keys.ring import KEY_ID_BYTES, MasterKey

MAGIC = b"HCD1"
NONCE_BYTES = 12
DATA_KEY_BYTES = 32
WRAPPED_BYTES = DATA_KEY_BYTES + 8
HEAD_BYTES = len(MAGIC) + KEY_ID_BYTES + WRAPPED_BYTES
_KEY_ID = slice(len(MAGIC), len(MAGIC) + KEY_ID_BYTES)

FindKey = Callable[[bytes], MasterKey | None]


class Unreadable(Exception):
    """The document cannot be opened; the message is the end of a sentence about it."""


def encrypt(content: bytes, *, case_id: UUID, key: MasterKey) -> tuple[bytes, bytes]:
    """Return head and body of a document of this case."""
    data_key, nonce = os.urandom(DATA_KEY_BYTES), os.urandom(NONCE_BYTES)
    body = nonce + AESGCM(data_key).encrypt(nonce, content, _bound_to(case_id))
    return _head(key, data_key), body


def decrypt(head: bytes, body: bytes, *, case_id: UUID, find: FindKey) -> bytes:
    """Return the content. Raises Unreadable: damaged, of another case, or of other keys."""
    data_key = _data_key(head, find)
    nonce, rest = body[:NONCE_BYTES], body[NONCE_BYTES:]
    try:
        return AESGCM(data_key).decrypt(nonce, rest, _bound_to(case_id))
    except (InvalidTag, ValueError):
        raise Unreadable("does not belong to this case, or was changed") from None


def rewrap(head: bytes, *, key: MasterKey, find: FindKey) -> bytes | None:
    """Return the head under another master key; None if it is under that one. Raises Unreadable."""
    if key_id_of(head) == key.id:
        return None
    return _head(key, _data_key(head, find))


def key_id_of(head: bytes) -> bytes:
    """Return the id of the master key that a head needs. Raises Unreadable."""
    if len(head) != HEAD_BYTES or not head.startswith(MAGIC):
        raise Unreadable("has no head that can be read; it was changed")
    return head[_KEY_ID]


def _head(key: MasterKey, data_key: bytes) -> bytes:
    return MAGIC + key.id + aes_key_wrap(key.wrapping, data_key)


def _data_key(head: bytes, find: FindKey) -> bytes:
    key_id = key_id_of(head)
    key = find(key_id)
    if key is None:
        raise Unreadable(f"needs the key {key_id.hex()}, which the key ring does not hold")
    try:
        return aes_key_unwrap(key.wrapping, head[-WRAPPED_BYTES:])
    except InvalidUnwrap:
        raise Unreadable("has a key that was changed") from None


def _bound_to(case_id: UUID) -> bytes:
    return b"hancha/document/1/" + case_id.bytes
