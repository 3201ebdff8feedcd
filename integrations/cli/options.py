"""Options and arguments that several commands share, and how their texts are read."""

import os
import re
import sys
from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

import typer

from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.status import Language
from integrations.cli.typed import typed_reference

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY = re.compile(r"[0-9a-f]{1,32}")
LONGEST_REASON, LONGEST_COMMENT = 300, 500


def read_day(text: str) -> date:
    """Return the date of YYYY-MM-DD. Raises BadParameter."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the 30th of February: refused below
    raise typer.BadParameter(f"{text!r} is not a date of the form 2026-03-02")


def text_of_at_most(limit: int) -> Callable[[str], str]:
    """Return a reader that refuses a longer text; the tables hold no more."""

    def read(text: str) -> str:
        text = text.strip()
        if len(text) > limit:
            raise typer.BadParameter(f"{len(text)} characters; at most {limit} are kept")
        return text

    return read


def read_key(text: str) -> str:
    """Return the first digits of an id, as lists show them. Raises InvalidValue."""
    key = text.strip().lower().replace("-", "")
    if not _KEY.fullmatch(key):
        raise InvalidValue(f"{text!r} is not an id, nor the beginning of one")
    return key


def key_range(key: str) -> tuple[UUID, UUID]:
    """Return the first and the last id that begin with a key."""
    return UUID(key.ljust(32, "0")), UUID(key.ljust(32, "f"))


def short(identity: UUID) -> str:
    """Return the beginning of an id that lists show; it is enough to name the thing."""
    return identity.hex[:8]


def first_line_of_input() -> str:
    """Return the first line of standard input: what must not be in the shell's history."""
    return sys.stdin.buffer.readline().decode("utf-8", "replace").strip("\r\n")


def language_of_terminal() -> Language:
    """Return Chinese where the terminal's language is, else English."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next((name for name in names if name), "")
    return Language.CHINESE if chosen.lower().startswith("zh") else Language.ENGLISH


AsLogin = Annotated[
    str, typer.Option("--as", envvar="HANCHA_AS", metavar="LOGIN", help="承办人 Who acts.")
]
#: For commands that only show: without it, what is personal is left out.
AsReader = Annotated[
    str,
    typer.Option(
        "--as", envvar="HANCHA_AS", metavar="LOGIN", help="查看人 Who reads; else nothing personal."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Reference = Annotated[
    str, typer.Argument(parser=typed_reference, metavar="REF", help="办件编号 Case reference.")
]
Reason = Annotated[
    str,
    typer.Option("--reason", parser=text_of_at_most(LONGEST_REASON), help="理由 Why; kept."),
]
InLanguage = Annotated[
    Language | None,
    typer.Option("--language", help="语言 Language of the words; the terminal's by default."),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")]
