"""A terminal of the synthetic world: types `hancha ...`, and keeps what came back."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cases.store.session import Database
from integrations.cli import main
from integrations.documents.protection import protection_of
from integrations.settings import Settings
from integrations.wiring import House
from tests.installation import SharedClock
from tests.settled_worlds import SettledWorlds, printer
from tests.story import Story
from tests.world import World

APPLICATION = Path(__file__).resolve().parents[2] / "examples" / "enclosures" / "application.pdf"
PERSON_NUMBER = "110101199003070011"  #: Synthetic; its check digit is right.
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on standard output; there must be one and nothing else."""
        assert self.code in (0, 4), self.err
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The name of the refusal; it must be one line, with nothing on standard output."""
        assert self.out == "", self.out
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        line = self.err.removeprefix("hancha: ").partition(": ")[0]
        return line.rpartition(" ")[2]


def expect_fault(said: Said, name: str, about: str = "") -> None:
    """Check code, line and name."""
    assert said.code == 4, said
    assert said.refusal == name
    assert about in said.err


class Terminal:
    """The command line of one installation, and the story that its cases live."""

    def __init__(
        self,
        story: Story,
        environment: Mapping[str, str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        self.story, self.environment = story, dict(environment)
        self._monkeypatch, self._capsys = monkeypatch, capsys
        for name in [name for name in os.environ if name.startswith("HANCHA_")]:
            monkeypatch.delenv(name)
        monkeypatch.delenv("COLUMNS", raising=False)  # Tables are as wide as in a pipe.
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    @property
    def home(self) -> Path:
        """The folder of the installation's data."""
        return Path(self.environment["HANCHA_HOME"])

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Said:
        """Run `hancha` in this process."""
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        code = main(arguments)
        out, err = self._capsys.readouterr()
        return Said(code, out, err)

    def json(self, *arguments: str, stdin: bytes = b"") -> Any:
        """Run `hancha ... --json` and return its document."""
        return self(*arguments, "--json", stdin=stdin).document

    def open(self, *more: str, **changes: str | None) -> Said:
        """Open a case as a clerk does; a change of None leaves the option out."""
        given: dict[str, str | None] = {
            "as": "zhou",
            "type": "certificate-issuance",
            "to": "YZ",
            "name": "林小禾",
            "person-number": "-",
            "email": "applicant@person.example",
            "consent-on": "2026-03-02",
            "enclose": f"application={APPLICATION}",
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        options = [
            word
            for name, value in given.items()
            if value is not None
            for word in (f"--{name}", value)
        ]
        fields = ("--field", "certificate=户籍情况证明", "--field", "purpose=办理居住登记")
        number = f"{PERSON_NUMBER}\n".encode()
        return self("case", "open", *options, *fields, *more, stdin=number)

    def opened(self) -> str:
        """Open a case and return its reference."""
        reference: str = self.open("--json").document["reference"]
        return reference

    def counts(self) -> dict[str, int]:
        """Count the rows that a half-done act would leave behind."""
        wanted = ("cases", "party", "enclosure", "reply", "journal_entry", "outbox_message")
        with self.story.house.database.reading() as session:
            connection = session.connection()
            return {
                table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                for table in wanted
            }


def run_process(
    *arguments: str,
    environment: Mapping[str, str],
    stdin: bytes = b"",
    cwd: Path = ROOT,
    **more: Any,
) -> Said:
    """Run `hancha` as a process of its own, as a shell does."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HANCHA_")}
    kept |= {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "integrations.cli", *arguments],
        env=kept,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
        **more,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


class SettledInstallations(SettledWorlds):
    """Settled worlds whose documents and clock are files, as other processes see them."""

    @contextmanager
    def installation(self, home: Path) -> Iterator[tuple[Story, dict[str, str]]]:
        """Give a story, and the environment in which `hancha` lives in the same world."""
        with self.story(home=home) as story:
            environment = {
                "HANCHA_HOME": str(home),
                "HANCHA_DATABASE_URL": story.house.database.url,
                "HANCHA_CLOCK": story.house.settings.clock,
            }
            yield story, environment

    def _world(self, database: Database, settings: dict[str, object]) -> World:
        home = settings["home"]
        assert isinstance(home, Path)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        clock = SharedClock(home / "clock")
        given = Settings(home=home, database_url=database.url, clock=f"file:{clock.file}")
        protection = protection_of(given, database)
        house = House(
            settings=given,
            database=database,
            clock=clock,
            printer=printer(),
            documents=protection.documents,
            safe=protection.safe,
        )
        return World(house, clock)
