"""The process that opens a stranger's file (`limited_process`): it answers with the cleaned copy.

Arguments: the mark of an ID copy, or nothing for anything else, and the numbers of
`EnclosureLimits`, in their order. The copy is a PDF.
"""

import sys

from integrations.enclosures.cleaning import clean
from integrations.enclosures.limits import EnclosureLimits
from integrations.enclosures.marking import marked_pages
from integrations.enclosures.pictures import pages_of_pictures, picture_kind, pictures_of
from integrations.limited_process import Refused, given_bytes, serve


def main() -> int:
    """Clean standard input and return the exit code."""
    mark, numbers = sys.argv[1], map(int, sys.argv[2:])
    limits = EnclosureLimits(*numbers)

    def work() -> None:
        copy = _copy(given_bytes(limits.max_bytes), limits.max_pages, mark)
        if len(copy) > 2 * limits.max_bytes:
            raise Refused("grows when it is copied")
        sys.stdout.buffer.write(copy)

    return serve(
        work,
        cpu_seconds=limits.cpu_seconds,
        memory_bytes=limits.memory_bytes,
        damaged="is damaged, or not what it seems to be",
    )


def _copy(data: bytes, max_pages: int, mark: str) -> bytes:
    if mark:
        return pages_of_pictures(marked_pages(data, max_pages, mark))
    if picture_kind(data):
        return pages_of_pictures(pictures_of(data, max_pages))
    return clean(data, max_pages)


if __name__ == "__main__":
    sys.exit(main())
