"""Documents as files, each under the hash of its bytes.

Bytes in, bytes out: a store that encrypts wraps this one and gives it ciphertext, and the address
is then the hash of the ciphertext.
"""

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Container, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from cases.vocabulary.errors import DiskFault
from integrations.durable_files import sync_folder, write_durably

_ADDRESS = re.compile(r"[0-9a-f]{64}")


class FileDocumentStore:
    """Keeps documents in `<root>/ab/cd/<sha256>`; two processes may share one root.

    Drafts lie in `<root>/tmp`. `<root>/lock` keeps a sweep away from a document that somebody
    puts at the same moment: putting holds it shared, removing alone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._scratch = root / "tmp"
        #: Folders ("ab/cd") whose own names are known to be on disk; spares a put three fsyncs.
        self._durable_folders: set[str] = set()

    def put(self, content: bytes) -> str:
        """Write the content durably and return its address, the SHA-256 in hexadecimal.

        Putting the same content again changes nothing but its age, which a sweep goes by.
        Raises DiskFault, leaving nothing half-written.
        """
        address = hashlib.sha256(content).hexdigest()
        path = self._path(address)
        with _named_faults(f"document {address[:12]} cannot be written"):
            self._prepare(path.parent)
            with self._locked(fcntl.LOCK_SH):
                if not self._is_there(path, len(content)):
                    write_durably(path, content, scratch=self._scratch)
        return address

    def get(self, address: str) -> bytes:
        """Return the content. Raises DiskFault when it is missing, changed or unreadable."""
        if _ADDRESS.fullmatch(address) is None:
            raise DiskFault(f"{address!r} is not the address of a document")
        with _named_faults(f"document {address[:12]} cannot be read"):
            content = self._path(address).read_bytes()
        if hashlib.sha256(content).hexdigest() != address:
            raise DiskFault(f"document {address[:12]} was changed on disk; restore it from backup")
        return content

    def sweep(self, known: Container[str], older_than: timedelta) -> list[str]:
        """Remove documents that nothing names, and old drafts; return the addresses removed.

        `older_than` must exceed the longest time between a put and the commit that names the
        document; it is measured in real time, not by the clock that cases live by.
        Raises DiskFault.
        """
        limit = time.time() - older_than.total_seconds()
        removed = []
        with _named_faults("documents cannot be swept"):
            for path in self._documents():
                if path.name not in known and self._remove(path, limit):
                    removed.append(path.name)
            for draft in self._scratch.glob("*"):
                self._remove(draft, limit)
        return removed

    def _path(self, address: str) -> Path:
        return self._root / address[:2] / address[2:4] / address

    def _documents(self) -> Iterator[Path]:
        for path in self._root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _ADDRESS.fullmatch(path.name):
                yield path

    def _is_there(self, path: Path, size: int) -> bool:
        """Whether the document is on disk already; makes it young again.

        Another process may have renamed it into place and not yet written the name, hence the
        fsync. A file of another size is damaged, and is written anew.
        """
        try:
            if path.stat().st_size != size:
                return False
            os.utime(path)
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
        return True

    def _prepare(self, folder: Path) -> None:
        name = f"{folder.parent.name}/{folder.name}"
        if name in self._durable_folders:
            return
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for made in (self._scratch, folder.parent, folder):
            made.mkdir(mode=0o700, exist_ok=True)
        for parent in (folder.parent, self._root, self._root.parent):
            sync_folder(parent)
        self._durable_folders.add(name)

    def _remove(self, path: Path, limit: float) -> bool:
        """Remove the file if it is still older than the limit when nobody is putting."""
        with self._locked(fcntl.LOCK_EX):
            if not path.exists() or path.stat().st_mtime >= limit:
                return False
            path.unlink()
            return True

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
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
