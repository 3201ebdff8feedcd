"""Setting a checkout up: which Python, which settings, when nothing is to be done."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
from tests.architecture.sources import ROOT

SOURCE = (ROOT / "bootstrap.py").read_text(encoding="utf-8")
LOCK = """# written by uv
rich==15.0.0 \\
    --hash=sha256:aa
    # via hancha
uv==0.13.9 \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via hancha
uvicorn==0.54.0 \\
    --hash=sha256:dd
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with a blank in its name that has what bootstrap.py reads."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    for name in bootstrap.INPUTS:
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


@pytest.fixture
def ready(checkout: Path) -> bootstrap.Environment:
    """An environment on which everything was done (nothing is in it)."""
    environment = bootstrap.Environment(checkout)
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.python.parent / "hancha").touch()
    environment.stamp.write_text(environment.wanted_stamp(), encoding="utf-8")
    return environment


def set_up(checkout: Path, python: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, str(checkout / "bootstrap.py")],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **variables},
    )


def pretend_python(path: Path, answer: int) -> str:
    """Write an interpreter that answers every question with this exit code."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {answer}\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_of_2018_can_still_read_it() -> None:
    ast.parse(SOURCE, feature_version=(3, 7))


def test_it_needs_the_standard_library_only() -> None:
    imported = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_a_finished_environment_is_left_alone(ready: bootstrap.Environment) -> None:
    run = set_up(ready.checkout, sys.executable)
    assert (run.returncode, run.stderr) == (0, "Nothing to do: .venv is ready\n")
    assert not ready.log.exists()


@pytest.mark.parametrize("name", bootstrap.INPUTS)
def test_a_change_of_an_input_is_noticed(ready: bootstrap.Environment, name: str) -> None:
    with (ready.checkout / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert not ready.is_ready()


def test_a_checkout_that_was_moved_gets_a_new_environment(ready: bootstrap.Environment) -> None:
    moved = ready.checkout.rename(ready.checkout.with_name("elsewhere"))
    environment = bootstrap.Environment(moved)
    assert not environment.is_ready()
    assert not environment.can_be_kept()


def test_an_environment_whose_python_is_gone_is_made_anew(ready: bootstrap.Environment) -> None:
    ready.python.unlink()
    ready.python.symlink_to(ready.checkout / "no-such-python")
    assert not ready.is_ready()
    assert not ready.can_be_kept()


def test_a_folder_that_is_no_environment_is_not_emptied(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "thesis.txt").write_text("mine")
    run = set_up(checkout, sys.executable)
    assert run.returncode == 4
    assert "is not a virtual environment; move it away" in run.stderr
    assert (checkout / ".venv" / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        pytest.param(10, "Hancha needs Python 3.11 or later", id="too old"),
        pytest.param(11, "has no venv and ensurepip modules", id="Debian without python3-venv"),
    ],
)
def test_a_python_that_will_not_do_is_named_with_the_remedy(
    answer: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = pretend_python(tmp_path / "bin" / "python3", answer)
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(bootstrap.SetUpFailed, match=re.escape(sentence)):
        bootstrap.find_python()


def test_an_old_python_finds_a_newer_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", pretend_python(tmp_path / "bin" / "python3", 10))
    pretend_python(tmp_path / "bin" / "python3.13", 127)  # a version manager's empty promise
    newer = pretend_python(tmp_path / "bin" / "python3.12", 0)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert bootstrap.find_python() == newer


def test_this_python_will_do() -> None:
    assert bootstrap.find_python() == sys.executable


def test_without_a_network_it_says_so_in_one_line(checkout: Path) -> None:
    run = set_up(checkout, sys.executable, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert run.returncode == 4
    last = run.stderr.splitlines()[-1]
    assert last.startswith("Cannot set up: no package index answers; check the network")
    assert "Traceback" not in run.stderr


def test_uv_itself_is_installed_by_version_and_hash() -> None:
    assert bootstrap.locked("uv", LOCK) == (
        "uv==0.13.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n    # via hancha\n"
    )
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in bootstrap.locked("uv", lock)


def test_the_setting_nearest_to_the_person_wins() -> None:
    listing = (
        ":env:.index-url='https://near.example/simple'\n"
        "global.index-url='https://far.example/simple'\n"
        "global.timeout='60'\n"
        "install.find-links='/wheels'\n"
    )
    assert bootstrap.pip_settings(listing) == {
        "index-url": "https://near.example/simple",
        "timeout": "60",
        "find-links": "/wheels",
    }


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        pytest.param({}, [], id="no settings: uv's own index"),
        pytest.param(
            {"index-url": "https://mirror.example/simple", "trusted-host": "mirror.example"},
            [
                "--default-index", "https://mirror.example/simple",
                "--allow-insecure-host", "mirror.example",
            ],
            id="a mirror",
        ),
        pytest.param(
            {"extra-index-url": "https://a.example https://b.example"},
            ["--index", "https://a.example", "--index", "https://b.example"],
            id="two more indexes",
        ),
        pytest.param(
            {"no-index": "true", "find-links": "/wheels"},
            ["--find-links", "/wheels", "--no-index"],
            id="a folder of wheels and no network",
        ),
    ],
)  # fmt: skip
def test_uv_is_told_what_pip_is_told(settings: dict[str, str], options: list[str]) -> None:
    assert bootstrap.uv_options(settings) == options


def test_a_variable_that_uv_reads_itself_is_not_overruled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/own.pem")
    monkeypatch.delenv("UV_HTTP_TIMEOUT", raising=False)
    settings = {"cert": "/pip.pem", "timeout": "60"}
    assert bootstrap.uv_variables(settings) == {"UV_HTTP_TIMEOUT": "60"}


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("ERROR: No matching distribution found for uv", "no package index answers"),
        ("Collecting x\nERROR: No space left on device\nnotice", "ERROR: No space left on device"),
        ("", "it stopped without a word"),
    ],
)
def test_the_line_that_matters_is_picked_from_the_output(output: str, reason: str) -> None:
    assert bootstrap.reason_in(output).startswith(reason)
