"""What happened to cases, day by day, as the day ledger takes it: one look for many cases.

The journal says what happened and in which order; the rows say on which day, as it is known now
(a delivery recorded later moves the receipt). Nothing on file says when an applicant was asked for
papers or brought them, so no day is charged to the applicant.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from cases.rules.day_ledger import Fact, FactKind
from cases.store import offices
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Reply, Request, StoppedClock
from cases.store.tables.journal import JournalEntry
from cases.store.tables.office import Office
from cases.vocabulary.status import EntryKind

BATCH = 500  #: Cases in one look.
TOLD_BY = (
    EntryKind.OPENED,
    EntryKind.LEFT,
    EntryKind.ACCEPTED,
    EntryKind.REPLY_RECORDED,
    EntryKind.REPLY_REVIEWED,
    EntryKind.REFERRED,
    EntryKind.CLOSED,
    EntryKind.WITHDRAWN,
    EntryKind.REOPENED,
)
Row = TypeVar("Row", Letter, Reply, Request)


def facts_of(session: Session, cases: Sequence[Case]) -> dict[UUID, list[Fact]]:
    """Return the facts of each case, in the order in which they happened on each day."""
    found: dict[UUID, list[Fact]] = {}
    for start in range(0, len(cases), BATCH):
        some = cases[start : start + BATCH]
        files = _Files(session, [case.id for case in some])
        for case in some:
            zone = offices.get(session, case.office_id)
            found[case.id] = sorted(files.told(case.id, zone), key=lambda fact: fact.on)
    return found


class _Files:
    """What is on file of some cases."""

    def __init__(self, session: Session, case_ids: Sequence[UUID]) -> None:
        self._entries: dict[UUID, list[JournalEntry]] = defaultdict(list)
        for entry in session.exec(
            select(JournalEntry)
            .where(col(JournalEntry.case_id).in_(case_ids), col(JournalEntry.kind).in_(TOLD_BY))
            .order_by(col(JournalEntry.case_id), col(JournalEntry.seq))
        ):
            self._entries[entry.case_id].append(entry)
        self._letters = _by_id(
            session.exec(select(Letter).where(col(Letter.case_id).in_(case_ids), Letter.rung == 0))
        )
        self._replies = _by_id(session.exec(select(Reply).where(col(Reply.case_id).in_(case_ids))))
        self._requests = _by_id(
            session.exec(select(Request).where(col(Request.case_id).in_(case_ids)))
        )
        self._rounds = {(each.case_id, each.round): each.id for each in self._requests.values()}
        self._answered = {each.answered_by_id: each.id for each in self._requests.values()}
        self._stops: dict[UUID, list[StoppedClock]] = defaultdict(list)
        for stop in session.exec(
            select(StoppedClock).join(Request).where(col(Request.case_id).in_(case_ids))
        ):
            self._stops[self._requests[stop.request_id].case_id].append(stop)
        asked = {request.office_id for request in self._requests.values()}
        codes = session.exec(select(Office.id, Office.code).where(col(Office.id).in_(asked)))
        self._codes = dict(codes.all())

    def told(self, case_id: UUID, ours: Office) -> Iterator[Fact]:
        """Tell a case in the order of its journal; days are those of our office's zone."""
        entries = self._entries[case_id]
        for number, entry in enumerate(entries):
            yield from self._told(entry, ours, entries[number + 1 :])
        for stop in self._stops[case_id]:
            yield Fact(stop.since, FactKind.STOPPED, str(stop.id))
            if stop.until is not None:
                yield Fact(stop.until, FactKind.RESTARTED, str(stop.id))

    def _told(
        self, entry: JournalEntry, ours: Office, later: Sequence[JournalEntry]
    ) -> Iterator[Fact]:
        on = offices.day_at(ours, entry.at)
        match entry.kind:
            case EntryKind.OPENED:
                yield Fact(on, FactKind.OPENED)
            case EntryKind.LEFT:
                yield from self._left(entry, on, _ends(ours, later))
            case EntryKind.ACCEPTED:
                request = self._requests[UUID(entry.result["request"])]
                if request.accepted_at is not None:
                    accepted_on = offices.day_at(ours, request.accepted_at)
                    yield Fact(accepted_on, FactKind.ACCEPTED, str(request.id))
            case EntryKind.REPLY_RECORDED:
                reply = self._replies[UUID(entry.result["reply"])]
                yield Fact(reply.received_on, FactKind.REPLY_ARRIVED, str(reply.id))
            case EntryKind.REPLY_REVIEWED:
                yield from self._looked_at(UUID(entry.result["reply"]), on)
            case EntryKind.REFERRED:
                # The next round has begun with this very entry.
                yield from self._referred(entry.case_id, entry.result["round"] - 1, on)
            case EntryKind.REOPENED:
                yield Fact(on, FactKind.REOPENED)
            case _:
                yield Fact(on, FactKind.CLOSED)

    def _left(self, entry: JournalEntry, on: date, ended_on: date | None) -> Iterator[Fact]:
        """Tell of the letter that asked; reminders find the office with the request already."""
        letter = self._letters.get(UUID(entry.result["letter"]))
        if letter is None or letter.request_id is None or entry.result["is_copy"]:
            return
        about = str(letter.request_id)
        office = self._codes[self._requests[letter.request_id].office_id]
        yield Fact(on, FactKind.LEFT, about, office)
        received_on = letter.received_on
        # Referred or closed while it was on its way: nobody has to do anything with it any more.
        if received_on is not None and (ended_on is None or received_on <= ended_on):
            yield Fact(max(on, received_on), FactKind.RECEIVED, about, office)

    def _looked_at(self, reply_id: UUID, on: date) -> Iterator[Fact]:
        yield Fact(on, FactKind.REPLY_LOOKED_AT, str(reply_id))
        if reply_id in self._answered:
            yield Fact(on, FactKind.ENDED, str(self._answered[reply_id]))

    def _referred(self, case_id: UUID, round_: int, on: date) -> Iterator[Fact]:
        if (case_id, round_) in self._rounds:
            yield Fact(on, FactKind.ENDED, str(self._rounds[case_id, round_]))


def _ends(ours: Office, later: Iterable[JournalEntry]) -> date | None:
    """Return the day on which a round ended that was going on, by the entries after it."""
    endings = (EntryKind.REFERRED, EntryKind.CLOSED, EntryKind.WITHDRAWN)
    ended: Iterator[datetime] = (entry.at for entry in later if entry.kind in endings)
    first = next(ended, None)
    return None if first is None else offices.day_at(ours, first)


def _by_id(rows: Iterable[Row]) -> dict[UUID, Row]:
    return {row.id: row for row in rows}
