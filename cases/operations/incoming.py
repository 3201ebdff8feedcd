"""Take in a message: to the cases that it surely answers, to the tray, or aside (来件登记).

In two steps, because documents are encrypted for the case they go to: `plan` reads, the caller
puts the documents, `take_in` writes everything in one transaction or nothing. No message that
comes in makes another leave.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlmodel import Session

from cases.operations import bounces, replies
from cases.rules.access import Act, require
from cases.rules.mail_matching import (
    CaseFacts,
    MailMatch,
    match,
    pages_named,
    references_named,
)
from cases.store import journal, mail, offices
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Reply
from cases.store.tables.mail import FiledMail, IncomingMail
from cases.store.tables.scan import TrayItem
from cases.vocabulary.mail import MailFacts, MailNature, MailPlace
from cases.vocabulary.scans import ScanKind, TrayReason
from cases.vocabulary.status import Channel, EntryKind
from cases.vocabulary.values import Actor

MOST_WHY = 500


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as it lay in a mailbox."""

    facts: MailFacts
    source: str
    office_id: UUID  #: Ours, whose tray takes what names no case.
    arrived_at: datetime
    size: int

    @property
    def key(self) -> str:
        """What makes it the same message: its content, and whom our server delivered it to."""
        parts = [self.facts.digest, *sorted(set(self.facts.envelope_tags))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class MailPlan:
    """Where a message will go, and to whose id each copy of it is to be bound."""

    delivery: Delivery
    mail_id: UUID
    place: MailPlace
    why: str
    cases: tuple[CaseFacts, ...]  #: It is filed to, or noted in.
    match: MailMatch | None  #: None: it is no answer.
    bindings: tuple[UUID, ...]  #: The cases; else the item in the tray, or the row it is kept by.


def plan(session: Session, actor: Actor, delivery: Delivery) -> MailPlan:
    """Return where a message would go, writing nothing. Raises NotAllowed."""
    require(actor, Act.TAKE_IN_MAIL)
    place, why, cases, found = _judged(session, delivery.facts)
    mail_id = uuid4()
    bindings = tuple(case.case_id for case in cases) or (mail_id,)
    if place is MailPlace.TRAY:
        bindings = (uuid4(),)
    return MailPlan(delivery, mail_id, place, why, cases, found, bindings)


def take_in(
    session: Session,
    actor: Actor,
    plan: MailPlan,
    originals: Sequence[str],
    papers: Sequence[str],
    *,
    now: datetime,
) -> IncomingMail:
    """Write the plan down; the cases of replies wake. A message that is known changes nothing.

    `originals` holds, for each binding, the address of the message as it came; `papers` that of
    its attached pages, empty where it has none. Nothing that the plan rests on changes: a tag, a
    Message-ID and a reference name their case for good. Raises NotAllowed.
    """
    require(actor, Act.TAKE_IN_MAIL)
    delivery = plan.delivery
    earlier = mail.by_key(session, delivery.key)
    if earlier is not None:
        return earlier
    for case_id in sorted(case.case_id for case in plan.cases):
        lock(session, case_id)  # In one order, since another message may hold several, too.
    row = _row(plan, now)
    session.add(row)
    session.flush()
    if plan.place is MailPlace.TRAY:
        session.add(_item(plan, row, originals[0], now))
    elif plan.cases:
        for each, original, paper in zip(plan.cases, originals, papers, strict=True):
            _to_case(session, actor, row, each, plan, original, paper, now)
    else:
        row.document = originals[0]
    if delivery.facts.nature is MailNature.BOUNCE:
        _bounced(session, actor, delivery.facts, now)
    session.flush()
    return row


def file_as_reply(
    session: Session,
    actor: Actor,
    case: Case,
    row: IncomingMail,
    *,
    summary: str,
    original: str,
    paper: str,
    now: datetime,
) -> Reply | None:
    """File a message to a case as a reply, unless the case has it. The caller holds its row.

    Raises NotAllowed.
    """
    if mail.has(session, case.id, row.digest):
        return None
    reply = replies.record(
        session,
        actor,
        case,
        channel=Channel.EMAIL,
        received_on=_received_on(session, case, row.arrived_at, now),
        now=now,
        summary=summary,
        document=paper,
    )
    _file(session, actor, case, row, original, now, reply=reply)
    return reply


def _judged(
    session: Session, facts: MailFacts
) -> tuple[MailPlace, str, tuple[CaseFacts, ...], MailMatch | None]:
    known = mail.known_cases(
        session,
        tag_hashes={*facts.tags, *facts.envelope_tags},
        message_ids={*facts.parents, *facts.ancestors, *facts.returned},
        references=references_named(facts),
        pages=pages_named(facts),
    )
    if facts.nature is MailNature.LETTER:
        found = match(facts, known)
        place = MailPlace.FILED if found.reason is None else MailPlace.TRAY
        return place, found.why, found.cases, found
    if facts.nature is MailNature.BOUNCE and not mail.sent_as(session, facts.returned):
        why = "something was not delivered, and it does not name a message of ours"
        return MailPlace.TRAY, why, (), MailMatch(why, reason=TrayReason.UNPLACED_BOUNCE)
    about = [known.by_message_id.get(each) for each in (*facts.returned, *facts.parents)]
    about += [known.by_tag.get(tag) for tag in facts.tags]
    noted = {case.case_id: case for case in about if case is not None}
    why = f"{facts.nature.value.replace('_', ' ')}: no answer, and answered by nothing"
    return MailPlace.ASIDE, why, tuple(noted.values()), None


def _row(plan: MailPlan, now: datetime) -> IncomingMail:
    delivery, facts = plan.delivery, plan.delivery.facts
    return IncomingMail(
        id=plan.mail_id,
        key=delivery.key,
        digest=facts.digest,
        source=delivery.source,
        message_id=facts.message_id[:250],
        sender=facts.sender[:254],
        nature=facts.nature,
        place=plan.place,
        why=plan.why[:MOST_WHY],
        spf=facts.proof.spf[:12],
        dkim=facts.proof.dkim[:12],
        dmarc=facts.proof.dmarc[:12],
        size=delivery.size,
        attached=facts.attached,
        arrived_at=min(delivery.arrived_at, now),
        taken_at=now,
    )


def _item(plan: MailPlan, row: IncomingMail, original: str, now: datetime) -> TrayItem:
    found, facts = plan.match, plan.delivery.facts
    assert found is not None
    assert found.reason is not None
    guess = found.guess
    return TrayItem(
        id=plan.bindings[0],
        mail_id=row.id,
        office_id=guess.office_id if guess else plan.delivery.office_id,
        document=original,
        reason=found.reason,
        why=found.why[:MOST_WHY],
        guess=guess.reference if guess else "",
        guess_as=ScanKind.REPLY if guess else None,
        subject=facts.subject[:200],
        summary=facts.summary,
        put_at=now,
    )


def _to_case(
    session: Session,
    actor: Actor,
    row: IncomingMail,
    each: CaseFacts,
    plan: MailPlan,
    original: str,
    paper: str,
    now: datetime,
) -> None:
    case = lock(session, each.case_id)
    if plan.place is MailPlace.FILED:
        summary = plan.delivery.facts.summary
        file_as_reply(
            session, actor, case, row, summary=summary, original=original, paper=paper, now=now
        )
    elif not mail.has(session, case.id, row.digest):
        _file(session, actor, case, row, original, now)


def _file(
    session: Session,
    actor: Actor,
    case: Case,
    row: IncomingMail,
    original: str,
    now: datetime,
    *,
    reply: Reply | None = None,
) -> None:
    """Put a message in its case, with its journal entry: as a reply, or only noted (备查)."""
    filed = FiledMail(
        mail_id=row.id,
        case_id=case.id,
        digest=row.digest,
        reply_id=reply.id if reply else None,
        document=original,
        filed_at=now,
        filed_by=actor.name,
    )
    session.add(filed)
    journal.append(
        session,
        case,
        EntryKind.MAIL_FILED if reply else EntryKind.MAIL_NOTED,
        actor=actor,
        at=now,
        result={
            "mail": str(row.id),
            "nature": row.nature.value,
            "reply": str(reply.id) if reply else None,
            "sender_proof": {"spf": row.spf, "dkim": row.dkim, "dmarc": row.dmarc},
        },
        personal={"sender": row.sender, "message_id": row.message_id},
    )


def _bounced(session: Session, actor: Actor, facts: MailFacts, now: datetime) -> None:
    for message in mail.sent_as(session, facts.returned):
        report = bounces.report_on(message, facts.undelivered)
        if report is not None:
            bounces.record_bounced(session, actor, message, report, now=now)


def _received_on(session: Session, case: Case, arrived_at: datetime, now: datetime) -> date:
    """Return the day it reached our mailbox: a mailbox that we read late is not their delay."""
    return min(
        offices.local_day(session, case.office_id, arrived_at),
        offices.local_day(session, case.office_id, now),
    )
