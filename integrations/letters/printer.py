"""Letters as the cases layer asks for them: checked at opening, printed at dispatch."""

import re
from pathlib import Path

from cases.vocabulary.errors import (
    InvalidValue,
    MissingField,
    MissingGlyph,
    SystemFault,
)
from cases.vocabulary.status import Language, LetterKind
from cases.vocabulary.values import LetterContent, RenderedLetter, WrittenLetter
from integrations.letters.faces import Faces, is_visible, open_faces
from integrations.letters.needs import first_missing
from integrations.letters.page_codes import page_codes
from integrations.letters.sheet import LONGEST_TEXT, mail_subject, sheet_of, written_by
from integrations.letters.shelf import LetterTemplate, Shelf
from integrations.letters.typesetting import Typesetter
from integrations.letters.words import printed_texts, words_of

_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


class TypstPrinter:
    """Prints letters with Jinja2 and Typst; fits cases.ports.LetterPrinter.

    One printer serves all threads of a process. Folders of the office come before what the
    project carries: `templates` holds one folder for each kind of letter that it words
    itself, `fonts` its licensed faces.
    """

    def __init__(self, templates: Path | None = None, fonts: Path | None = None) -> None:
        """Open the fonts, compile nothing. Raises SettingsFault for a folder of no use."""
        self.faces: Faces = open_faces(fonts)
        self.shelf = Shelf(templates, self.faces.printable)
        self._typesetter = Typesetter(self.faces)
        self._pages_before: dict[str, int] = {}  #: By the template.

    def languages(self, kind: LetterKind) -> tuple[Language, ...]:
        """Return the languages in which this kind of letter exists."""
        return self.shelf.languages(kind)

    def check(self, content: LetterContent) -> None:
        """Find what would stop the letter before anything is written.

        What is known only later (number, due date, earlier letters, outcome) is not asked for
        yet. Raises MissingField, MissingGlyph, InvalidValue (too long) or TemplateBroken.
        """
        template = self.shelf.template(content.kind, content.language)
        if content.written is not None and content.written.is_whole:
            return self._check_texts(content, template)
        missing = first_missing(content, template.required)
        if missing is not None:
            raise MissingField(f"The letter {template.name} needs {missing.name}.")
        return self._check_texts(content, template)

    def write(self, content: LetterContent) -> WrittenLetter:
        """Return the words of the letter; those that it was written with stay.

        Raises TemplateBroken, InvalidValue (too long).
        """
        template = self.shelf.template(content.kind, content.language)
        words = words_of(content, template.declared)
        return written_by(template, words, content.language, content.written)[0]

    def render(self, content: LetterContent) -> RenderedLetter:
        """Return the finished letter; the same content gives the same bytes.

        With the words that it was written with, so does another version of its template.
        Raises what check() raises, and MissingField for what is known only now.
        """
        self.check(content)
        language = content.language
        template = self.shelf.template(content.kind, language)
        is_whole = content.written is not None and content.written.is_whole
        missing = None if is_whole else first_missing(content, template.at_printing)
        if missing is not None:
            raise MissingField(f"The letter {template.name} cannot leave without {missing.name}.")
        known = words_of(content, template.declared)
        text, words = written_by(template, known, language, content.written)
        sheet = sheet_of(template, words, text, language, content.link)
        pdf, pages = self._set(template, sheet, content)
        return RenderedLetter(
            subject=mail_subject(words, language),
            covering_text=text.covering,
            pdf=pdf,
            pages=pages,
            written=text,
        )

    def _set(
        self, template: LetterTemplate, sheet: dict[str, object], content: LetterContent
    ) -> tuple[bytes, int]:
        """Return the PDF and its number of pages.

        Every page's code tells how many there are, which only the set letter knows. Letters of
        one template mostly have as many pages as the one before; if not, it is set again.
        """
        pages = self._pages_before.get(template.name, 1)
        while True:
            codes = page_codes(content.reference, content.ordinal, pages, content.link)
            pdf = self._typesetter.pdf({**sheet, "codes": codes}, content.dated_on)
            counted = _count_pages(pdf)
            if counted == pages:
                self._pages_before[template.name] = pages
                return pdf, pages
            pages = counted

    def _check_texts(self, content: LetterContent, template: LetterTemplate) -> None:
        """Refuse a character that no font prints, and a text too long for a letter."""
        texts = list(printed_texts(content, template.declared))
        together = "".join([text for _, text in texts])
        if len(together) > LONGEST_TEXT:
            longest, text = max(texts, key=lambda item: len(item[1]))
            raise InvalidValue(f"{longest} is too long for a letter: {len(text)} characters.")
        if self.faces.printable.issuperset(together):
            return
        for field, text in texts:
            for character in text:
                if character not in self.faces.printable:
                    raise MissingGlyph(
                        f"The letter {template.name} cannot print U+{ord(character):04X} "
                        f"({character if is_visible(character) else 'invisible'}) in {field}."
                    )


def _count_pages(pdf: bytes) -> int:
    """Count the page objects, which Typst leaves uncompressed."""
    pages = len(_PAGE.findall(pdf))
    if pages == 0:
        raise SystemFault("The letter has no page.")
    return pages
