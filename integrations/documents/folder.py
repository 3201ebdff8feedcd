"""The folder of documents: files under the hash of their bodies, each with a head of its own.

Bytes in, bytes out: what they mean, and how they are encrypted, is not known here.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from cases.vocabulary.errors import DiskFault
from integrations.durable_files import sync_folder, write_durably

_ADDRESS = re.compile(r"[0-9a-f]{64}")


class DocumentFolder:
    """Keeps documents in `<root>/ab/<sha256>`; many processes may share one root.

    A file is a head of `head_bytes`, which may be replaced, and a body, whose SHA-256 is the
    document's address. Drafts lie in `<root>/tmp`. `<root>/lock` keeps a sweep away from whoever
    reads files in order to write them again: removing holds it alone.
    """

    def __init__(self, root: Path, *, head_bytes: int) -> None:
        self._root = root
        self._scratch = root / "tmp"
        self.head_bytes = head_bytes
        #: Folders ("ab") whose own names are known to be on disk; spares a put two fsyncs. Two
        #: levels of them would be new for nearly every document: 65,536 instead of 256.
        self._durable_folders: set[str] = set()

    def put(self, head: bytes, body: bytes) -> str:
        """Write a document durably and return its address, the SHA-256 of its body in hex.

        Raises DiskFault, leaving nothing half-written.
        """
        address = hashlib.sha256(body).hexdigest()
        path = self._path(address)
        with _named_faults(f"document {address[:12]} cannot be written"):
            self._prepare(path.parent)
            write_durably(path, head + body, scratch=self._scratch)
        return address

    def get(self, address: str) -> tuple[bytes, bytes]:
        """Return head and body. Raises DiskFault when it is missing, changed or unreadable."""
        if _ADDRESS.fullmatch(address) is None:
            raise DiskFault(f"{address!r} is not the address of a document")
        with _named_faults(f"document {address[:12]} cannot be read"):
            content = self._path(address).read_bytes()
        head, body = content[: self.head_bytes], content[self.head_bytes :]
        if hashlib.sha256(body).hexdigest() != address:
            raise DiskFault(f"document {address[:12]} was changed on disk; restore it from backup")
        return head, body

    def head(self, address: str) -> bytes:
        """Return the head alone. Raises DiskFault."""
        what = f"document {address[:12]} cannot be read"
        with _named_faults(what), self._path(address).open("rb") as file:
            return file.read(self.head_bytes)

    def replace_head(self, address: str, change: Callable[[bytes], bytes | None]) -> bool:
        """Give a document the head that `change` makes of its own; False if that is None.

        Readers find the old file or the new one, whole. Raises DiskFault, and what `change` raises.
        """
        with self.kept():
            new = change(self.head(address))
            if new is None:
                return False
            _, body = self.get(address)
            path = self._path(address)
            with _named_faults(f"document {address[:12]} cannot be written"):
                write_durably(path, new + body, scratch=self._scratch)
        return True

    def addresses(self) -> Iterator[str]:
        """Yield the address of every document that is there, in no order. Raises DiskFault."""
        with _named_faults("documents cannot be listed"):
            for path in self._root.glob("[0-9a-f][0-9a-f]/*"):
                if _ADDRESS.fullmatch(path.name):
                    yield path.name

    def place_of(self, address: str) -> Path:
        """Return where a document lies below the root."""
        return self._path(address).relative_to(self._root)

    def sweep(self, known: Container[str], older_than: timedelta) -> list[str]:
        """Remove documents that nothing names, and old drafts; return the addresses removed.

        `older_than` must exceed the longest time between a put and the commit that names the
        document; it is measured in real time, not by the clock that cases live by.
        Raises DiskFault.
        """
        limit = time.time() - older_than.total_seconds()
        removed = []
        for address in self.addresses():
            if address not in known and self._remove(self._path(address), limit):
                removed.append(address)
        for draft in self._scratch.glob("*"):
            self._remove(draft, limit)
        return removed

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep every document from being swept meanwhile. Raises DiskFault."""
        with self._locked(fcntl.LOCK_SH):
            yield

    def _path(self, address: str) -> Path:
        return self._root / address[:2] / address

    def _prepare(self, folder: Path) -> None:
        if folder.name in self._durable_folders:
            return
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for made in (self._scratch, folder):
            made.mkdir(mode=0o700, exist_ok=True)
        for parent in (self._root, self._root.parent):
            sync_folder(parent)
        self._durable_folders.add(folder.name)

    def _remove(self, path: Path, limit: float) -> bool:
        """Remove the file if it is older than the limit and nobody is writing it again."""
        with self._locked(fcntl.LOCK_EX), _named_faults(f"{path} cannot be swept"):
            if not path.exists() or path.stat().st_mtime >= limit:
                return False
            path.unlink()
            return True

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        with _named_faults("the folder of documents cannot be locked"):
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def _named_faults(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise DiskFault(f"{what}: {fault.strerror or fault}") from fault
