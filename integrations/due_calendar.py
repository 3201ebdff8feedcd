"""Due dates as a calendar file (RFC 5545): references, offices and days, never an applicant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from icalendar import Calendar, Event

from cases.store.tables.case import Case
from cases.store.tables.correspondence import Request
from cases.store.tables.office import Office
from cases.vocabulary.status import RequestStatus


class EntryStatus(StrEnum):
    """How sure an entry is, in the words of RFC 5545, 3.8.1.11."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"  #: 暂定: it rests on a year that is not published.
    CANCELLED = "CANCELLED"  #: No answer is awaited any more, or the clock stands.


@dataclass(frozen=True, slots=True)
class DueEntry:
    """One request in a calendar."""

    request_id: UUID
    revision: int  #: Grows with whatever happens to the case, a moved date among it.
    reference: str
    office: str
    on: date
    status: EntryStatus


def entry_of(case: Case, request: Request, asked: Office, asked_on: date) -> DueEntry:
    """Return what a calendar shows of a request; without a due date it stands on `asked_on`."""
    runs = request.status is RequestStatus.AWAITING_REPLY and request.due_on is not None
    status = EntryStatus.CONFIRMED if runs else EntryStatus.CANCELLED
    if runs and request.due_is_provisional:
        status = EntryStatus.TENTATIVE
    on = request.due_on or asked_on
    return DueEntry(request.id, case.journal_seq, case.reference, asked.name_zh, on, status)


def calendar_of(entries: Iterable[DueEntry], *, domain: str, now: datetime) -> bytes:
    """Return the file: one entry of a whole day each, under an id that never changes.

    Read in again, an entry takes the place of the one with the same id and a lower sequence.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Hancha//due dates//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "函查：复函截止日期")
    for entry in entries:
        calendar.add_component(_event(entry, domain, now))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: DueEntry, domain: str, now: datetime) -> Event:
    mark = "（暂定）" if entry.status is EntryStatus.TENTATIVE else ""
    event = Event()
    event.add("uid", f"{entry.request_id}@{domain}")
    event.add("sequence", entry.revision)
    event.add("dtstamp", now)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", f"复函截止{mark} {entry.reference} {entry.office}")
    event.add("status", entry.status.value)
    event.add("transp", "TRANSPARENT")  # It takes nobody's time.
    event.add("class", "CONFIDENTIAL")
    return event
