"""The papers of a partner's message: cleaned by a limited process, joined, and put on file."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

from cases.operations.exchange_in import Paper
from cases.ports import DocumentStore
from cases.vocabulary.errors import InvalidValue
from integrations.enclosures.reader import PdfEnclosureReader
from integrations.exchange.forms import MessageForm
from integrations.scans.paper import joined


def _cleaned(content: bytes) -> bytes:
    return PdfEnclosureReader().read_content(content, Path("letter.pdf"))


class Papers:
    """Puts the papers of messages on file; `clean` makes a copy in which nothing acts."""

    def __init__(
        self, documents: DocumentStore, clean: Callable[[bytes], bytes] = _cleaned
    ) -> None:
        self._documents, self._clean = documents, clean

    def keep(self, form: MessageForm, case_id: UUID | None) -> Paper:
        """Return letter and enclosures as one document of the case; None: of one to be.

        Raises EnclosureRefused, InvalidValue for what is no base64, DiskFault.
        """
        try:
            papers = form.papers()
        except ValueError as fault:
            raise InvalidValue("a paper is not in base64") from fault
        cleaned = [self._clean(paper) for paper in papers]
        bound_to = case_id or uuid4()
        whole = joined(*cleaned) if len(cleaned) > 1 else cleaned[0]
        return Paper(bound_to, self._documents.put(whole, case_id=bound_to))
