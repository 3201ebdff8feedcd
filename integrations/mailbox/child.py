"""The process that reads strangers' messages, so that ours need not.

Reads messages from standard input, each with its length before it (8 bytes, big-endian), and
answers each with a line of JSON and the bytes of the files attached. A message that it cannot
take apart is answered with its headers alone. Arguments: the numbers of `MailLimits`.
"""

import json
import logging
import sys
import warnings
from email.parser import BytesHeaderParser
from typing import BinaryIO

from integrations.limited_process import limit_ourselves
from integrations.mailbox.limits import MailLimits
from integrations.mailbox.parsing import Parsed, headers_of, parse


def main() -> int:
    """Answer messages until there are no more."""
    limits = MailLimits(*map(int, sys.argv[1:]))
    limit_ourselves(limits.cpu_seconds, limits.memory_bytes)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    given, out = sys.stdin.buffer, sys.stdout.buffer
    while head := given.read(8):
        data = given.read(int.from_bytes(head, "big"))
        answer(data, out, limits)
        out.flush()
    return 0


def answer(data: bytes, out: BinaryIO, limits: MailLimits) -> None:
    """Write what is in a message, or why nothing but its headers is."""
    why = ""
    try:
        found = parse(data, limits)
    except MemoryError:
        raise  # Nothing can be done in a full process; the next one answers for the message.
    except Exception as fault:  # A parser of a hostile message may raise anything at all.
        why, found = f"is damaged ({type(fault).__name__})", _headers_alone(data)
    files = found.attached
    told = {
        "why": why,
        "headers": found.headers,
        "text": found.text,
        "report_type": found.report_type,
        "reports": found.reports,
        "returned": found.returned,
        "is_cut": found.is_cut,
        "attached": [{"name": f.name, "kind": f.kind, "bytes": len(f.content)} for f in files],
    }
    out.write(json.dumps(told).encode("ascii") + b"\n")
    for each in files:
        out.write(each.content)


def _headers_alone(data: bytes) -> Parsed:
    try:
        return Parsed(headers=headers_of(BytesHeaderParser().parsebytes(data[:1_000_000])))
    except Exception:
        return Parsed()


if __name__ == "__main__":
    sys.exit(main())
