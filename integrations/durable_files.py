"""Files that are wholly there or not at all, also after a power cut."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from uuid import uuid4


class Sink(Protocol):
    """What bytes can be written to."""

    def write(self, content: bytes, /) -> object:
        """Write all of it. Raises OSError."""


class _Draft:
    """A file that is not yet what it will be called."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, content: bytes, /) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


def write_durably(target: Path, content: bytes, scratch: Path) -> None:
    """Write the content to the target so that it is on disk when this returns.

    Raises OSError; then nothing half-written stays behind (see `durable_file`).
    """
    with durable_file(target, scratch) as file:
        file.write(content)


@contextmanager
def durable_file(target: Path, scratch: Path) -> Iterator[Sink]:
    """Give a file to write to, which is the target and on disk once the block has ended.

    The bytes go to a file of their own in `scratch` (same file system), which is renamed once
    they are on disk; the name is then written too (fsync of the folder). Folders must exist.
    Nothing half-written stays behind, whatever the block raises. Raises OSError.
    """
    draft = scratch / f"{target.name}.{uuid4().hex}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            yield _Draft(descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
