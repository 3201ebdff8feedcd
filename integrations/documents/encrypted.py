"""Encrypted documents: the contents that cases name, each readable within its case alone."""

from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from cases.vocabulary.errors import DiskFault
from integrations.documents.folder import DocumentFolder
from integrations.keys import envelope
from integrations.keys.envelope import Unreadable
from integrations.keys.store import KeyStore

Found = TypeVar("Found")


class EncryptedDocuments:
    """Fits cases.ports.DocumentStore; `integrations.keys.envelope` says what a file holds."""

    def __init__(self, root: Path, keys: KeyStore) -> None:
        self.folder = DocumentFolder(root, head_bytes=envelope.HEAD_BYTES)
        self._keys = keys

    def put(self, content: bytes, *, case_id: UUID) -> str:
        """Encrypt the content for its case, write it durably and return its address.

        The same content gets another address each time. Raises DiskFault, SettingsFault.
        """
        head, body = envelope.encrypt(content, case_id=case_id, key=self._keys.current())
        return self.folder.put(head, body)

    def get(self, address: str, *, case_id: UUID) -> bytes:
        """Return the content. Raises SettingsFault when no keys can be had.

        Raises DiskFault when it is missing, was changed, is of another case or of other keys.
        """
        head, body = self.folder.get(address)
        return _named(
            address,
            lambda: envelope.decrypt(head, body, case_id=case_id, find=self._keys.find),
        )

    def sweep(self, known: Container[str], older_than: timedelta) -> list[str]:
        """Remove what nothing names, as the folder does. Raises DiskFault."""
        return self.folder.sweep(known, older_than)

    def addresses(self) -> Iterator[str]:
        """Yield the address of every document that is there. Raises DiskFault."""
        return self.folder.addresses()

    def key_id(self, address: str) -> bytes:
        """Return the id of the master key that a document needs. Raises DiskFault."""
        return _named(address, lambda: envelope.key_id_of(self.folder.head(address)))

    def rewrap(self, address: str) -> bool:
        """Put a document under the current master key; False if it is. Raises DiskFault."""
        key = self._keys.current()

        def change(head: bytes) -> bytes | None:
            return envelope.rewrap(head, key=key, find=self._keys.find)

        return _named(address, lambda: self.folder.replace_head(address, change))

    def kept(self) -> AbstractContextManager[None]:
        """Keep every document from being swept meanwhile. Raises DiskFault."""
        return self.folder.kept()


def _named(address: str, work: Callable[[], Found]) -> Found:
    try:
        return work()
    except Unreadable as reason:
        raise DiskFault(f"document {address[:12]} {reason}") from reason
