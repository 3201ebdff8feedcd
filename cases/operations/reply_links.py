"""What an asked office does by the link in its letter: open it, accept, ask, answer, refuse.

A reply by link is a reply like any other: filed, never refused, judged by a clerk. Each act is
the office's own in the journal, under the name of its link.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from cases.operations import acceptance, replies
from cases.rules import reply_link
from cases.rules.access import Act, require, require_reason
from cases.rules.free_words import check_words
from cases.store import correspondence, journal, offices, reply_links
from cases.store.leases import lock
from cases.store.tables.case import Case
from cases.store.tables.correspondence import Letter, Reply
from cases.store.tables.reply_link import ReplyLink, ReplyReceipt
from cases.vocabulary.errors import InvalidValue, ReplyLinkIsSpent
from cases.vocabulary.reply_link import LinkAct, LinkState
from cases.vocabulary.status import Channel, EntryKind, Role
from cases.vocabulary.values import Actor

MAX_WORDS = 800
MAX_SIGNATURE = 60
MOST_REFUSALS_KEPT = 5  #: Later ones would only fill the journal.

_SAYS = {
    LinkAct.ASK: "询问",
    LinkAct.PARTIAL: "部分答复",
    LinkAct.ANSWER: "答复",
    LinkAct.REFUSE: "不予办理",
    LinkAct.FORWARD: "已转送",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What an office says by its link, and the form that it used."""

    act: LinkAct
    form_key: str
    words: str = ""
    signature: str = ""  #: Who answers and on which telephone, if they tell.
    document: str = ""
    pages: int = 0


def state_of(link: ReplyLink, now: datetime) -> LinkState:
    """Return how a link stands."""
    return reply_link.state_of(
        now=now,
        expires_at=link.expires_at,
        answered_at=link.answered_at,
        revoked_at=link.revoked_at,
        failures=link.failures,
    )


def enter(
    session: Session, token: str, reference: str, code: str, *, now: datetime
) -> ReplyLink | None:
    """Return the link whose letter has this reference and code; None for every other case.

    None says neither what is wrong nor whether there is such a link. Wrong codes are counted
    and journaled, so the caller commits; after MOST_TRIES in a row the link is blocked for good.
    """
    found = reply_links.by_token_hash(session, reply_link.token_hash(token))
    if found is None:
        return None
    case, link = _held(session, found.id)
    if state_of(link, now) is LinkState.BLOCKED:
        return None
    is_right = reply_link.is_same(reply_link.code_hash(token, code), link.code_hash)
    if not is_right or reference != case.reference:
        link.failures += 1
        is_blocked = state_of(link, now) is LinkState.BLOCKED
        _note(session, link, case, EntryKind.LINK_TRIED, now, is_blocked=is_blocked)
        session.flush()
        return None
    link.failures = 0
    if link.opened_at is None:
        link.opened_at = now
        _note(session, link, case, EntryKind.LINK_OPENED, now)
    session.flush()
    return link


def say(session: Session, link_id: UUID, said: Said, *, now: datetime) -> ReplyReceipt:
    """Record what the office says by its link and return the receipt; the case wakes.

    A form that is sent twice, and a second acceptance, give the first receipt again. Raises
    ReplyLinkIsSpent when the link no longer holds, InvalidValue for words that cannot be kept.
    """
    case, link = _held(session, link_id)
    before = reply_links.receipt_of_form(session, link.id, said.form_key)
    if before is None and said.act is LinkAct.ACCEPT:
        before = reply_links.receipt_of_act(session, link.id, said.act)
    if before is not None:
        return before
    state = state_of(link, now)
    if state is not LinkState.OPEN:
        raise ReplyLinkIsSpent(f"the link of {case.reference} is {state.value}")
    check_said(said)
    actor = actor_of(session, link, case)
    reply = None
    if said.act is LinkAct.ACCEPT:
        _accept(session, actor, case, link, now)
    else:
        reply = _recorded(session, actor, case, said, now)
    if said.act.is_last:
        link.answered_at = now
    return _receipt(session, actor, case, link, said, reply, now)


