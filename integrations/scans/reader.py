"""Takes a scanned file's pages, or says in one line why not. A limited process reads the file."""

import hashlib
import io
import json
import os
import stat
from dataclasses import astuple, dataclass
from pathlib import Path

from cases.vocabulary.errors import DiskFault, ScanRefused
from cases.vocabulary.scans import ScannedPage
from integrations.limited_process import Refused, answer_of, refusal_line
from integrations.scans.limits import DEFAULT_LIMITS, ScanLimits

_LONGEST_LINE = 100_000
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The upright picture of one page, as JPEG."""

    width: int  #: Pixels.
    height: int
    is_grey: bool
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class ReadStack:
    """A file as it was read: its content's hash, its pages and their pictures."""

    digest: str
    pages: tuple[ScannedPage, ...]
    pictures: tuple[PagePicture, ...]


class ScanReader:
    """Looks at a file from outside, then has limited processes read its pages."""

    def __init__(self, limits: ScanLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits

    def read(self, path: Path) -> ReadStack:
        """Return every page of the file.

        Raises ScanRefused, naming the file and the reason; DiskFault when the disk fails;
        SystemFault when the reading process cannot work at all.
        """
        return self.read_content(self._bytes(path), path)

    def read_content(self, data: bytes, path: Path) -> ReadStack:
        """Return every page of a file that is at hand; `path` is what it is called.

        Raises ScanRefused, SystemFault.
        """
        found: list[tuple[ScannedPage, PagePicture]] = []
        total = 1
        while len(found) < total:
            output = self._part(path, data, first=len(found))
            try:
                total, pages = _parsed(output, len(found))
            except (ValueError, KeyError, TypeError):
                raise _refusal(path, "made the reader of scans talk nonsense") from None
            if not pages or total > self._limits.max_pages:
                raise _refusal(path, "is damaged: its pages cannot be counted")
            found += pages
        return ReadStack(
            digest=hashlib.sha256(data).hexdigest(),
            pages=tuple(page for page, _ in found),
            pictures=tuple(picture for _, picture in found),
        )

    def _bytes(self, path: Path) -> bytes:
        try:
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise _refusal(path, "is not an ordinary file")
                if status.st_size == 0:
                    raise _refusal(path, "is empty")
                if status.st_size > self._limits.max_bytes:
                    most = self._limits.max_bytes // 1024**2
                    raise _refusal(path, f"has more than {most} MiB")
                return file.read(self._limits.max_bytes + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise _refusal(path, "does not exist") from None
        except (PermissionError, ValueError, IsADirectoryError):
            raise _refusal(path, "cannot be opened by this program") from None
        except OSError as fault:
            raise DiskFault(f"{path.name}: cannot be read: {fault.strerror or fault}") from fault

    def _part(self, path: Path, data: bytes, *, first: int) -> bytes:
        arguments = [first, *astuple(self._limits)]
        try:
            return answer_of("integrations.scans.child", arguments, data, self._limits.wall_seconds)
        except Refused as refusal:
            raise _refusal(path, str(refusal)) from None


def _parsed(output: bytes, before: int) -> tuple[int, list[tuple[ScannedPage, PagePicture]]]:
    """Return the number of pages in all, and those that the process read.

    Raises ValueError, KeyError or TypeError for what no process of ours writes.
    """
    stream = io.BytesIO(output)
    total = int(json.loads(stream.readline(_LONGEST_LINE))["total"])
    found: list[tuple[ScannedPage, PagePicture]] = []
    while line := stream.readline(_LONGEST_LINE):
        fields = json.loads(line)
        picture = PagePicture(
            width=int(fields["width"]),
            height=int(fields["height"]),
            is_grey=bool(fields["is_grey"]),
            jpeg=stream.read(int(fields["bytes"])),
        )
        if not picture.jpeg.startswith(_JPEG) or picture.width < 1 or picture.height < 1:
            raise ValueError("a page is no picture")
        page = ScannedPage(
            number=before + len(found) + 1,
            codes=tuple(map(str, fields["codes"])),
            ink=float(fields["ink"]),
            digest=hashlib.sha256(picture.jpeg).hexdigest(),
        )
        found.append((page, picture))
    return total, found


def _refusal(path: Path, reason: str) -> ScanRefused:
    return ScanRefused(refusal_line("the scan", path.name or str(path), reason))
