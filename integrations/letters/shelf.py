"""The shelf of letter templates: the office's own folder first, then the carried ones."""

import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Template

import letter_templates
from cases.vocabulary.errors import TemplateBroken
from cases.vocabulary.status import Language, LetterKind
from integrations.letters import grammar
from integrations.letters.needs import Need, need

CARRIED = Path(letter_templates.__file__).parent

#: A letter of 64 KiB has some forty pages; nobody needs a longer template.
LARGEST_TEMPLATE = 65_536


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """One kind of letter in one language, ready to be written."""

    kind: LetterKind
    name: str  #: Kind and language, for messages.
    required: tuple[Need, ...]  #: What a case must hold when it is opened.
    at_printing: tuple[Need, ...]  #: What the letter needs besides when it is written.
    declared: frozenset[str]  #: Names of the case type's own fields that it may print.
    subject: tuple[Template, ...]  #: In pieces; a long title breaks between them.
    body: Template
    covering: Template
    version: str  #: The beginning of the SHA-256 of all its texts, in hex.
    whole_words: frozenset[str]  #: A long title is not broken inside one of these.


class Shelf:
    """Finds, reads and keeps templates; safe to use from several threads.

    A template is read when it is first needed. An office that changes one makes a new shelf.
    """

    def __init__(self, own: Path | None, printable: frozenset[str]) -> None:
        self._folders = tuple(folder for folder in (own, CARRIED) if folder is not None)
        self._printable = printable
        self._kept: dict[tuple[LetterKind, Language], LetterTemplate] = {}
        self._lock = threading.Lock()

    def languages(self, kind: LetterKind) -> tuple[Language, ...]:
        """Return the languages in which a text of this kind lies on the shelf."""
        return tuple(
            language
            for language in Language
            if any((folder / kind / f"{language}.txt").is_file() for folder in self._folders)
        )

    def template(self, kind: LetterKind, language: Language) -> LetterTemplate:
        """Return a template. Raises TemplateBroken naming file and line."""
        kept = self._kept.get((kind, language))
        if kept is None:
            with self._lock:
                kept = self._kept.get((kind, language)) or self._read(kind, language)
                self._kept[kind, language] = kept
        return kept

    def samples(self, kind: LetterKind) -> list[dict[str, Any]]:
        """Return the sample data of a kind, each on top of those all letters share."""
        shared = self._table("sample.toml")
        own = self._table(f"{kind}/letter.toml").get("sample", [])
        return [{**shared, "kind": kind, **sample} for sample in own]

    def _read(self, kind: LetterKind, language: Language) -> LetterTemplate:
        file = f"{kind}/letter.toml"
        table = self._table(file)
        needs, later, optional = (
            [need(path, language, file) for path in self._list(table, key, file)]
            for key in ("required", "at_printing", "optional")
        )
        declared = frozenset(
            each.name.removeprefix("fields.")
            for each in (*needs, *later, *optional)
            if each.name.startswith("fields.")
        )
        return LetterTemplate(
            kind=kind,
            name=f"{kind} ({language})",
            required=tuple(needs),
            at_printing=tuple(later),
            declared=declared,
            subject=self._subject(table, language, file, declared),
            body=self._text(f"{kind}/{language}.txt", declared),
            covering=self._text(f"covering/{language}.txt", declared),
            version=self._version(file, f"{kind}/{language}.txt", f"covering/{language}.txt"),
            whole_words=frozenset(self._source("title_words.txt").split()),
        )

    def _subject(
        self, table: Mapping[str, Any], language: Language, file: str, declared: frozenset[str]
    ) -> tuple[Template, ...]:
        words = table.get(language)
        subject = words.get("subject") if isinstance(words, dict) else None
        if not isinstance(subject, str):
            raise TemplateBroken(f"{file}: [{language}] has no subject.")
        return tuple(
            grammar.read(piece, f"{file}, [{language}] subject", declared, self._printable)
            for piece in subject.split("|")
        )

    def _list(self, table: Mapping[str, Any], key: str, file: str) -> tuple[str, ...]:
        names = table.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise TemplateBroken(f"{file}: '{key}' is not a list of names.")
        return tuple(names)

    def _text(self, file: str, declared: frozenset[str]) -> Template:
        return grammar.read(self._source(file), file, declared, self._printable)

    def _version(self, *files: str) -> str:
        texts = "\0".join(self._source(file) for file in files)
        return sha256(texts.encode()).hexdigest()[:16]

    def _table(self, file: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self._source(file))
        except tomllib.TOMLDecodeError as fault:
            raise TemplateBroken(f"{file}: {fault}.") from fault

    def _source(self, file: str) -> str:
        """Return a file of the first folder that has it; never one outside the folder."""
        for folder in self._folders:
            path = folder / file
            if not path.is_file():
                continue
            if not path.resolve().is_relative_to(folder.resolve()):
                raise TemplateBroken(f"{file}: leads out of the folder of templates.")
            if path.stat().st_size > LARGEST_TEMPLATE:
                raise TemplateBroken(f"{file}: larger than {LARGEST_TEMPLATE} bytes.")
            try:
                return path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as fault:
                raise TemplateBroken(f"{file}: cannot be read as UTF-8: {fault}.") from fault
        raise TemplateBroken(f"{file}: there is no such template.")
