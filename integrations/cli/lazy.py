"""Commands that are read when they run, not when they are listed.

The tables of the database take half a second to import, Typst and the fonts a fifth more, and
neither `hancha --help` nor `due` needs them. Here is the one place that imports by name.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

PACKAGE = "integrations.cli"


def fetch(source: str) -> Any:
    """Return what "module:name" names, a module of this package."""
    module, _, name = source.partition(":")
    return getattr(import_module(f"{PACKAGE}.{module}"), name)


class LazyCommand(TyperCommand):
    """Stands for a function in the list of commands; gives way to it when it is called."""

    def __init__(self, name: str, source: str, summary: str) -> None:
        super().__init__(name, short_help=summary)
        self.source = source  #: "module:function"

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """Parse the arguments as the real command does; from here on it is the one."""
        return self.real().make_context(info_name, args, parent, **extra)

    def real(self) -> Any:
        """Return the command made of the function."""
        app = typer.Typer(add_completion=False)
        app.command(self.name)(fetch(self.source))
        return get_command(app)


def group(name: str, summary: str, commands: dict[str, tuple[str, str]]) -> TyperGroup:
    """Return a group of commands: name to source and summary."""
    return TyperGroup(
        name=name,
        help=summary,
        no_args_is_help=True,
        commands={each: LazyCommand(each, *told) for each, told in commands.items()},
    )
