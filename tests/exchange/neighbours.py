"""Two installations side by side: West asks for XQ, East answers for YZ; a folder between them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from cases.operations import directory, our_answers, partners
from cases.store import offices
from cases.store.tables.case import Case
from cases.store.tables.exchange import Partner
from cases.store.tables.inquiry import Inquiry
from cases.vocabulary.status import Outcome
from integrations.exchange.signing import OwnKey
from integrations.exchange_papers import Papers
from integrations.exchange_round import ExchangeRound
from integrations.wiring import House
from tests.cli.terminal import APPLICATION, SettledInstallations
from tests.outside_world import PowerCut
from tests.story import Story

ANSWER = "户籍情况证明已出具，随函寄送"


@dataclass
class Neighbour:
    """One of the two: its story, and its rounds of the exchange."""

    name: str
    story: Story
    folder: Path

    def __post_init__(self) -> None:
        house = self.story.house
        house.settings = house.settings.model_copy(update={"exchange_name": self.name})
        house.reached = self.story.power.reached
        self.round = ExchangeRound(house, Papers(house.documents, clean=lambda pdf: pdf))

    def use_the_real_reader(self) -> None:
        """Clean what comes in by the limited process, as a worker does."""
        house = self.story.house
        self.round = ExchangeRound(house, Papers(house.documents))

    @property
    def public_key(self) -> str:
        return OwnKey(self.story.house.settings.home).public()

    def files(self, what: str = "messages") -> list[Path]:
        return sorted((self.folder / self.name / what).glob("*.json"))

    def cases(self) -> list[str]:
        """Return the references of the cases that the other one opened here."""
        return received(self.story)

    def carry(self) -> None:
        """Let the engine rest, and do one round; a power cut ends it as a kill would."""
        self.story.rest()
        try:
            self.round.carry()
        except PowerCut:
            return


@dataclass
class Neighbours:
    west: Neighbour
    east: Neighbour

    def exchange(self, times: int = 4) -> None:
        """Let both do their rounds, in turn."""
        for _ in range(times):
            self.west.carry()
            self.east.carry()
        self.west.story.rest()
        self.east.story.rest()

    def asked(self) -> tuple[str, str]:
        """Let West ask, and return its case and East's."""
        case = self.ask()
        self.exchange()
        return case, self.east.cases()[0]

    def ask(self, **changes: object) -> str:
        """Let West open a case with a real paper; nothing is carried yet."""
        case_id, paper = self.west.story.document(APPLICATION)
        given: dict[str, object] = {"case_id": case_id, "enclosures": {"application": paper}}
        return self.west.story.open(**{**given, **changes})

    def answer(self, case: str, words: str = ANSWER) -> None:
        """Let East's clerk answer and its manager sign."""
        east = self.east.story
        east.act("zheng", our_answers.answer, case, Outcome.ANSWERED, words)
        east.rest()
        east.sign(case, "zheng")


def received(story: Story) -> list[str]:
    """Return the references of the cases that another office opened here."""
    return list(story.rows(select(Case.reference).join(Inquiry).order_by(col(Case.reference))))


def settle_east(house: House) -> None:
    """Make the synthetic world that of YZ: XQ is the neighbour there."""
    with house.database.transaction("east") as session:
        offices.by_code(session, "YZ").is_ours = True
        offices.by_code(session, "XQ").is_ours = False


def introduce(
    house: House, partner: str, folder: Path, *, clerk: str, office: str, key: str
) -> None:
    """Enter the other one as a partner, with its office and its key."""
    now = house.clock.now()
    with house.database.transaction("introduce") as session:
        row = Partner(code=partner, name=f"{partner}（示例）", folder=str(folder), clerk=clerk)
        partners.add_partner(session, directory.FOUNDER, row, [office], now=now)
        partners.trust(session, directory.FOUNDER, partner, key, now=now)


@contextmanager
def neighbours(installations: SettledInstallations, folder: Path) -> Iterator[Neighbours]:
    """Give the two, introduced to each other."""
    with ExitStack() as ending:
        made: list[Neighbour] = []
        for name in ("west", "east"):
            story = ending.enter_context(installations.story(home=folder / name))
            made.append(Neighbour(name, story, folder / "shared"))
        west, east = made
        settle_east(east.story.house)
        shared = folder / "shared"
        introduce(west.story.house, "east", shared, clerk="zhou", office="YZ", key=east.public_key)
        introduce(east.story.house, "west", shared, clerk="zheng", office="XQ", key=west.public_key)
        yield Neighbours(west, east)
