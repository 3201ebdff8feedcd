"""The folder that two partners share: each writes below its own name, and reads the other's.

    FOLDER/<writer>/messages/NAME.json      a file of messages
    FOLDER/<writer>/receipts/NAME.json      the receipt of the other side's file NAME.json

Files appear whole (written aside, synced, renamed) and are removed by whoever wrote them.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from cases.vocabulary.errors import DiskFault, InvalidValue
from integrations.durable_files import write_durably
from integrations.exchange.forms import LARGEST_FILE

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.json")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")


class SharedFolder:
    """One partner's folder, from our side. Opens nothing on construction."""

    def __init__(self, root: Path, ours: str, partner: str) -> None:
        for code in (ours, partner):
            if not _CODE.fullmatch(code):
                raise InvalidValue(f"{code!r} cannot be the name of a folder")
        self._own, self._theirs = root / ours, root / partner

    def messages_from_partner(self) -> Iterator[str]:
        """Yield the names of the files that lie for us. Raises DiskFault."""
        return _names(self._theirs / "messages")

    def own_messages(self) -> Iterator[str]:
        """Yield the names of our files that the partner has, or will have. Raises DiskFault."""
        return _names(self._own / "messages")

    def own_receipts(self) -> Iterator[str]:
        """Yield the names of our receipts. Raises DiskFault."""
        return _names(self._own / "receipts")

    def message_from_partner(self, name: str) -> bytes | None:
        """Return a file of messages; None when it is gone. Raises InvalidValue, DiskFault."""
        return _read(self._theirs / "messages" / name)

    def own_message(self, name: str) -> bytes | None:
        """Return a file of ours."""
        return _read(self._own / "messages" / name)

    def receipt_from_partner(self, name: str) -> bytes | None:
        """Return the partner's receipt of our file, or None while there is none."""
        return _read(self._theirs / "receipts" / name)

    def own_receipt(self, name: str) -> bytes | None:
        """Return our receipt of a partner's file."""
        return _read(self._own / "receipts" / name)

    def lay_message(self, name: str, content: bytes) -> None:
        """Put a file for the partner; the same name replaces it. Raises DiskFault."""
        _write(self._own / "messages", name, content)

    def lay_receipt(self, name: str, content: bytes) -> None:
        """Put the receipt of a partner's file. Raises DiskFault."""
        _write(self._own / "receipts", name, content)

    def remove_message(self, name: str) -> None:
        """Take a file of ours away that is answered."""
        (self._own / "messages" / name).unlink(missing_ok=True)

    def remove_receipt(self, name: str) -> None:
        """Take a receipt away whose file is gone."""
        (self._own / "receipts" / name).unlink(missing_ok=True)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 that a receipt names a file by."""
    return hashlib.sha256(content).hexdigest()


def _names(folder: Path) -> Iterator[str]:
    try:
        found = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    except OSError as fault:
        raise DiskFault(f"{folder} cannot be read: {fault.strerror}") from fault
    return (name for name in found if _NAME.fullmatch(name))


def _read(file: Path) -> bytes | None:
    try:
        if file.is_symlink() or (file.exists() and not file.is_file()):
            raise InvalidValue(f"{file.name} is no ordinary file")
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise DiskFault(f"{file} cannot be read: {fault.strerror}") from fault
    if len(content) > LARGEST_FILE:
        raise InvalidValue(f"{file.name} has more than {LARGEST_FILE >> 20} MiB")
    return content


def _write(folder: Path, name: str, content: bytes) -> None:
    aside = folder.parent / "aside"
    try:
        for each in (folder, aside):
            each.mkdir(mode=0o770, parents=True, exist_ok=True)
        write_durably(folder / name, content, aside)
    except OSError as fault:
        raise DiskFault(f"{folder / name} cannot be written: {fault.strerror}") from fault
