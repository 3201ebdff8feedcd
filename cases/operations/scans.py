"""Take in a scanned stack: what its codes name goes to its cases, the rest to the tray.

In two steps, because documents are encrypted for the case they go to: `plan` reads, the caller
puts the documents, `take_in` writes everything in one transaction or nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from cases.operations import replies, seals
from cases.operations.scanned_returns import came_back
from cases.rules.access import Act, may, require
from cases.rules.scan_sorting import (
    Key,
    LetterFacts,
    Parcel,
    SortedStack,
    page_codes_of,
    sort_stack,
)
from cases.store import journal, offices, scans
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply
from cases.store.tables.scan import FiledScan, ScanBatch, TrayItem
from cases.vocabulary.errors import InvalidValue
from cases.vocabulary.scans import ScanKind, ScannedPage, TrayReason
from cases.vocabulary.status import Channel, EntryKind
from cases.vocabulary.values import Actor

MOST_WHY = 500


class PlanIsStale(Exception):
    """What the plan knew of the cases has changed since; plan again."""


@dataclass(frozen=True, slots=True)
class Stack:
    """One scanned file: its content's hash and what was seen on its pages."""

    digest: str  #: SHA-256 of the file, in hex.
    pages: tuple[ScannedPage, ...]
    are_returned: bool = False  #: The mail room says so (退件).


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each document of a stack will go, and to whose id its document is to be bound."""

    stack: Stack
    office_id: UUID
    known: dict[Key, LetterFacts]
    sorted: SortedStack
    bindings: tuple[UUID, ...]  #: For each parcel: its case, or the item it will be in the tray.


@dataclass(frozen=True, slots=True)
class _Landing:
    """Everything that filing one parcel needs."""

    session: Session
    actor: Actor
    batch: ScanBatch
    received_on: date
    now: datetime


def plan(session: Session, actor: Actor, office_id: UUID, stack: Stack) -> Plan:
    """Return where everything would go, writing nothing. Raises NotAllowed."""
    require(actor, Act.TAKE_IN_SCANS, office_id=office_id)
    known = _known(session, stack, office_id)
    sorted_ = sort_stack(
        stack.pages,
        known,
        are_returned=stack.are_returned,
        may_return=may(actor, Act.RECORD_POST, office_id=office_id),
    )
    return Plan(
        stack, office_id, known, sorted_, tuple(_binding(known, each) for each in sorted_.parcels)
    )


def take_in(
    session: Session,
    actor: Actor,
    plan: Plan,
    documents: Sequence[str],
    *,
    received_on: date,
    now: datetime,
) -> ScanBatch:
    """File the plan's documents; the cases of replies wake. A file that is known files nothing.

    `documents` holds the address of each parcel's document. Raises NotAllowed, InvalidValue for
    a day to come, PlanIsStale when a case or letter has changed since the plan was made.
    """
    require(actor, Act.TAKE_IN_SCANS, office_id=plan.office_id)
    if received_on > offices.local_day(session, plan.office_id, now):
        raise InvalidValue(f"nothing can have come on {received_on}: that day is not here yet")
    earlier = scans.batch_of(session, plan.stack.digest)
    if earlier is not None:
        return earlier
    # In the order of their ids, so that two stacks never wait for each other.
    for case_id in sorted({facts.case_id for facts in plan.known.values() if facts.is_ours}):
        lock(session, case_id)
    if _known(session, plan.stack, plan.office_id) != plan.known:
        raise PlanIsStale
    batch = ScanBatch(
        office_id=plan.office_id,
        digest=plan.stack.digest,
        pages=len(plan.stack.pages),
        blanks=len(plan.sorted.blanks),
        taken_at=now,
        taken_by=actor.name,
    )
    session.add(batch)
    session.flush()
    _land_all(_Landing(session, actor, batch, received_on, now), plan, documents)
    session.flush()
    return batch


def write_filed(
    session: Session,
    actor: Actor,
    case: Case,
    scan: FiledScan,
    *,
    behind: str = "",
) -> None:
    """Add a filed document and its journal entry; `behind` names the code it came with."""
    session.add(scan)
    session.flush()
    journal.append(
        session,
        case,
        EntryKind.SCAN_FILED,
        actor=actor,
        at=scan.filed_at,
        result={
            "scan": str(scan.id),
            "as": scan.kind.value,
            "letter": scan.letter,
            "pages": len(scan.pages),
            "reply": str(scan.reply_id) if scan.reply_id else None,
            **({"behind": behind} if behind else {}),
        },
    )


def _known(session: Session, stack: Stack, office_id: UUID) -> dict[Key, LetterFacts]:
    keys = {(code.reference, code.letter) for code in page_codes_of(stack.pages)}
    return scans.letters_named(session, keys, office_id)


def _binding(known: dict[Key, LetterFacts], parcel: Parcel) -> UUID:
    if parcel.filed_as is None or parcel.code is None:
        return uuid4()
    return known[parcel.code.reference, parcel.code.letter].case_id


def _land_all(landing: _Landing, plan: Plan, documents: Sequence[str]) -> None:
    arrived: dict[Key, Reply] = {}
    parcels = zip(plan.sorted.parcels, plan.bindings, documents, strict=True)
    for ordinal, (parcel, binding, document) in enumerate(parcels, start=1):
        if parcel.filed_as is None:
            reply = None
            if parcel.code is not None and parcel.reason is TrayReason.BEHIND_SLIP:
                reply = arrived.get((parcel.code.reference, parcel.code.letter))
            landing.session.add(_item(landing, parcel, ordinal, binding, document, reply))
            continue
        case = lock(landing.session, binding)
        reply = _file(landing, case, parcel, document, _behind(plan, parcel))
        if reply is not None and parcel.code is not None:
            arrived[parcel.code.reference, parcel.code.letter] = reply


def _behind(plan: Plan, slip: Parcel) -> int:
    """Return how many pages are proposed for a slip."""
    return sum(
        len(each.pages)
        for each in plan.sorted.parcels
        if each.reason is TrayReason.BEHIND_SLIP and each.code == slip.code
    )


def _file(
    landing: _Landing, case: Case, parcel: Parcel, document: str, behind: int
) -> Reply | None:
    reply = None
    if parcel.filed_as is ScanKind.REPLY:
        reply = replies.record(
            landing.session,
            landing.actor,
            case,
            channel=Channel.POST,
            received_on=landing.received_on,
            now=landing.now,
            summary=_summary(behind),
            document=document,
        )
    assert parcel.filed_as is not None
    scan = FiledScan(
        batch_id=landing.batch.id,
        case_id=case.id,
        letter=parcel.code.letter if parcel.code else None,
        kind=parcel.filed_as,
        reply_id=reply.id if reply else None,
        document=document,
        pages=list(parcel.pages),
        filed_at=landing.now,
        filed_by=landing.actor.name,
    )
    write_filed(landing.session, landing.actor, case, scan)
    if parcel.filed_as is ScanKind.SEALED_LETTER:
        seals.take_sealed(landing.session, landing.actor, case, scan, now=landing.now)
    if parcel.filed_as is ScanKind.RETURN:
        came_back(landing.session, landing.actor, case, scan.letter, now=landing.now)
    return reply


def _summary(behind: int) -> str:
    if behind == 0:
        return "回执（扫描）Receipt slip, scanned"
    return (
        f"回执（扫描），其后{behind}页待确认 "
        f"Receipt slip, scanned; {behind} pages behind it wait in the tray"
    )


def _item(
    landing: _Landing,
    parcel: Parcel,
    ordinal: int,
    item_id: UUID,
    document: str,
    reply: Reply | None,
) -> TrayItem:
    assert parcel.reason is not None
    return TrayItem(
        id=item_id,
        batch_id=landing.batch.id,
        office_id=landing.batch.office_id,
        ordinal=ordinal,
        pages=list(parcel.pages),
        document=document,
        reason=parcel.reason,
        why=parcel.why[:MOST_WHY],
        code=str(parcel.code) if parcel.code else "",
        guess=parcel.guess,
        guess_as=parcel.guess_as,
        reply_id=reply.id if reply else None,
        put_at=landing.now,
    )