def check_said(said: Said) -> None:
    """Raise InvalidValue unless everything is there that such an act needs, and can be kept."""
    check_words(said.words, "the text", longest=MAX_WORDS)
    check_words(said.signature, "the name", longest=MAX_SIGNATURE)
    if said.act is LinkAct.ACCEPT or said.words.strip():
        return
    if said.act is not LinkAct.ANSWER or not said.document:
        raise InvalidValue("some words are needed")


def note_refusal(session: Session, link_id: UUID, act: LinkAct, *, now: datetime) -> None:
    """Write in the journal that somebody tried to say more by a link that is spent."""
    case, link = _held(session, link_id)
    link.refusals += 1
    if link.refusals <= MOST_REFUSALS_KEPT:
        state = state_of(link, now).value
        _note(session, link, case, EntryKind.LINK_REFUSED, now, act=act.value, state=state)


def revoke(session: Session, actor: Actor, case: Case, reason: str, *, now: datetime) -> int:
    """Take back every link of the case that still holds, and return how many those were.

    Raises NotAllowed, or InvalidValue without a reason or without a link to take back.
    """
    require(actor, Act.REVOKE_LINK, office_id=case.office_id)
    require_reason(reason)
    held = [
        link
        for link in reply_links.of_case(session, case.id)
        if state_of(link, now) in (LinkState.OPEN, LinkState.BLOCKED) and not link.revoked_at
    ]
    if not held:
        raise InvalidValue(f"{case.reference} has no reply link that could be taken back")
    for link in held:
        link.revoked_at, link.revoked_by = now, actor.name
    journal.append(
        session,
        case,
        EntryKind.LINK_REVOKED,
        actor=actor,
        at=now,
        result={"links": len(held)},
        personal={"reason": reason},
    )
    session.flush()
    return len(held)


def actor_of(session: Session, link: ReplyLink, case: Case) -> Actor:
    """Return the asked office as it acts by its link, in this case alone."""
    code = offices.get(session, link.office_id).code
    return Actor(
        name=f"reply-link:{code}",
        roles=frozenset({Role.ASKED_OFFICE}),
        office_id=case.office_id,
    )


def _held(session: Session, link_id: UUID) -> tuple[Case, ReplyLink]:
    """Return a link as it stands once its case's row is locked."""
    link = session.get_one(ReplyLink, link_id)
    case = lock(session, link.case_id)
    session.refresh(link)
    return case, link


def _accept(session: Session, actor: Actor, case: Case, link: ReplyLink, now: datetime) -> None:
    """Record the acceptance, if the request of this letter is the one that is asked now."""
    letter = session.get_one(Letter, link.letter_id)
    request = correspondence.request_of_round(session, case)
    if request is not None and letter.request_id == request.id and letter.left_at is not None:
        acceptance.record(session, actor, case, channel=Channel.LINK, accepted_at=now, now=now)


def _recorded(session: Session, actor: Actor, case: Case, said: Said, now: datetime) -> Reply:
    signed = f"（{said.signature.strip()}）" if said.signature.strip() else ""
    words = f"：{said.words.strip()}" if said.words.strip() else ""
    return replies.record(
        session,
        actor,
        case,
        channel=Channel.LINK,
        received_on=offices.local_day(session, case.office_id, now),
        now=now,
        summary=f"〔{_SAYS[said.act]} {said.act.value}〕{words}{signed}",
        document=said.document,
    )


def _receipt(
    session: Session,
    actor: Actor,
    case: Case,
    link: ReplyLink,
    said: Said,
    reply: Reply | None,
    now: datetime,
) -> ReplyReceipt:
    receipt = ReplyReceipt(
        number=f"{case.reference}/R{reply_links.receipts_given(session, case.id) + 1}",
        case_id=case.id,
        link_id=link.id,
        act=said.act,
        at=now,
        form_key=said.form_key,
        reply_id=reply.id if reply else None,
        pages=said.pages,
    )
    session.add(receipt)
    journal.append(
        session,
        case,
        EntryKind.RECEIPT_GIVEN,
        actor=actor,
        at=now,
        result={
            "receipt": receipt.number,
            "act": said.act.value,
            "reply": str(reply.id) if reply else None,
        },
    )
    session.flush()
    return receipt


def _note(
    session: Session, link: ReplyLink, case: Case, kind: EntryKind, now: datetime, **result: object
) -> None:
    actor = actor_of(session, link, case)
    journal.append(session, case, kind, actor=actor, at=now, result=result)
