"""`main`: run one command, and say in one line what stood in its way."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import typer

from cases.vocabulary.errors import CaseError, SystemFault
from integrations.cli.tree import tree
from integrations.refusals import name_in_chinese

USAGE, REFUSED, FAULT = 2, 3, 4
INTERRUPTED = 128 + 2  #: As a shell reports SIGINT.
PIPE_CLOSED = 128 + 13  #: As a shell reports SIGPIPE: the reader had enough.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `hancha` with these arguments (the process's own by default); return the exit code.

    0: done. 2: wrong usage. 3: refused, the name and reason in one line on standard error.
    4: a fault of the system, likewise. With --json that line is `{"error": {"name", "message"}}`.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    _print_any_character()
    try:
        _require_text(given)
        whole = tree()
        with whole.make_context("hancha", given) as context:
            code = whole.invoke(context)
        sys.stdout.flush()
    except typer.Exit as done:
        return done.exit_code
    except (Exception, KeyboardInterrupt) as fault:
        _empty_standard_output()
        if os.environ.get("HANCHA_TRACEBACK"):
            raise
        return _report(fault, as_json="--json" in given)
    return code if isinstance(code, int) else 0


def _require_text(given: Sequence[str]) -> None:
    """Raise BadParameter for bytes that are no text; Python hands them over as lone surrogates."""
    for argument in given:
        if not argument.isascii() and any("\ud800" <= each <= "\udfff" for each in argument):
            raise typer.BadParameter(f"{argument!r} holds bytes that are no text here")


def _print_any_character() -> None:
    """Have a terminal that lacks a character show its number instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):  # A stream that a test put there need not have it.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _report(fault: BaseException, *, as_json: bool) -> int:
    code, name, message = _told(fault)
    if not message:
        return code
    message = "".join(c if c.isprintable() else " " for c in message).strip()
    if as_json:
        line = json.dumps({"error": {"name": name, "message": message}}, ensure_ascii=False)
    else:
        line = f"hancha: {name_in_chinese(fault)}{name}: {message}"
    with suppress(OSError):  # Standard error may be closed; the exit code still tells.
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - this is the line
    return code


def _told(fault: BaseException) -> tuple[int, str, str]:
    """Return the exit code, the fault's name and its message."""
    name = type(fault).__name__
    if isinstance(fault, typer.TyperException):
        # Empty when a group was called without a command: its help is on the screen.
        return USAGE, "Usage", fault.format_message()
    if isinstance(fault, CaseError):
        return REFUSED, name, str(fault)
    if isinstance(fault, SystemFault):
        return FAULT, name, str(fault)
    if isinstance(fault, KeyboardInterrupt):
        return INTERRUPTED, "Interrupted", "stopped; what was not finished was not written"
    if isinstance(fault, BrokenPipeError):
        return PIPE_CLOSED, name, ""
    if isinstance(fault, OSError):
        where = f"{fault.filename}: " if fault.filename else ""
        return FAULT, "DiskFault", f"{where}{fault.strerror or fault}"
    first_line = str(fault).strip().partition("\n")[0]
    return FAULT, "Unexpected", f"{name}: {first_line} (HANCHA_TRACEBACK=1 shows where)"


def _empty_standard_output() -> None:
    """Write out what was printed; if that cannot be, drop it, or Python would fail at its exit."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
