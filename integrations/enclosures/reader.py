"""Takes a file as an enclosure, or says in one line why not."""

import errno
import os
import stat
from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryFile

from cases.vocabulary.errors import DiskFault, EnclosureRefused
from integrations.enclosures.limits import DEFAULT_LIMITS, EnclosureLimits
from integrations.limited_process import Refused, answer_of, refusal_line

#: Faults of the name that was given, not of the disk.
_NAME_FAULTS = (errno.ELOOP, errno.ENAMETOOLONG)


class PdfEnclosureReader:
    """Looks at a file from outside, then has a limited process make a cleaned copy of it.

    With a `root`, only files under that folder are taken, whatever symbolic links say.
    """

    def __init__(self, root: Path | None = None, limits: EnclosureLimits = DEFAULT_LIMITS) -> None:
        self._root = root
        self._limits = limits

    def read(self, path: Path, mark: str = "") -> bytes:
        """Return a cleaned copy of the file as a PDF: its pages, with nothing that acts or hides.

        It may be a PDF, JPEG, PNG or TIFF, whatever its name says. With a `mark`
        its pages become pictures with the mark in their pixels.

        Raises EnclosureRefused, naming the file and the reason; DiskFault when the disk fails;
        SystemFault when the reading process cannot work at all.
        """
        try:
            descriptor = self._open(path)
        except PermissionError:
            raise _refusal(path, "may not be read by this program") from None
        except OSError as fault:
            if fault.errno in _NAME_FAULTS:
                raise _refusal(path, f"cannot be opened: {fault.strerror}") from None
            raise DiskFault(f"{path.name}: cannot be read: {fault.strerror or fault}") from fault
        try:
            self._check_from_outside(path, os.fstat(descriptor))
            return self._clean(path, descriptor, mark)
        finally:
            os.close(descriptor)

    def read_content(self, data: bytes, path: Path) -> bytes:
        """Return a cleaned copy of a file that is at hand; `path` is what it is called.

        Raises EnclosureRefused, DiskFault, SystemFault.
        """
        try:
            with TemporaryFile() as file:
                file.write(data)
                file.seek(0)
                self._check_from_outside(path, os.fstat(file.fileno()))
                return self._clean(path, file.fileno(), mark="")
        except OSError as fault:
            raise DiskFault(f"no file for what is read: {fault.strerror or fault}") from fault

    def _open(self, path: Path) -> int:
        """Open the file without following links out of the root or waiting for a pipe."""
        try:
            real = path.resolve(strict=True)
            if self._root is not None and not real.is_relative_to(self._root.resolve()):
                raise _refusal(path, f"lies outside {self._root}")
            self._check_from_outside(path, real.stat())
            return os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError):
            raise _refusal(path, "does not exist") from None
        except RuntimeError:  # How pathlib up to 3.12 tells a circle of links; later: ELOOP.
            raise _refusal(path, "is a symbolic link to itself") from None
        except ValueError:
            raise _refusal(path, "has a name that no file can have") from None

    def _check_from_outside(self, path: Path, status: os.stat_result) -> None:
        """Refuse by what the file system says, before a byte is read."""
        if stat.S_ISDIR(status.st_mode):
            raise _refusal(path, "is a folder")
        if not stat.S_ISREG(status.st_mode):
            raise _refusal(path, "is not an ordinary file")
        if status.st_size == 0:
            raise _refusal(path, "is empty")
        if status.st_size > self._limits.max_bytes:
            size, limit = _mebibytes(status.st_size), _mebibytes(self._limits.max_bytes)
            raise _refusal(path, f"has {size}; at most {limit} are taken")

    def _clean(self, path: Path, descriptor: int, mark: str) -> bytes:
        arguments = [mark, *astuple(self._limits)]
        try:
            return answer_of(
                "integrations.enclosures.child", arguments, descriptor, self._limits.wall_seconds
            )
        except Refused as refusal:
            raise _refusal(path, str(refusal)) from None


def _refusal(path: Path, reason: str) -> EnclosureRefused:
    return EnclosureRefused(refusal_line("the enclosure", path.name or str(path), reason))


def _mebibytes(size: int) -> str:
    return f"{size / (1024 * 1024):.1f} MiB"
