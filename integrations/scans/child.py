"""The process that opens a stranger's scan, so that ours need not.

Reads the file from standard input and writes to standard output: one line of JSON with the number
of pages in all, then for each page asked for a line of JSON and the bytes of its picture; exit
code 0. Or one line about why not to standard error, exit code 3. Every other exit is a failure: a
signal is the file's doing, a positive code ours. Arguments: the index of the first page, then the
numbers of `ScanLimits` in their order.
"""

import json
import logging
import sys
from typing import BinaryIO

from integrations.limited_process import limit_ourselves
from integrations.scans.limits import Refused, ScanLimits
from integrations.scans.looking import Seen, look
from integrations.scans.pictures import open_pages

REFUSED = 3


def main() -> int:
    """Read the pages and return the exit code."""
    first, *numbers = map(int, sys.argv[1:])
    limits = ScanLimits(*numbers)
    limit_ourselves(cpu_seconds=limits.cpu_seconds, memory_bytes=limits.memory_bytes)
    logging.disable(logging.CRITICAL)
    try:
        _read(sys.stdin.buffer, sys.stdout.buffer, first, limits)
    except Refused as refusal:
        reason = str(refusal)
    except MemoryError:
        reason = "needs too much memory to be read"
    except Exception as fault:  # A parser of a hostile file may raise anything at all.
        reason = f"is damaged ({type(fault).__name__})"
    else:
        return 0
    sys.stderr.write(reason)
    return REFUSED


def _read(given: BinaryIO, out: BinaryIO, first: int, limits: ScanLimits) -> None:
    data = given.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise Refused("grew while it was read")
    pages = open_pages(data)
    total = len(pages)
    if total == 0:
        raise Refused("has no pages")
    if total > limits.max_pages:
        raise Refused(f"has {total} pages; at most {limits.max_pages} are taken at a time")
    _line(out, {"total": total})
    for picture in pages.pictures(first, limits.pages_at_once):
        _write(out, look(picture))
    out.flush()


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
