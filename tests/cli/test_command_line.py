"""The command as a whole: help, usage, what it imports, how it ends."""

import json
import subprocess
import sys
from importlib import import_module

import pytest

from integrations.cli import main
from integrations.cli.tree import GROUPS, SINGLE, tree
from tests.cli.terminal import ROOT, Said, Terminal, run_process

COMMANDS = {
    **{name: source for name, (source, _) in SINGLE.items()},
    **{
        f"{group.name} {name}": command.source
        for group in GROUPS
        for name, command in group.commands.items()
    },
}

#: Prints a key ring for a pipe, and nothing else.
WITHOUT_JSON = {"keys make"}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Run `hancha` without an installation."""
    capsys.readouterr()
    code = main(arguments)
    return Said(code, *capsys.readouterr())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_takes_json(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    said = run(capsys, *command.split(), "--help")
    assert (said.code, said.err) == (0, "")
    assert "--json" in said.out or command in WITHOUT_JSON


@pytest.mark.parametrize(("command", "source"), COMMANDS.items())
def test_every_command_stands_for_a_function_with_a_docstring(command: str, source: str) -> None:
    module, _, name = source.partition(":")
    function = getattr(import_module(f"integrations.cli.{module}"), name)
    assert function.__doc__, command


def test_help_lists_every_command_and_imports_none_of_them() -> None:
    program = (
        "import sys; from integrations.cli import main; main(['--help'])\n"
        "heavy = {'sqlmodel', 'sqlalchemy', 'prefect', 'typst', 'fontTools', 'alembic', 'jinja2'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    out = _python(program)
    assert all(name.split()[0] in out for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "light"),
    [
        (["--version"], ("rich", "pydantic", "sqlalchemy", "prefect")),
        (["case", "--help"], ("sqlalchemy", "prefect", "typst")),
        (["due", "2026-03-02", "3", "--json"], ("sqlalchemy", "prefect", "typst", "cryptography")),
        (
            ["case", "list"],
            ("prefect", "typst", "fontTools", "alembic", "aiosmtplib", "cryptography"),
        ),
        (["case", "show", "x"], ("prefect", "typst", "fontTools", "alembic", "aiosmtplib")),
    ],
    ids=lambda given: " ".join(given),
)
def test_a_command_imports_only_what_it_needs(
    tmp_path_factory: pytest.TempPathFactory, arguments: list[str], light: tuple[str, ...]
) -> None:
    program = (
        "import sys; from integrations.cli import main\n"
        f"code = main({arguments!r})\n"
        f"found = set({light!r}) & sys.modules.keys()\n"
        "assert not found, found"
    )
    _python(program, HANCHA_HOME=str(tmp_path_factory.mktemp("none")))


def _python(program: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": "", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_version_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "--version")
    assert said.code == 0
    assert said.out.startswith("hancha ")
    assert said.out.count("\n") == 1


WRONG_USAGE = {
    "an unknown command": (("frobnicate",), "frobnicate"),
    "an unknown option": (("case", "list", "--colour"), "--colour"),
    "a missing argument": (("case", "show"), "REF"),
    "an act by nobody": (("case", "sign", "HC-2026-000001-7"), "--as"),
    "a day that is none": (
        ("case", "received", "HC-2026-000001-7", "--as", "x", "--on", "2026-02-30"),
        "2026-02-30",
    ),
    "a number that is none": (
        *(("case", "extend", "HC-2026-000001-7", "--as", "x", "--reason", "y", "--days", "many"),),
        "--days",
    ),
    "a verdict that is none": (
        ("case", "review", "HC-2026-000001-7", "splendid", "--as", "x"),
        "splendid",
    ),
    "a limit of none": (("case", "list", "--limit", "0"), "--limit"),
    "a text that is none": (("office", "show", "\udcff"), "udcff"),
}


@pytest.mark.parametrize(("arguments", "about"), WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_wrong_usage_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], about: str
) -> None:
    said = run(capsys, *arguments)
    assert (said.code, said.refusal) == (2, "Usage")
    assert about in said.err
    said = run(capsys, *arguments, "--json")
    assert said.code == 2
    assert json.loads(said.err)["error"]["name"] == "Usage"


@pytest.mark.parametrize("arguments", [(), ("case",), ("outbox",)])
def test_a_group_without_a_command_shows_its_help(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    said = run(capsys, *arguments)
    assert (said.code, said.err) == (2, "")
    assert "Commands" in said.out


def test_a_mistyped_command_is_met_with_the_one_that_was_meant(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "reopen" in run(capsys, "case", "reopn").err


def test_a_refusal_as_json_is_one_line_on_standard_error(hancha: Terminal) -> None:
    said = hancha("case", "show", "HC-2026-000001-7", "--json")
    assert (said.code, said.out) == (3, "")
    error = json.loads(said.err)["error"]
    assert error.keys() == {"name", "message"}
    assert error["name"] == "UnknownCase"


def test_a_refusal_for_people_has_its_chinese_name_before_it(hancha: Terminal) -> None:
    said = hancha("office", "show", "NOWHERE")
    assert said.err.startswith("hancha: 查无此机关 UnknownOffice: no office has the code")


def test_ctrl_c_ends_with_130_and_one_line(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_source: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("integrations.cli.lazy.fetch", interrupt)
    said = hancha("case", "list")
    assert (said.code, said.refusal) == (130, "Interrupted")


def test_what_nobody_foresaw_is_one_line_too_and_a_variable_shows_the_rest(
    hancha: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_source: str) -> None:
        raise ZeroDivisionError("division by\nzero")

    monkeypatch.setattr("integrations.cli.lazy.fetch", fail)
    said = hancha("case", "list")
    assert (said.code, said.refusal) == (4, "Unexpected")
    monkeypatch.setenv("HANCHA_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        hancha("case", "list")


def test_a_terminal_that_has_no_chinese_gets_something_and_no_traceback(
    hancha: Terminal,
) -> None:
    environment = {**hancha.environment, "PYTHONIOENCODING": "ascii"}
    said = run_process("office", "list", environment=environment)
    assert said.code == 0
    assert said.out.isascii()
    said = run_process("office", "list", "--json", environment=environment)
    assert json.loads(said.out)[0]["name"] == "样本县丙镇人民政府"


def test_the_tree_can_be_made_twice() -> None:
    assert tree().commands.keys() == tree().commands.keys()
