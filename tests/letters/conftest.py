"""One printer for all tests of letters: it opens the fonts and keeps its templates."""

import pytest

from cases.vocabulary.status import LetterKind
from cases.vocabulary.values import LetterContent
from integrations.letters import TypstPrinter
from integrations.letters.samples import samples_of


@pytest.fixture(scope="session")
def printer() -> TypstPrinter:
    """Return a printer with the carried templates and fonts."""
    return TypstPrinter()


@pytest.fixture(scope="session")
def samples(printer: TypstPrinter) -> dict[str, LetterContent]:
    """Return the sample content of every letter by its name, `request-zh` and so on."""
    return {name: content for kind in LetterKind for name, content in samples_of(printer, kind)}
