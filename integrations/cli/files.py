"""Files that a command writes for a person: whole or not at all, and never over another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cases.vocabulary.errors import DiskFault, InvalidValue
from integrations.durable_files import Sink, durable_file

OutFile = Annotated[
    Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="输出文件 Where to write it.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="覆盖 Even over a file.")]


def write_file(out: Path, content: bytes, *, overwrite: bool) -> None:
    """Write the file, readable by its owner alone.

    Raises InvalidValue when it exists or its folder does not, DiskFault.
    """
    with file_to_write(out, overwrite=overwrite) as file:
        file.write(content)


@contextmanager
def file_to_write(out: Path, *, overwrite: bool) -> Iterator[Sink]:
    """Give the file to a block that writes it piece by piece; see `write_file`."""
    if out.exists() and not overwrite:
        raise InvalidValue(f"{out} exists already; --overwrite replaces it")
    if not out.parent.is_dir():
        raise InvalidValue(f"there is no folder {out.parent}")
    try:
        with durable_file(out, scratch=out.parent) as file:
            yield file
    except OSError as fault:
        raise DiskFault(f"{out} cannot be written: {fault.strerror or fault}") from fault
