"""The process that opens a stranger's file, so that ours need not.

Reads the file from standard input and writes the cleaned copy, a PDF, to standard output, exit
code 0; or writes one line about why not to standard error, exit code 3. Every other exit is a
failure: a signal is the file's doing, a positive code ours. Arguments: the mark of an ID copy, or
nothing for anything else, and the numbers of `EnclosureLimits`, in their order.
"""

import logging
import sys

from integrations.enclosures.cleaning import clean
from integrations.enclosures.limits import EnclosureLimits, Refused
from integrations.enclosures.marking import marked_pages
from integrations.enclosures.pictures import pages_of_pictures, picture_kind, pictures_of
from integrations.limited_process import limit_ourselves

REFUSED = 3


def _copy(data: bytes, max_pages: int, mark: str) -> bytes:
    if mark:
        return pages_of_pictures(marked_pages(data, max_pages, mark))
    if picture_kind(data):
        return pages_of_pictures(pictures_of(data, max_pages))
    return clean(data, max_pages)


def main() -> int:
    """Clean standard input and return the exit code."""
    limits = EnclosureLimits(*(int(argument) for argument in sys.argv[2:]))
    limit_ourselves(cpu_seconds=limits.cpu_seconds, memory_bytes=limits.memory_bytes)
    logging.disable(logging.CRITICAL)
    try:
        data = sys.stdin.buffer.read(limits.max_bytes + 1)
        if len(data) > limits.max_bytes:
            raise Refused("grew while it was read")
        copy = _copy(data, limits.max_pages, sys.argv[1])
        if len(copy) > 2 * limits.max_bytes:
            raise Refused("grows when it is copied")
    except Refused as refusal:
        reason = str(refusal)
    except MemoryError:
        reason = "needs too much memory to be read"
    except Exception as fault:  # A parser of a hostile file may raise anything at all.
        reason = f"is damaged, or not what it seems to be ({type(fault).__name__})"
    else:
        sys.stdout.buffer.write(copy)
        sys.stdout.buffer.flush()
        return 0
    sys.stderr.write(reason)
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
