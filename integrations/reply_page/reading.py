"""What the page shows of a letter: what its reader needs to know it again, and no more.

No name, number or other fact of the person it is about: the letter has them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from cases.operations.reply_links import state_of
from cases.store import offices, reply_links
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Request
from cases.store.tables.reply_link import ReplyLink
from cases.vocabulary.reply_link import LinkAct, LinkState


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt as the page prints it."""

    ordinal: int  #: Among those of its link, from 1.
    number: str
    act: LinkAct
    at: datetime  #: In the zone of the office that asks.
    pages: int


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """One letter, the two offices, and what was said by its link so far."""

    case_id: UUID
    reference: str
    number: str
    subject: str
    dated_on: date
    due_on: date | None
    sender_zh: str
    sender_en: str
    asked_zh: str
    asked_en: str
    state: LinkState
    expires_on: date
    receipts: tuple[Given, ...]


def facts_of(session: Session, link_id: UUID, *, now: datetime) -> LetterFacts:
    """Return what the page shows at a link."""
    link = session.get_one(ReplyLink, link_id)
    case, letter = session.get_one(Case, link.case_id), session.get_one(Letter, link.letter_id)
    request = session.get(Request, letter.request_id) if letter.request_id else None
    ours, asked = offices.get(session, case.office_id), offices.get(session, link.office_id)
    zone = ZoneInfo(ours.zone)
    shows_due = request is not None and not request.due_is_provisional
    return LetterFacts(
        case_id=case.id,
        reference=case.reference,
        number=letter.number,
        subject=letter.subject.partition("（")[0].partition(" (")[0],
        dated_on=(letter.signed_at or letter.drafted_at).astimezone(zone).date(),
        due_on=request.due_on if request is not None and shows_due else None,
        sender_zh=ours.name_zh,
        sender_en=ours.name_en or ours.name_zh,
        asked_zh=asked.name_zh,
        asked_en=asked.name_en or asked.name_zh,
        state=state_of(link, now),
        expires_on=link.expires_at.astimezone(zone).date(),
        receipts=tuple(
            Given(place, row.number, row.act, row.at.astimezone(zone), row.pages)
            for place, row in enumerate(reply_links.receipts_of(session, link.id), start=1)
        ),
    )
