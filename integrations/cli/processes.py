"""`hancha up`, `worker`, `desk`, `demo`: give way to the process that does the work.

Prefect reads its settings when it is imported, so each of them is a Python of its own with the
right environment; a shell's signals then reach it directly.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from integrations.cli.lazy import fetch
from integrations.cli.options import AsJson
from integrations.prefect_environment import prefect_environment
from integrations.settings import read_settings


def up(
    sample: Annotated[
        bool,
        typer.Option("--sample", help="样例 First fill an empty one with two synthetic regions."),
    ] = False,
    as_json: AsJson = False,  # noqa: ARG001 - how main() says what is refused
) -> None:
    """Start everything for a person to use: desk, case worker, Prefect's API. Ctrl-C ends it."""
    more = {"HANCHA_SAMPLE": "yes"} if sample else {}
    _become("integrations.supervisor", {**os.environ, **more})


def worker(as_json: AsJson = False) -> None:  # noqa: ARG001 - how main() says what is refused
    """Run one more case worker; Prefect's API is expected to run already, or to come."""
    fetch("worker_check:require_schema")()
    _become("flows.service", prefect_environment(read_settings()))


def desk(as_json: AsJson = False) -> None:  # noqa: ARG001 - how main() says what is refused
    """Serve the desk alone, where HANCHA_DESK_HOST and HANCHA_DESK_PORT say. Ctrl-C ends it."""
    fetch("worker_check:require_schema")()
    _become("integrations.desk", os.environ)


def reply_page(as_json: AsJson = False) -> None:  # noqa: ARG001 - how main() says what is refused
    """Serve the reply page alone, for the offices that we ask; needs HANCHA_REPLY_PAGE_URL.

    It listens where HANCHA_REPLY_PAGE_HOST and HANCHA_REPLY_PAGE_PORT say. Ctrl-C ends it.
    """
    fetch("worker_check:require_schema")()
    _become("integrations.reply_page", os.environ)


def demo(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="输出目录 Where the folder goes.")
    ] = None,
    as_json: AsJson = False,  # noqa: ARG001 - how main() says what is refused
) -> None:
    """Live three cases from opening to closing, on real parts, in under a minute."""
    _become("flows.demo", os.environ, *(("--out", str(out)) if out else ()))


def _become(module: str, environment: Mapping[str, str], *arguments: str) -> NoReturn:
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)
