"""Batch commands: one line in, one line of JSON out, whatever the line holds."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

#: Longer than any line that means something; the rest of it is passed over, not kept.
LONGEST_LINE = 4_096


def answer_lines(stream: BinaryIO, answer: Callable[[str], Mapping[str, object]]) -> None:
    """Answer every line of the stream on standard output, in ASCII, flushed for a person."""
    is_watched = sys.stdout.isatty()
    for line in lines_of(stream):
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        if is_watched:
            sys.stdout.flush()


def lines_of(stream: BinaryIO) -> Iterator[str]:
    """Yield each line without its line feed; nothing else ends a line, and no byte is a fault.

    Bytes that are not UTF-8 become the replacement character. What a line holds beyond 4,096
    bytes is passed over.
    """
    while line := stream.readline(LONGEST_LINE):
        kept = line
        while not line.endswith(b"\n") and (line := stream.readline(LONGEST_LINE)):
            pass
        yield kept.removesuffix(b"\n").decode("utf-8", "replace")
