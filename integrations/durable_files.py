"""Files that are wholly there or not at all, also after a power cut."""

import os
from pathlib import Path
from uuid import uuid4


def write_durably(target: Path, content: bytes, scratch: Path) -> None:
    """Write the content to the target so that it is on disk when this returns.

    The bytes go to a file of their own in `scratch` (same file system), which is renamed once
    they are on disk; the name is then written too (fsync of the folder). Folders must exist.
    Nothing half-written stays behind. Raises OSError.
    """
    draft = scratch / f"{target.name}.{uuid4().hex}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            _write_all(descriptor, content)
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


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
