"""Where the key ring is kept: a file that only we may read, or a command that prints it."""

import os
import shlex
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from cases.vocabulary.errors import DiskFault, SettingsFault
from integrations.durable_files import sync_folder, write_durably

COMMAND_SECONDS = 30


class KeySource(Protocol):
    """Keeps the key ring as bytes."""

    where: str  #: In words, for whoever has to look there.

    def read(self) -> bytes | None:
        """Return the ring, or None when there never was one. Raises SettingsFault."""

    def stamp(self) -> object:
        """Return something that differs once the ring was replaced; cheap to ask."""

    def write_first(self, content: bytes) -> None:
        """Write the first ring, unless somebody has written one meanwhile."""

    def replace(self, content: bytes) -> None:
        """Write a new ring in place of the old one, wholly or not at all."""


class KeyFile:
    """A file with mode 0600, which others may not even read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.where = f"the key file {path}"

    def read(self) -> bytes | None:
        """Return the ring, or None without a file. Raises SettingsFault if others can read it."""
        try:
            with self.path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                if mode & (stat.S_IRWXG | stat.S_IRWXO):
                    raise SettingsFault(f"{self.where} is open to others; chmod 600 it")
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise SettingsFault(f"{self.where} cannot be read: {fault.strerror}") from fault

    def stamp(self) -> object:
        """Return which file it is and when it was written, or None without a file."""
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode

    def write_first(self, content: bytes) -> None:
        """Write the first ring; of two processes that begin, one wins. Raises DiskFault."""
        with self._named():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            mine = self.path.with_name(f".{self.path.name}.{uuid4().hex}")
            write_durably(mine, content, scratch=self.path.parent)
            try:
                with suppress(FileExistsError):
                    os.link(mine, self.path)
            finally:
                mine.unlink()
            sync_folder(self.path.parent)

    def replace(self, content: bytes) -> None:
        """Write a new ring. Raises DiskFault."""
        with self._named():
            write_durably(self.path, content, scratch=self.path.parent)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise DiskFault(f"{self.where} cannot be written: {fault.strerror}") from fault


class KeyCommand:
    """A command that prints the ring: a vault's client, say. It is never given a new one."""

    def __init__(self, command: str) -> None:
        self._command = command
        self.where = "the output of HANCHA_KEY_COMMAND"

    def read(self) -> bytes:
        """Run the command, without a shell. Raises SettingsFault, which repeats no output."""
        try:
            done = subprocess.run(
                shlex.split(self._command),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as fault:
            reason = getattr(fault, "strerror", None) or type(fault).__name__
            raise SettingsFault(f"HANCHA_KEY_COMMAND cannot be run: {reason}") from None
        if done.returncode != 0:
            raise SettingsFault(f"HANCHA_KEY_COMMAND ended with code {done.returncode}")
        return done.stdout

    def stamp(self) -> object:
        """Return always the same: whoever misses a key has to read again."""
        return self._command

    def write_first(self, content: bytes) -> None:
        """Raise SettingsFault: only whoever keeps the keys can put a new one there."""
        self.replace(content)

    def replace(self, content: bytes) -> None:
        """Raise SettingsFault: only whoever keeps the keys can put a new one there."""
        del content
        raise SettingsFault(
            "HANCHA_KEY_COMMAND gives the keys and cannot take new ones; "
            "`hancha keys make` prints a ring with one more key for wherever it reads from"
        )
