"""The process that opens a stranger's scan (`limited_process`): it answers with the pages.

One line of JSON with the number of pages in all, then for each page asked for a line of JSON and
the bytes of its picture. Arguments: the index of the first page, then the numbers of `ScanLimits`
in their order.
"""

import json
import sys
from typing import BinaryIO

from integrations.limited_process import Refused, given_bytes, serve
from integrations.scans.limits import ScanLimits
from integrations.scans.looking import Seen, look
from integrations.scans.pictures import open_pages


def main() -> int:
    """Read the pages and return the exit code."""
    first, *numbers = map(int, sys.argv[1:])
    limits = ScanLimits(*numbers)
    return serve(
        lambda: _read(sys.stdout.buffer, first, limits),
        cpu_seconds=limits.cpu_seconds,
        memory_bytes=limits.memory_bytes,
        damaged="is damaged",
    )


def _read(out: BinaryIO, first: int, limits: ScanLimits) -> None:
    pages = open_pages(given_bytes(limits.max_bytes))
    total = len(pages)
    if total == 0:
        raise Refused("has no pages")
    if total > limits.max_pages:
        raise Refused(f"has {total} pages; at most {limits.max_pages} are taken at a time")
    _line(out, {"total": total})
    for picture in pages.pictures(first, limits.pages_at_once):
        _write(out, look(picture))


def _write(out: BinaryIO, seen: Seen) -> None:
    _line(
        out,
        {
            "codes": seen.codes,
            "ink": seen.ink,
            "width": seen.width,
            "height": seen.height,
            "is_grey": seen.is_grey,
            "bytes": len(seen.jpeg),
        },
    )
    out.write(seen.jpeg)


def _line(out: BinaryIO, fields: dict[str, object]) -> None:
    out.write(json.dumps(fields).encode("ascii") + b"\n")


if __name__ == "__main__":
    sys.exit(main())
