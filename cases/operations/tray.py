"""What a person does with what lies in the tray (待认领件): file it, reject it, split it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from cases.operations import replies, seals
from cases.operations.scanned_returns import came_back
from cases.operations.scans import write_filed
from cases.rules.access import Act, require, require_reason
from cases.rules.page_code import PageCode, read_page_code
from cases.store import journal
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply
from cases.store.tables.scan import FiledScan, TrayItem
from cases.vocabulary.errors import InvalidValue, TrayItemIsSettled
from cases.vocabulary.scans import ScanKind, TrayStatus
from cases.vocabulary.status import Channel, EntryKind
from cases.vocabulary.values import Actor


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what is split: its place in the item, and its document, bound to its own id."""

    item_id: UUID
    pages: tuple[int, ...]  #: Numbers in the stack.
    document: str


def file_as(
    session: Session,
    actor: Actor,
    item: TrayItem,
    case: Case,
    kind: ScanKind,
    document: str,
    *,
    received_on: date,
    now: datetime,
) -> FiledScan:
    """File an item to a case; a reply wakes it. `document` is the item's, bound to the case.

    A closed case takes it too: a person said so. A whole letter with its seal, on a person's word,
    is what leaves if the letter waits for it. Raises NotAllowed, TrayItemIsSettled, InvalidValue.
    """
    check_waiting(actor, item, case)
    batch_id = _batch_of(item)
    letter = _letter_of(item, case)
    if kind is ScanKind.SEALED_LETTER:
        letter = seals.letter_on_the_word_of(session, case, item, letter)
    scan = FiledScan(
        batch_id=batch_id,
        case_id=case.id,
        letter=letter,
        kind=kind,
        document=document,
        pages=list(item.pages),
        filed_at=now,
        filed_by=actor.name,
    )
    if kind is ScanKind.REPLY:
        scan.reply_id = _reply(session, actor, case, document, received_on, now).id
    write_filed(session, actor, case, scan, behind=item.code)
    if kind is ScanKind.SEALED_LETTER:
        seals.take_sealed(session, actor, case, scan, now=now)
    if kind is ScanKind.RETURN:
        came_back(session, actor, case, scan.letter, now=now)
    settle(item, actor, TrayStatus.FILED, now=now, case_id=case.id)
    return scan


def add_to_reply(
    session: Session,
    actor: Actor,
    item: TrayItem,
    case: Case,
    reply: Reply,
    document: str,
    *,
    instead_of: str,
    now: datetime,
) -> None:
    """Confirm pages proposed for a reply: its document becomes `document`, slip and pages.

    `instead_of` is the reply's document that it was made from. Raises NotAllowed,
    TrayItemIsSettled when the item or the reply's document has changed meanwhile.
    """
    check_waiting(actor, item, case)
    if reply.document != instead_of:
        raise TrayItemIsSettled("the reply got other pages meanwhile; look again")
    reply.document = document
    settle(item, actor, TrayStatus.FILED, now=now, case_id=case.id)
    journal.append(
        session,
        case,
        EntryKind.PAGES_ADDED,
        actor=actor,
        at=now,
        result={"reply": str(reply.id), "pages": len(item.pages), "behind": item.code},
    )
    session.flush()


def reject(session: Session, actor: Actor, item: TrayItem, reason: str, *, now: datetime) -> None:
    """Say that an item belongs to no case; its document is swept, the row stays with the reason.

    Raises NotAllowed, TrayItemIsSettled, InvalidValue.
    """
    require_reason(reason)
    check_waiting(actor, item)
    settle(item, actor, TrayStatus.REJECTED, now=now, why=reason)
    session.flush()


def cut(pages: Sequence[int], after: Sequence[int]) -> list[tuple[int, int]]:
    """Return the parts (begin, end) of an item when it is cut behind its n-th pages.

    Raises InvalidValue for a cut that leaves a part empty.
    """
    places = sorted(set(after))
    if not places or places[0] < 1 or places[-1] >= len(pages):
        raise InvalidValue(
            f"it has {len(pages)} pages; it can be cut behind page 1 to {len(pages) - 1} of them"
        )
    return list(zip([0, *places], [*places, len(pages)], strict=True))


def split(
    session: Session, actor: Actor, item: TrayItem, parts: Sequence[Part], *, now: datetime
) -> list[TrayItem]:
    """Put the parts of an item in the tray instead of it. Raises NotAllowed, TrayItemIsSettled."""
    check_waiting(actor, item)
    found = [
        TrayItem(
            id=part.item_id,
            batch_id=item.batch_id,
            office_id=item.office_id,
            ordinal=item.ordinal,
            pages=list(part.pages),
            document=part.document,
            reason=item.reason,
            why=item.why,
            code=item.code,
            guess=item.guess,
            guess_as=item.guess_as,
            reply_id=item.reply_id,
            put_at=item.put_at,
            part_of_id=item.id,
        )
        for part in parts
    ]
    settle(item, actor, TrayStatus.SPLIT, now=now)
    session.flush()
    session.add_all(found)
    session.flush()
    return found


def new_part(pages: tuple[int, ...]) -> Part:
    """Return a part without a document yet."""
    return Part(uuid4(), pages, "")


def reply_proposed(session: Session, case: Case, item: TrayItem) -> Reply | None:
    """Return the reply of this case that an item is proposed for."""
    if item.reply_id is None:
        return None
    reply = session.get(Reply, item.reply_id)
    return reply if reply is not None and reply.case_id == case.id else None


def _reply(
    session: Session, actor: Actor, case: Case, document: str, received_on: date, now: datetime
) -> Reply:
    return replies.record(
        session,
        actor,
        case,
        channel=Channel.POST,
        received_on=received_on,
        now=now,
        summary="扫描件，由待认领件归入 Scanned, filed from the tray",
        document=document,
    )


def _batch_of(item: TrayItem) -> UUID:
    if item.batch_id is None:
        raise InvalidValue("this is a message; it is filed as a reply")
    return item.batch_id


def _letter_of(item: TrayItem, case: Case) -> int | None:
    """Return which letter of this case the item's code names."""
    code = read_page_code(item.code)
    if not isinstance(code, PageCode) or code.reference != case.reference:
        return None
    return code.letter


def check_waiting(actor: Actor, item: TrayItem, case: Case | None = None) -> None:
    """Raise NotAllowed unless the actor may settle the item, TrayItemIsSettled if it is."""
    require(actor, Act.SETTLE_TRAY, office_id=item.office_id)
    if case is not None:
        require(actor, Act.SETTLE_TRAY, office_id=case.office_id)
    if item.status is not TrayStatus.WAITING:
        raise TrayItemIsSettled(
            f"{item.settled_by} settled this already: it is {item.status.value}"
        )


def settle(
    item: TrayItem,
    actor: Actor,
    status: TrayStatus,
    *,
    now: datetime,
    why: str = "",
    case_id: UUID | None = None,
) -> None:
    """Write down what became of an item; what it held of the message or the pages is gone."""
    item.status, item.settled_at, item.settled_by = status, now, actor.name
    item.settled_why, item.case_id = why, case_id
    item.subject = item.summary = ""
    item.document = ""  # What was bound to the item is swept; the case has its own.
