"""Letters go out, wear, come back in stacks: no page is filed to a wrong case, hardly one is lost.

HANCHA_SCAN_LETTERS says how many letters; `make scans` sends 300.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.databases import SqliteDatabases
from tests.scan.mail_room import Found, MailRoom
from tests.scan.paper import blank, certificate, rasterised, stack_of, wear, worn
from tests.settled_worlds import SettledWorlds

pytestmark = pytest.mark.slow

USUAL_LETTERS = 60
#: Of so many letters how many are scanned at which resolution.
SHARES = {150: 0.35, 200: 0.5, 300: 0.15}
#: Of those, how many are sealed, come back undelivered, come back as a stack with a page missing.
SEALED, RETURNED, BROKEN = 1 / 10, 1 / 10, 1 / 15
SHEETS_AT_ONCE = 60


@dataclass(frozen=True)
class Sheet:
    """One side of a sheet, and where it must go."""

    jpeg: bytes
    expected: Found


@cache
def worn_certificate(dpi: int, number: int) -> bytes:
    """Return one of a few certificates; they carry no code of ours, so a few will do."""
    return worn(certificate(number % 3, dpi), wear(number, dpi), number)


class Journey:
    """Sends letters of one resolution out and home again."""

    def __init__(self, room: MailRoom, dpi: int, letters: int) -> None:
        self.room, self.dpi = room, dpi
        self.chance = random.Random(dpi)
        self.references = [room.story.open() for _ in range(letters)]
        self.sheets = 0
        self.outcomes: Counter[tuple[Found, Found]] = Counter()

    def travel(self) -> None:
        """Scan the sealed ones before they leave, and the rest after."""
        sealed, returned, broken = (
            max(1, round(len(self.references) * share)) for share in (SEALED, RETURNED, BROKEN)
        )
        while self.room.story.turn():
            pass
        first, rest = self.references[:sealed], self.references[sealed:]
        self.scan([sheet for each in first for sheet in self.letter(each, "sealed_letter")])
        self.room.story.rest()
        self.scan(
            [sheet for each in rest[:returned] for sheet in self.letter(each, "return")],
            returned=True,
        )
        rest = rest[returned:]
        gaps = [sheet for each in rest[:broken] for sheet in self.letter(each, "tray: gap")[1:]]
        answers = [sheet for each in rest[broken:] for sheet in self.answer(each)]
        stranger = Sheet(worn_certificate(self.dpi, 1), Found("", "tray: no_code"))
        self.scan([stranger, *gaps, *answers])

    def letter(self, reference: str, how: str) -> list[Sheet]:
        """Return a letter's pages, shuffled as when somebody dropped them."""
        pages = [
            self.printed(reference, page, how) for page in range(1, self.room.pages(reference) + 1)
        ]
        if how != "tray: gap":
            self.chance.shuffle(pages)
        return pages

    def answer(self, reference: str) -> Iterator[Sheet]:
        """Yield a slip, certificates behind it for some, and a blank back for some."""
        yield self.printed(reference, self.room.pages(reference), "reply")
        for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
            self.sheets += 1
            picture = worn_certificate(self.dpi, self.sheets % 5)
            yield Sheet(picture, Found(reference, "tray: behind_slip"))
        if self.chance.random() < 0.2:
            yield Sheet(worn(blank(self.dpi), wear(0, self.dpi), 0), Found("", "blank"))

    def printed(self, reference: str, page: int, how: str) -> Sheet:
        self.sheets += 1
        picture = rasterised(self.room.printed(reference), page, self.dpi)
        return Sheet(worn(picture, wear(self.sheets, self.dpi), self.sheets), Found(reference, how))

    def scan(self, sheets: list[Sheet], *, returned: bool = False) -> None:
        """Take the sheets in and note, for each, what was expected and what came."""
        content = stack_of([sheet.jpeg for sheet in sheets])
        taken = self.room.take(content, returned=returned)
        assert taken.batch.pages == len(sheets)
        found = self.room.where(taken.batch)
        for number, sheet in enumerate(sheets, start=1):
            self.outcomes[sheet.expected, found.get(number, Found("", "blank"))] += 1


@pytest.fixture(scope="module")
def journeys(
    sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Journey]:
    """Send all letters, once for the tests below."""
    count = int(os.environ.get("HANCHA_SCAN_LETTERS", USUAL_LETTERS))
    folder = tmp_path_factory.mktemp("round-trip")
    made = {}
    with SettledWorlds(sqlite, folder).story() as story:
        room = MailRoom(story, Path(folder))
        for dpi, share in SHARES.items():
            made[dpi] = Journey(room, dpi, round(count * share))
            made[dpi].travel()
    return made


def outcomes(journeys: dict[int, Journey]) -> Counter[tuple[Found, Found]]:
    """Return what was expected and what came, at every resolution together."""
    return sum((each.outcomes for each in journeys.values()), Counter())


def test_no_page_is_filed_to_or_proposed_for_a_wrong_case(journeys: dict[int, Journey]) -> None:
    wrong = {
        (expected, found): count
        for (expected, found), count in outcomes(journeys).items()
        if found.reference and found.reference != expected.reference
    }
    assert wrong == {}


def test_no_page_is_filed_as_something_it_is_not(journeys: dict[int, Journey]) -> None:
    wrong = {
        (expected, found): count
        for (expected, found), count in outcomes(journeys).items()
        if not found.how.startswith("tray") and found.how != expected.how
    }
    assert wrong == {}


def test_a_page_without_a_code_is_proposed_or_in_the_tray_never_filed(
    journeys: dict[int, Journey],
) -> None:
    found = {
        found.how
        for (expected, found) in outcomes(journeys)
        if expected.how in ("tray: no_code", "tray: behind_slip")
    }
    assert found <= {"tray: no_code", "tray: behind_slip"}


@pytest.mark.parametrize("dpi", SHARES)
def test_of_pages_that_can_be_filed_at_least_99_percent_are(
    journeys: dict[int, Journey], dpi: int
) -> None:
    filed = Counter[bool]()
    for (expected, found), count in journeys[dpi].outcomes.items():
        if not expected.how.startswith("tray") and expected.how != "blank":
            filed[found == expected] += count
    assert filed.total() >= 10
    assert filed[True] / filed.total() >= 0.99, journeys[dpi].outcomes


def test_a_letter_with_a_missing_page_is_in_the_tray_with_its_case_as_the_guess(
    journeys: dict[int, Journey],
) -> None:
    gaps = {pair for pair in outcomes(journeys) if pair[0].how == "tray: gap"}
    assert gaps
    assert all(found == expected for expected, found in gaps)


def test_blank_backs_are_dropped_and_nothing_else_is(journeys: dict[int, Journey]) -> None:
    pairs = outcomes(journeys)
    assert any(found.how == "blank" for _, found in pairs)
    assert {expected.how for expected, found in pairs if found.how == "blank"} == {"blank"}
