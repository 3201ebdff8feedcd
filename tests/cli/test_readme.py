"""What the README tells a newcomer to type does what it says, typed as it stands there."""

import io
import re
import shlex
import sys
from pathlib import Path

import pytest

from integrations.cli import main
from tests.architecture.sources import ROOT

LASTING = {"up", "demo"}  #: Shown by `tests/up` and `tests/demo`.


def commands() -> list[tuple[bytes, list[str]]]:
    """Return what is typed in the blocks of the README: standard input and arguments."""
    blocks = re.findall(r"^```\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.S | re.M)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    typed = []
    for line in lines:
        words, hancha, command = line.rpartition("./hancha ")
        if hancha:
            echoed = words.removeprefix("echo ").partition("|")[0].strip()
            typed.append((f"{echoed}\n".encode(), shlex.split(command, comments=True)))
    return typed


def test_every_command_of_the_readme_is_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "clock").write_text("2026-11-24T01:00:00+00:00", "ascii")
    monkeypatch.setenv("HANCHA_CLOCK", f"file:{tmp_path / 'clock'}")
    monkeypatch.setenv("HANCHA_HOME", str(tmp_path / "home"))
    done = {}
    for stdin, arguments in sorted(commands(), key=lambda typed: typed[1] == ["doctor"]):
        if arguments[0] in LASTING:
            continue
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        done[" ".join(arguments[:2])] = main(arguments), capsys.readouterr()
    codes = {typed: code for typed, (code, _) in done.items()}
    assert codes.pop("doctor") == 4  # Nothing is up here.
    assert set(codes.values()) == {0}, codes
    assert "林小禾" in done["case show"][1].out
