"""Print every letter with the sample data of its template, to be looked at.

    python -m integrations.letters.samples OUT [TEMPLATES [FONTS]]

TEMPLATES and FONTS are the office's own folders. Writes one PDF for each sample and language.
A sample that cannot be printed is reported with its reason, and the exit code is 3.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cases.vocabulary.errors import CaseError, SystemFault, TemplateBroken
from cases.vocabulary.status import Language, LetterKind
from cases.vocabulary.values import EarlierLetter, LetterContent, ListedCase, OfficeDetails
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
        parts["listed"] = tuple(ListedCase(**case) for case in parts.get("listed", ()))
        parts["enclosures"] = tuple(parts.get("enclosures", ()))
        return LetterContent(language=language, **parts)
    except TypeError as fault:
        raise TemplateBroken(f"{sample.get('kind')}/letter.toml, sample: {fault}.") from fault


def samples_of(printer: TypstPrinter, kind: LetterKind) -> Iterator[tuple[str, LetterContent]]:
    """Yield (name, content) of every sample of a letter in each of its languages.

    Raises TemplateBroken.
    """
    for sample in printer.shelf.samples(kind):
        for language in printer.languages(kind):
            yield f"{sample.get('name', kind)}-{language}", content_of(sample, language)


def print_samples(printer: TypstPrinter, folder: Path) -> Iterator[str]:
    """Write the samples of every letter to the folder; yield a line for each that fails."""
    for kind in LetterKind:
        try:
            for name, content in samples_of(printer, kind):
                (folder / f"{name}.pdf").write_bytes(printer.render(content).pdf)
        except (CaseError, SystemFault) as refusal:
            yield f"{kind}: {refusal}"


def main(arguments: list[str]) -> int:
    """Print the samples; report on standard error what failed."""
    if not 1 <= len(arguments) <= 3:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder, *own = map(Path, arguments)
    folder.mkdir(parents=True, exist_ok=True)
    failures = list(print_samples(TypstPrinter(*own), folder))
    sys.stderr.writelines(f"{line}\n" for line in failures)
    return 3 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
