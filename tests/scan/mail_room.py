"""The mail room of a story: scans stacks, and says where each page of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlmodel import col, select

from cases.rules.page_code import PageCode
from cases.store import scans
from cases.store.tables.case import Case
from cases.store.tables.scan import FiledScan, ScanBatch, TrayItem
from cases.vocabulary.scans import ScannedPage
from integrations.scans.intake import ScanIntake, TakenIn
from integrations.scans.reader import PagePicture, ReadStack, ScanReader
from tests.scan.paper import Wear as PageWear
from tests.scan.paper import as_picture, blank, worn
from tests.story import Story


@dataclass(frozen=True)
class Found:
    """Where a page of a stack is now."""

    reference: str  #: Of the case that it is filed to, or proposed or guessed for.
    how: str  #: "reply", "sealed_letter", "return", "tray: gap", "blank".


class ReadAlready(ScanReader):
    """Gives stacks that were read before; pages are told, not pictured."""

    def __init__(self) -> None:
        super().__init__()
        self.stacks: dict[Path, ReadStack] = {}

    def read(self, path: Path) -> ReadStack:
        """Return the stack under this name."""
        return self.stacks[path]


class MailRoom:
    """Takes in stacks as the mail room of the synthetic world."""

    def __init__(self, story: Story, folder: Path, reader: ScanReader | None = None) -> None:
        self.story, self.folder = story, folder
        self.house = story.house
        self.told = ReadAlready()
        self._picture = as_picture(worn(blank(40), PageWear(40), 0))
        self.reader = reader or ScanReader()

    # -- letters --------------------------------------------------------------------------

    def printed(self, reference: str, letter: int = 1) -> bytes:
        """Return the PDF of a letter of a case."""
        row = self.story.letters(reference)[letter - 1]
        return self.house.documents.get(row.document, case_id=self.story.case(reference).id)

    def pages(self, reference: str, letter: int = 1) -> int:
        """Return how many pages a letter has."""
        return self.story.letters(reference)[letter - 1].pages

    def slip(self, reference: str) -> str:
        """Return the code on the receipt slip of the first request."""
        return self.code(reference, self.pages(reference))

    def code(self, reference: str, page: int, letter: int = 1) -> str:
        """Return the code on a page."""
        return str(PageCode(reference, letter, page, self.pages(reference, letter)))

    # -- taking in ------------------------------------------------------------------------

    def take(
        self,
        content: bytes,
        name: str = "stack.pdf",
        *,
        login: str = "mail",
        returned: bool = False,
    ) -> TakenIn:
        """Take in a file."""
        path = self.folder / name
        path.write_bytes(content)
        return self._intake(self.reader).take_in(path, *self._who(login), are_returned=returned)

    def tell(
        self, *pages: str, login: str = "mail", returned: bool = False, name: str = "told.pdf"
    ) -> TakenIn:
        """Take in a stack of which only the codes matter.

        A page is its code, "" for one without a code, "blank" for an empty back, or several
        codes with blanks between. "same " before a code: the same picture as the page before.
        """
        path = self.folder / name
        digest = sha256(repr(pages).encode()).hexdigest()
        read = tuple(_page(number, text) for number, text in enumerate(pages, start=1))
        self.told.stacks[path] = ReadStack(digest, read, (self._picture,) * len(pages))
        return self._intake(self.told).take_in(path, *self._who(login), are_returned=returned)

    def _intake(self, reader: ScanReader) -> ScanIntake:
        return ScanIntake(self.house.database, self.house.documents, self.house.clock, reader)

    def _who(self, login: str):  # type: ignore[no-untyped-def]
        actor = self.story.actor(login)
        return actor, actor.office_id

    # -- looking --------------------------------------------------------------------------

    def where(self, batch: ScanBatch) -> dict[int, Found]:
        """Return where each page of a stack is; raises when one is in two places."""
        found: dict[int, Found] = {}
        with self.house.database.reading() as session:
            cases = {row.id: row.reference for row in session.exec(select(Case)).all()}
            places = [
                (row.pages, Found(cases[row.case_id], row.kind.value))
                for row in scans.filed_of(session, batch.id)
            ] + [
                (row.pages, Found(row.guess, f"tray: {row.reason.value}"))
                for row in scans.put_of(session, batch.id)
            ]
        for pages, place in places:
            for page in pages:
                assert page not in found, f"page {page} is in two places"
                found[page] = place
        return found

    def tray(self) -> Sequence[TrayItem]:
        """Return what waits."""
        with self.house.database.reading() as session:
            office_id = self.story.actor("mail").office_id
            assert office_id is not None
            return scans.tray(session, office_id=office_id)

    def filed(self, reference: str) -> Sequence[FiledScan]:
        """Return the scans in a case."""
        with self.house.database.reading() as session:
            return session.exec(
                select(FiledScan)
                .where(FiledScan.case_id == self.story.case(reference).id)
                .order_by(col(FiledScan.filed_at))
            ).all()


def _page(number: int, text: str) -> ScannedPage:
    is_same = text.startswith("same ")
    codes = () if text == "blank" else tuple(text.removeprefix("same ").split())
    picture = sha256(f"{codes}{number - 1 if is_same else number}".encode()).hexdigest()
    return ScannedPage(number, codes, ink=0.0 if text == "blank" else 0.02, digest=picture)


__all__ = ["Found", "MailRoom", "PagePicture"]
