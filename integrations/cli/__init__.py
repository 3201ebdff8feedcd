"""The command line: `hancha`. Every act of the cases layer, for hands and for scripts."""

from integrations.cli.command_line import main

__all__ = ["main"]
