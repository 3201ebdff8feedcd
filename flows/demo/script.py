"""What is played: the synthetic offices, people and cases under `examples/demo`."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cases.operations import directory
from cases.store.session import Database
from cases.store.tables.office import Office
from cases.vocabulary.status import LetterKind, Role

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
APPLICATION = EXAMPLES / "enclosures" / "application.pdf"


@dataclass(frozen=True, slots=True)
class PlayedCase:
    """One case of the script, and what its home office does."""

    title_zh: str
    title_en: str
    applicant: str
    person_number: str
    email: str
    certificate: str
    purpose: str
    answers_after: LetterKind
    days_later: int
    answer: str
    note: str
    letters: tuple[LetterKind, ...]  #: Every letter that must exist in the end.


def read_cases(folder: Path = EXAMPLES / "demo") -> list[PlayedCase]:
    """Return the cases of the script."""
    return [_case(each) for each in _toml(folder / "cases.toml")["cases"]]


def furnish(database: Database, now: datetime, folder: Path = EXAMPLES / "demo") -> None:
    """Enter the script's offices and people in an empty installation."""
    world = _toml(folder / "offices.toml")
    with database.transaction("furnish") as session:
        for each in world["offices"]:
            superior = each.pop("superior", "")
            directory.add_office(session, directory.FOUNDER, Office(**each), superior, now=now)
        for each in world["people"]:
            roles = [Role(role) for role in each["roles"]]
            directory.add_person(
                session, directory.FOUNDER, each["login"], each["name"], each["office"], roles
            )


def _case(given: dict[str, Any]) -> PlayedCase:
    title = given.pop("title")
    letters = tuple(LetterKind(kind) for kind in given.pop("letters"))
    after = LetterKind(given.pop("answers_after"))
    return PlayedCase(
        title_zh=title["zh"], title_en=title["en"], answers_after=after, letters=letters, **given
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))
