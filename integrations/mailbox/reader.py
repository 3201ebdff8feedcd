"""Takes messages apart: a limited process reads them, one after another."""

import json
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from typing import IO, Any

from cases.vocabulary.errors import SystemFault
from integrations.limited_process import HOME, command_of
from integrations.mailbox.limits import DEFAULT_LIMITS, MailLimits

_LONGEST_LINE = 8 * 1024 * 1024
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that came with a message; its content is there if it looks like pages."""

    name: str
    kind: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A message as it was taken apart; `why` says why it was not, apart from its headers."""

    headers: Mapping[str, Sequence[str]]
    text: str = ""
    report_type: str = ""
    reports: Sequence[Mapping[str, str]] = ()
    returned: Sequence[str] = ()
    attached: Sequence[AttachedFile] = ()
    is_cut: bool = False
    why: str = ""


class _ReaderDied(Exception):
    """The process ended, or took too long, over a message."""


class MessageReader:
    """Keeps one limited process, and begins another when that one died or has done its share.

    Not for several threads at once.
    """

    def __init__(self, limits: MailLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def read(self, data: bytes) -> ReadMessage:
        """Return what is in a message. Raises SystemFault when no process can work here."""
        if len(data) > self._limits.max_bytes:
            return ReadMessage({}, why=f"is larger than {self._limits.max_bytes // 2**20} MiB")
        if self._process is None or self._read >= self._limits.messages_each:
            self.close()
            self._process, self._read = self._start(), 0
        self._read += 1
        try:
            return self._ask(self._process, data)
        except (_ReaderDied, OSError, ValueError, KeyError, TypeError):
            self._kill()
            return ReadMessage({}, why="cannot be read: the process that reads mail failed over it")

    def close(self) -> None:
        """End the process."""
        self._kill()

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            process = subprocess.Popen(
                command_of("integrations.mailbox.child", astuple(self._limits)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=HOME,
                env={},
            )
        except OSError as fault:
            raise SystemFault(f"no process for reading mail: {fault.strerror}") from fault
        return process

    def _ask(self, process: subprocess.Popen[bytes], data: bytes) -> ReadMessage:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(len(data).to_bytes(8, "big"))
        process.stdin.write(data)
        process.stdin.flush()
        answer = _Answer(process.stdout, time.monotonic() + self._limits.wall_seconds)
        told = json.loads(answer.line())
        files = [
            AttachedFile(str(each["name"]), str(each["kind"]), answer.content(int(each["bytes"])))
            for each in told["attached"]
        ]
        return _message(told, files)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()


class _Answer:
    """Reads what the process answers, for so long at most."""

    def __init__(self, pipe: IO[bytes], until: float) -> None:
        self._pipe, self._until, self._held = pipe, until, bytearray()

    def line(self) -> bytes:
        """Return the bytes up to the next line end."""
        while (end := self._held.find(b"\n")) < 0:
            if len(self._held) > _LONGEST_LINE:
                raise _ReaderDied
            self._more()
        return self._taken(end + 1)

    def content(self, count: int) -> bytes:
        """Return so many bytes."""
        while len(self._held) < count:
            self._more()
        return self._taken(count)

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def _more(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0 or not select.select([self._pipe], [], [], left)[0]:
            raise _ReaderDied
        found = self._pipe.read1(_CHUNK)  # type: ignore[attr-defined]
        if not found:
            raise _ReaderDied
        self._held += found


def _message(told: Mapping[str, Any], files: Sequence[AttachedFile]) -> ReadMessage:
    return ReadMessage(
        headers={str(name): list(map(str, values)) for name, values in told["headers"].items()},
        text=str(told["text"]),
        report_type=str(told["report_type"]),
        reports=[{str(k): str(v) for k, v in each.items()} for each in told["reports"]],
        returned=list(map(str, told["returned"])),
        attached=files,
        is_cut=bool(told["is_cut"]),
        why=str(told["why"]),
    )
