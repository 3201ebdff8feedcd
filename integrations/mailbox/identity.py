"""What makes two messages the same: what was written, not the way it took."""

import hashlib

#: Headers that the writer's program writes once; servers add others and write them anew.
_WRITTEN = (b"message-id", b"from", b"date", b"subject", b"in-reply-to")


def digest_of(data: bytes) -> str:
    """Return SHA-256, in hex, of the headers that its writer wrote and of the body.

    Line ends are read alike, so that a copy which another server handed on is the same message.
    """
    head, body = _split(data.replace(b"\r\n", b"\n"))
    found = hashlib.sha256()
    for line in sorted(_unfolded(head)):
        name = line.partition(b":")[0].strip().lower()
        if name in _WRITTEN:
            found.update(name + b":" + b" ".join(line.partition(b":")[2].split()) + b"\n")
    found.update(b"\n" + body.rstrip(b"\n"))
    return found.hexdigest()


def _split(data: bytes) -> tuple[bytes, bytes]:
    head, _, body = data.partition(b"\n\n")
    return head, body


def _unfolded(head: bytes) -> list[bytes]:
    lines: list[bytes] = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += line
        else:
            lines.append(line)
    return lines
