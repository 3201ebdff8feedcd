"""What is on record of the cases in a world: rows as they stand, lives as a clerk reads them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from cases.operations.letter_content import content_of
from cases.store import correspondence, journal
from cases.store.cases import by_reference, locked_by_reference
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.journal import JournalEntry
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.values import LetterContent
from tests.world import World

Row = TypeVar("Row")

CHINA = ZoneInfo("Asia/Shanghai")


def written(at: datetime) -> str:
    """Write an instant as it is read in China: "Mon 2026-03-02"."""
    return f"{at.astimezone(CHINA):%a %F}"


class OnRecord:
    """Reads the database of a world."""

    def __init__(self, world: World) -> None:
        self.house, self.clock, self.case = world.house, world.clock, world.case

    def reference(self, case_id: UUID) -> str:
        """Return the reference of a case."""
        return self.row(Case, case_id).reference

    def personal(self, entry: JournalEntry) -> dict[str, Any]:
        """Return the personal part of a journal entry; empty when it has none."""
        with self.house.database.reading() as session:
            payload = journal.payload_of(session, entry.id)
            return payload.content if payload else {}

    def entries(self, case: str) -> Sequence[JournalEntry]:
        """Return the journal of a case."""
        with self.house.database.reading() as session:
            return journal.entries_of(session, by_reference(session, case).id)

    def life(self, case: str) -> list[str]:
        """Return the journal as lines: "Tue 2026-03-24 reminded"; drafts are left out."""
        quiet = ("drafted", "waited")
        return [
            f"{written(entry.at)} {entry.kind.value}"
            for entry in self.entries(case)
            if entry.kind.value not in quiet
        ]

    def letters(self, case: str) -> Sequence[Letter]:
        """Return the letters of a case."""
        with self.house.database.reading() as session:
            return correspondence.letters_of(session, by_reference(session, case).id)

    def outbox(self, case: str) -> Sequence[OutboxMessage]:
        """Return the outbox messages of a case, the oldest first."""
        return self.rows(
            select(OutboxMessage)
            .where(OutboxMessage.case_id == self.case(case).id)
            .order_by(col(OutboxMessage.created_at))
        )

    def request(self, case: str) -> Request:
        """Return the request of the present round."""
        with self.house.database.reading() as session:
            return correspondence.open_request(session, by_reference(session, case))

    def locked(self, session: Session, case: str) -> Case:
        """Return a case with its row locked for this transaction."""
        return locked_by_reference(session, case)

    def row(self, table: type[Row], key: UUID) -> Row:
        """Return one row as it stands."""
        with self.house.database.reading() as session:
            return session.get_one(table, key)

    def content_of(self, letter: Letter) -> LetterContent:
        """Return what a letter prints."""
        with self.house.database.reading() as session:
            return content_of(session, session.get_one(Case, letter.case_id), letter)

    def rows(self, wanted: Any) -> Any:
        """Return the rows of a query."""
        with self.house.database.reading() as session:
            return session.exec(wanted).all()

    def stands(self, case: str) -> str:
        """Say in one line what the case waits for, until when, and who is to act."""
        row = self.case(case)
        if row.next_action_at is None:
            return f"{row.status.value} {row.outcome.value if row.outcome else ''}".strip()
        return f"{row.next_action.value} by {row.owner} on {written(row.next_action_at)}"
