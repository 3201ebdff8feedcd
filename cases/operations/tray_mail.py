"""File a message that lies in the tray, to one case or to several, on a person's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from cases.operations.incoming import file_as_reply
from cases.operations.tray import check_waiting, settle
from cases.store.tables.case import Case
from cases.store.tables.mail import IncomingMail
from cases.store.tables.scan import TrayItem
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.mail import MailPlace
from cases.vocabulary.scans import TrayStatus
from cases.vocabulary.values import Actor


@dataclass(frozen=True, slots=True)
class Destination:
    """A case that a message goes to, and its documents, encrypted for that case."""

    case: Case
    original: str
    paper: str  #: Its attached pages; empty when it has none that can be kept.


def file_mail(
    session: Session,
    actor: Actor,
    item: TrayItem,
    to: Sequence[Destination],
    *,
    now: datetime,
) -> int:
    """File a message as a reply of each case; they wake. Return how many did not have it yet.

    The caller holds the rows of the cases. A closed case takes it too: a person said so. The
    sender was shown to that person and is believed. Raises NotAllowed, TrayItemIsSettled,
    InvalidValue for what is no message.
    """
    if item.mail_id is None or not to:
        raise InvalidValue("these are scanned pages, no message; or no case is named")
    for each in to:
        check_waiting(actor, item, each.case)
    row = session.get_one(IncomingMail, item.mail_id)
    filed = 0
    for each in to:
        reply = file_as_reply(
            session,
            actor,
            each.case,
            row,
            summary=item.summary,
            original=each.original,
            paper=each.paper,
            now=now,
        )
        filed += reply is not None
    row.place = MailPlace.FILED
    settle(item, actor, TrayStatus.FILED, now=now, case_id=to[0].case.id)
    session.flush()
    return filed
