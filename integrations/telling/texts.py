"""Short texts that people are told: written from templates, the office's own folder first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

import letter_templates
from cases.vocabulary.errors import TemplateBroken

CARRIED = Path(letter_templates.__file__).parent
LARGEST = 65_536  #: Bytes; nobody needs a longer one.


class Texts:
    """Finds and writes texts; they carry no formatting, and no template reaches beyond its data."""

    def __init__(self, own: Path | None) -> None:
        self._folders = tuple(folder for folder in (own, CARRIED) if folder is not None)
        self._sandbox = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )

    def write(self, file: str, words: Mapping[str, Any]) -> str:
        """Return the text of "digest/zh.txt". Raises TemplateBroken naming the file."""
        try:
            return self._sandbox.from_string(self._source(file)).render(words).strip() + "\n"
        except TemplateError as fault:
            line = getattr(fault, "lineno", None)
            where = f"{file}, line {line}" if line else file
            raise TemplateBroken(f"{where}: {fault}") from fault

    def _source(self, file: str) -> str:
        for folder in self._folders:
            path = folder / file
            if not path.is_file():
                continue
            if not path.resolve().is_relative_to(folder.resolve()):
                raise TemplateBroken(f"{file}: leads out of the folder of templates")
            try:
                if path.stat().st_size > LARGEST:
                    raise TemplateBroken(f"{file}: larger than {LARGEST} bytes")
                return path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as fault:
                raise TemplateBroken(f"{file}: cannot be read as UTF-8: {fault}") from fault
        raise TemplateBroken(f"{file}: there is no such template")
