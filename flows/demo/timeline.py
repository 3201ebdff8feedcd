"""What happened, as it happens: one line for each thing that an office would note down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from cases.store import offices
from cases.store.session import Database
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.journal import JournalEntry
from cases.store.tables.outbox import OutboxMessage
from cases.vocabulary.status import EntryKind, LetterKind

ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
LETTERS = {
    LetterKind.REQUEST: ("协查函", "request"),
    LetterKind.REMINDER: ("催复函", "reminder"),
    LetterKind.SECOND_REMINDER: ("再次催复函", "second reminder"),
    LetterKind.ESCALATION: ("提请督办函", "escalation"),
    LetterKind.CLOSING_NOTICE: ("办结告知书", "closing notice"),
}
TOLD = (
    EntryKind.OPENED,
    EntryKind.LEFT,
    EntryKind.WAITED,
    EntryKind.REPLY_RECORDED,
    EntryKind.REPLY_REVIEWED,
    EntryKind.CLOSED,
)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's life."""

    case_id: UUID
    entry_id: UUID
    at: datetime
    zh: str
    en: str
    letter_id: UUID | None = None
    message_id: str = ""  #: Of the copy that left.

    @property
    def day(self) -> str:
        """The day as an office writes it, with its weekday."""
        return written(self.at.astimezone(ZONE).date())


def written(day: date) -> str:
    """Return `2026-03-24 周二`."""
    return f"{day.isoformat()} 周{WEEKDAYS[day.weekday()]}"


def events_of(database: Database, case_ids: Sequence[UUID]) -> list[Event]:
    """Return everything worth telling of some cases, in the order in which it happened."""
    with database.reading() as session:
        entries = session.exec(
            select(JournalEntry)
            .where(col(JournalEntry.case_id).in_(case_ids), col(JournalEntry.kind).in_(TOLD))
            .order_by(col(JournalEntry.at), col(JournalEntry.seq))
        ).all()
        # What happens at one instant is told case by case, in the order of their opening.
        entries = sorted(entries, key=lambda each: (each.at, case_ids.index(each.case_id)))
        told = [_event(session, entry) for entry in entries]
    return [event for event in told if event is not None]


def _event(session: Session, entry: JournalEntry) -> Event | None:
    if entry.kind is EntryKind.LEFT:
        return _left(session, entry)
    if entry.kind is EntryKind.WAITED:
        return _waited(session, entry)
    words = {
        EntryKind.OPENED: ("登记立案", "opened"),
        EntryKind.REPLY_RECORDED: ("收到复函，待经办人审阅", "a reply came in"),
        EntryKind.REPLY_REVIEWED: ("审阅复函：答复完整", "the reply is complete"),
        EntryKind.CLOSED: ("办结", "closed"),
    }
    zh, en = words[entry.kind]
    return Event(entry.case_id, entry.id, entry.at, zh, en)


def _left(session: Session, entry: JournalEntry) -> Event:
    letter = session.get_one(Letter, UUID(entry.result["letter"]))
    message = session.exec(
        select(OutboxMessage).where(OutboxMessage.message_id == entry.result["message_id"])
    ).one()
    to = offices.get(session, message.office_id) if message.office_id else None
    zh, en = LETTERS[letter.kind]
    verb_zh, verb_en = ("抄送", "copied to") if message.is_copy else ("发往", "sent to")
    number = f" {letter.number}" if letter.number else ""
    return Event(
        entry.case_id,
        entry.id,
        entry.at,
        f"{zh}{number}{verb_zh}{to.name_zh if to else '申请人'}",
        f"{en} {verb_en} {to.name_en if to else 'the applicant'}",
        letter.id,
        message.message_id,
    )


def _waited(session: Session, entry: JournalEntry) -> Event | None:
    if entry.result["outcome"] != "climb":
        return None
    rung = int(str(entry.step_id).rsplit("/", 1)[1])
    letter = session.exec(
        select(Letter)
        .join(Request, col(Request.id) == Letter.request_id)
        .where(Letter.case_id == entry.case_id, Letter.rung == rung - 1)
    ).one()
    due = written(letter.due_on) if letter.due_on else "?"
    return Event(
        entry.case_id, entry.id, entry.at, f"期限 {due} 届满，未获答复", f"no answer by {due[:10]}"
    )
