"""The text of a letter: shown as it stands, and edited while it is a draft."""

from dataclasses import dataclass, replace

from cases.operations import letter_texts
from cases.operations.letter_content import content_of
from cases.ports import Clock, LetterPrinter
from cases.rules.access import Act, require
from cases.rules.numbering import letter_number
from cases.store import correspondence
from cases.store.cases import by_reference, locked_by_reference
from cases.store.session import Database
from cases.store.tables.correspondence import Letter
from cases.vocabulary.values import Actor, LetterContent, WrittenLetter


@dataclass(frozen=True, slots=True)
class LetterDesk:
    """Where texts of letters are read and edited."""

    database: Database
    printer: LetterPrinter
    clock: Clock

    def text(self, actor: Actor, reference: str, ordinal: int) -> tuple[Letter, str]:
        """Return a letter and its text: what it was printed with, or would be printed with now.

        Raises NotAllowed, UnknownCase, UnknownLetter, TemplateBroken, InvalidValue.
        """
        letter, content = self._read(actor, Act.READ, reference, ordinal)
        return letter, self.printer.write(content).text

    def edit(self, actor: Actor, reference: str, ordinal: int, text: str) -> Letter:
        """Put a text into a draft once it is known that it can be printed.

        Raises NotAllowed, UnknownCase, UnknownLetter, LetterIsSigned, InvalidValue, MissingGlyph.
        """
        letter, content = self._read(actor, Act.EDIT_LETTER, reference, ordinal)
        with self.database.reading() as session:
            case = by_reference(session, reference)
            letter_texts.require_draft(actor, case, letter)
        text = letter_texts.tidied(text)
        before = self.printer.write(content).text
        self._try(content, text)
        with self.database.transaction("edit-letter") as session:
            case = locked_by_reference(session, reference)
            row = correspondence.get_letter(session, case, ordinal)
            letter_texts.edit(
                session,
                actor,
                case,
                row,
                text,
                before=before,
                known=letter.written,
                now=self.clock.now(),
            )
            return row

    def _read(
        self, actor: Actor, act: Act, reference: str, ordinal: int
    ) -> tuple[Letter, LetterContent]:
        with self.database.reading() as session:
            case = by_reference(session, reference)
            require(actor, act, office_id=case.office_id)
            letter = correspondence.get_letter(session, case, ordinal)
            return letter, content_of(session, case, letter)

    def _try(self, content: LetterContent, text: str) -> None:
        """Print it once and throw it away: what would stop it is found before anybody signs."""
        number = content.number or letter_number(content.sender.code, content.dated_on.year, 1)
        written = replace(content.written or WrittenLetter(""), text=text)
        self.printer.render(replace(content, number=number, written=written))
