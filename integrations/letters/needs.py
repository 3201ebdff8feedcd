"""What a letter needs of a case, named as the case names it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from cases.vocabulary.errors import TemplateBroken
from cases.vocabulary.status import Language
from cases.vocabulary.values import LetterContent, OfficeDetails

_OFFICES = ("sender", "recipient", "asked_office")
_OFFICE_PARTS = frozenset(part.name for part in fields(OfficeDetails)) | {"name"}
_PARTS = frozenset(part.name for part in fields(LetterContent)) - {"kind", "language", "fields"}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must be there, and how to look it up."""

    name: str  #: As LetterContent names it: `recipient.name_en`, `fields.certificate`.
    of: Callable[[LetterContent], object]

    def is_missing(self, content: LetterContent) -> bool:
        """Whether the content holds nothing, or only blanks, where something is needed."""
        value = self.of(content)
        return not (value.strip() if isinstance(value, str) else value)


def need(path: str, language: Language, file: str) -> Need:
    """Return the need that a line of letter.toml names; `name` is the name in the language.

    Raises TemplateBroken when a letter has no such part.
    """
    whole, _, part = path.partition(".")
    if whole == "fields" and part.isidentifier():
        return Need(path, lambda content: content.fields.get(part, ""))
    if whole in _OFFICES and part in _OFFICE_PARTS:
        part = f"name_{language}" if part == "name" else part
        return Need(f"{whole}.{part}", lambda content: getattr(getattr(content, whole), part, ""))
    if whole in _PARTS and not part:
        return Need(path, lambda content: getattr(content, whole))
    raise TemplateBroken(f"{file}: a letter has nothing called '{path}'.")


def first_missing(content: LetterContent, needs: Iterable[Need]) -> Need | None:
    """Return the first need that the content does not meet."""
    return next((each for each in needs if each.is_missing(content)), None)
