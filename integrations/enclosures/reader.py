"""Takes a file as an enclosure, or says in one line why not."""

import errno
import os
import signal
import stat
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

import integrations
from cases.vocabulary.errors import DiskFault, EnclosureRefused, SystemFault
from integrations.enclosures.limits import DEFAULT_LIMITS, EnclosureLimits

_REFUSED = 3  #: Exit code of the child with its reason on standard error.
_LONGEST_NAME, _LONGEST_REASON = 100, 200
#: Faults of the name that was given, not of the disk.
_NAME_FAULTS = (errno.ELOOP, errno.ENAMETOOLONG)
#: How the kernel ends a process that used up its processor time.
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)


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
        # -E and -s keep out what the environment and the user's home would add; the working
        # directory is the folder of our packages, so this also runs where nothing is installed.
        # No environment: it may hold passwords.
        options = ["-E", "-s", "-W", "ignore", "-m", "integrations.enclosures.child"]
        limits = [str(limit) for limit in astuple(self._limits)]
        try:
            done = subprocess.run(
                [sys.executable, *options, mark, *limits],
                stdin=descriptor,
                capture_output=True,
                timeout=self._limits.wall_seconds,
                cwd=Path(integrations.__file__).parent.parent,
                env={},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _refusal(path, "takes too long to read") from None
        except OSError as fault:
            raise SystemFault(f"no process for reading enclosures: {fault.strerror}") from fault
        if done.returncode == 0:
            return done.stdout
        if done.returncode == _REFUSED:
            raise _refusal(path, done.stderr.decode("utf-8", "replace"))
        if done.returncode in _OUT_OF_TIME:
            raise _refusal(path, "takes too long to read")
        if done.returncode < 0:
            raise _refusal(path, f"made the reader of PDFs fail (signal {-done.returncode})")
        last_words = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise SystemFault(f"the reader of PDFs does not work here: {last_words}")


def _refusal(path: Path, reason: str) -> EnclosureRefused:
    name = path.name or str(path)
    line = f"the enclosure {name[:_LONGEST_NAME]} {reason[:_LONGEST_REASON]}"
    return EnclosureRefused("".join(letter if letter.isprintable() else "?" for letter in line))


def _mebibytes(size: int) -> str:
    return f"{size / (1024 * 1024):.1f} MiB"
