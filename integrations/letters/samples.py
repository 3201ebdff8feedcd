"""Print every letter with the sample data of its template, to be looked at.

    python -m integrations.letters.samples FOLDER [TEMPLATES [FONTS]]
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cases.vocabulary.errors import TemplateBroken
from cases.vocabulary.status import Language, LetterKind
from cases.vocabulary.values import EarlierLetter, LetterContent, OfficeDetails
from integrations.letters.printer import TypstPrinter


def _office(table: Mapping[str, str] | bool) -> OfficeDetails | None:
    return OfficeDetails(**table) if isinstance(table, Mapping) else None


def content_of(sample: Mapping[str, Any], language: Language) -> LetterContent:
    """Return the content that a sample of letter.toml describes; `recipient = false` is none.

    Raises TemplateBroken when the sample has a part that letters do not know.
    """
    parts = {key: value for key, value in sample.items() if key != "name"}
    try:
        for role in ("sender", "recipient", "asked_office"):
            parts[role] = _office(parts.get(role, False))
        parts["copies"] = tuple(OfficeDetails(**office) for office in parts.get("copies", ()))
        parts["earlier"] = tuple(EarlierLetter(**letter) for letter in parts.get("earlier", ()))
        parts["enclosures"] = tuple(parts.get("enclosures", ()))
        return LetterContent(language=language, **parts)
    except TypeError as fault:
        raise TemplateBroken(f"{sample.get('kind')}/letter.toml, sample: {fault}.") from fault


def all_samples(printer: TypstPrinter) -> Iterator[tuple[str, LetterContent]]:
    """Yield (name, content) of every sample in every language of its letter."""
    for kind in LetterKind:
        for sample in printer.shelf.samples(kind):
            for language in printer.languages(kind):
                yield f"{sample['name']}-{language}", content_of(sample, language)


def main(arguments: list[str]) -> int:
    """Write one PDF for each sample and say on standard output what was written."""
    if not 1 <= len(arguments) <= 3:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder, *own = map(Path, arguments)
    folder.mkdir(parents=True, exist_ok=True)
    printer = TypstPrinter(*own)
    for name, content in all_samples(printer):
        letter = printer.render(content)
        (folder / f"{name}.pdf").write_bytes(letter.pdf)
        sys.stdout.write(f"{name}: {letter.pages} p., {letter.subject}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
