"""`python -m tests.smtp_sink PORT FOLDER`: accept every mail and keep each as a file.

A message is on disk before the server says 250, so that what a killed sender was told is what
the folder holds. Two lines at the top of each file say who sent it and for whom.
"""

# The names and the arguments of `handle_DATA` are aiosmtpd's.
# ruff: noqa: ARG002, N802

import asyncio
import itertools
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Keeps what comes in, in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Write the message down, then accept it."""
        content = envelope.content
        assert isinstance(content, bytes)
        recipient = ", ".join(envelope.rcpt_tos)
        header = f"X-Sink-Sender: {envelope.mail_from}\r\nX-Sink-Recipient: {recipient}\r\n"
        name = f"{time.time_ns():020d}-{next(self._numbers):06d}"
        draft = self._folder / f"{name}.draft"
        draft.write_bytes(header.encode() + content)
        draft.rename(draft.with_suffix(".eml"))
        return f"250 2.0.0 OK {name}"


async def serve(port: int, folder: Path) -> None:
    """Serve until the process is ended."""
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, hostname="sink.example"),
        "127.0.0.1",
        port,
        reuse_address=True,
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
