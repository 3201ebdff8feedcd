"""A desk of the synthetic world: a terminal, and paper to scan."""

import io
from pathlib import Path

from pypdf import PdfReader

from cases.store import correspondence
from tests.cli.terminal import Terminal
from tests.scan.paper import Wear, certificate, rasterised, stack_of, worn

FRESH = Wear(dpi=150)


class Desk:
    """A terminal, and paper to scan."""

    def __init__(self, hancha: Terminal, folder: Path) -> None:
        self.hancha, self.story, self.folder = hancha, hancha.story, folder

    def asked(self) -> str:
        """Open a case whose request has left."""
        case = self.story.open()
        self.story.rest()
        return case

    def sheets(self, case: str) -> list[bytes]:
        """Return the pages of a case's request as a scanner sees them."""
        letter = self.story.letters(case)[0]
        house = self.story.house
        pdf = house.documents.get(letter.document, case_id=self.story.case(case).id)
        return [
            worn(rasterised(pdf, page, FRESH.dpi), FRESH, 0) for page in range(1, letter.pages + 1)
        ]

    def stranger(self, number: int = 1) -> bytes:
        """Return a page without a code of ours."""
        return worn(certificate(number, FRESH.dpi), FRESH, 0)

    def stack(self, *sheets: bytes, name: str = "stack.pdf") -> str:
        """Write a stack and return its path."""
        path = self.folder / name
        path.write_bytes(stack_of(sheets))
        return str(path)

    def scan(self, *sheets: bytes) -> dict:  # type: ignore[type-arg]
        """Scan a stack; return what the command told of it."""
        (told,) = self.hancha.json("scan", self.stack(*sheets), "--as", "mail")
        return told  # type: ignore[no-any-return]

    def reply_pages(self, case: str) -> int:
        """Return how many pages the document of the case's only reply has."""
        case_id = self.story.case(case).id
        with self.story.house.database.reading() as session:
            (reply,) = correspondence.replies_of(session, case_id)
        content = self.story.house.documents.get(reply.document, case_id=case_id)
        return len(PdfReader(io.BytesIO(content)).pages)
