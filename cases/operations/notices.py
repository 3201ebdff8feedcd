"""Tell the applicant (告知): registered, waiting, ready, refused, in the way that the type says.

Each message is one row from the moment in which what it tells is true; its text is written and
frozen later, outside of that transaction. It carries the reference, never a name or a reason.
"""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, select

from cases.operations.counting import calendar_in_force
from cases.operations.register import Prepared
from cases.ports import PersonNumberSafe
from cases.rules.access import Act, require, require_reason
from cases.rules.applicant_telephone import mask_telephone, read_telephone
from cases.rules.office_hours import next_office_instant
from cases.store import journal, offices
from cases.store.case_types import pinned
from cases.store.tables.case import Case
from cases.store.tables.telling import ApplicantNotice, ApplicantTelephone, NoticeCall
from cases.vocabulary.errors import InvalidValue, NumberNotKept
from cases.vocabulary.status import EntryKind, OutboxStatus
from cases.vocabulary.telling import NoticeKind, NoticeWay
from cases.vocabulary.values import ENGINE, Actor, SealedTelephone

OPEN = (OutboxStatus.PENDING, OutboxStatus.GIVEN_UP)


def seal_telephone(text: str, prepared: Prepared, safe: PersonNumberSafe) -> SealedTelephone | None:
    """Return a telephone number as the case to be keeps it; None when none was given.

    Raises InvalidValue where the type has no use for it, or it is none, and DiskFault.
    """
    if not text:
        return None
    case_type = prepared.case_type
    if not case_type.notices.needs_telephone:
        raise InvalidValue(f"the case type {case_type.code} keeps no telephone number")
    number = read_telephone(text)
    sealed = safe.seal(number, case_id=prepared.opening.case_id)
    return SealedTelephone(mask_telephone(number), sealed)


def keep_telephone(
    session: Session, case: Case, telephone: SealedTelephone | None, *, now: datetime
) -> None:
    """Keep the number with the case that is being opened, and tell that it is registered."""
    if telephone is None:
        return
    session.add(
        ApplicantTelephone(case_id=case.id, masked=telephone.masked, sealed=telephone.sealed)
    )
    session.flush()
    tell(session, case, NoticeKind.REGISTERED, now=now)


def tell(session: Session, case: Case, kind: NoticeKind, *, now: datetime) -> None:
    """Write down that the applicant is to be told; once for each kind and round, in office hours.

    Nothing where the type does not tell it, or no telephone number was given: then the closing
    notice tells the end.
    """
    notices = pinned(session, case.type_code, case.type_version).notices
    if kind not in notices.kinds or session.get(ApplicantTelephone, case.id) is None:
        return
    if _of_round(session, case, kind) is not None:
        return
    ours = offices.get(session, case.office_id)
    key = hashlib.sha256(f"hancha notice\0{case.id}/{case.round}/{kind.value}".encode())
    session.add(
        ApplicantNotice(
            case_id=case.id,
            office_id=case.office_id,
            round=case.round,
            kind=kind,
            way=notices.way,
            message_id=key.hexdigest()[:32],
            created_at=now,
            not_before=next_office_instant(now, calendar_in_force(session, ours)),
        )
    )


def cancel_waiting(session: Session, case: Case) -> None:
    """Cancel what has not been told yet; the case has ended, or begins again."""
    for notice in session.exec(
        select(ApplicantNotice).where(
            ApplicantNotice.case_id == case.id, col(ApplicantNotice.status).in_(OPEN)
        )
    ).all():
        notice.status = OutboxStatus.CANCELLED


def record_call(
    session: Session,
    actor: Actor,
    case: Case,
    notice: ApplicantNotice,
    *,
    is_reached: bool,
    now: datetime,
) -> NoticeCall:
    """Record a call: reached, the applicant is told; not reached, it stays on the list.

    A message that could not leave as SMS may be told by telephone, too. The caller holds the
    case's row. Raises NotAllowed, InvalidValue when there is nothing left to tell.
    """
    require(actor, Act.TELL_APPLICANT, office_id=case.office_id)
    session.refresh(notice)
    if notice.status not in OPEN:
        raise InvalidValue(f"this is {notice.status.value}; no call is needed")
    call = NoticeCall(notice_id=notice.id, at=now, by=actor.name, is_reached=is_reached)
    session.add(call)
    if is_reached:
        notice.status, notice.sent_at, notice.server_words = OutboxStatus.SENT, now, "called"
    record_told(session, case, notice, NoticeWay.TELEPHONE, actor=actor, ok=is_reached, now=now)
    return call


def record_told(
    session: Session,
    case: Case,
    notice: ApplicantNotice,
    way: NoticeWay,
    *,
    actor: Actor = ENGINE,
    ok: bool = True,
    now: datetime,
) -> None:
    """Write in the journal that the applicant was told, or could not be; the caller has asked."""
    result = {"notice": notice.kind.value, "way": way.value, "is_told": ok, "id": notice.message_id}
    journal.append(session, case, EntryKind.NOTIFIED, actor=actor, at=now, result=result)


def show_telephone(
    session: Session,
    actor: Actor,
    case: Case,
    reason: str,
    *,
    safe: PersonNumberSafe,
    now: datetime,
) -> str:
    """Return the applicant's full telephone number; the journal says who saw it, and why.

    The caller holds the case's row and shows the number only after its commit. Raises NotAllowed,
    InvalidValue without a reason, NumberNotKept, DiskFault.
    """
    require(actor, Act.TELL_APPLICANT, office_id=case.office_id)
    require_reason(reason)
    kept = session.get(ApplicantTelephone, case.id)
    if kept is None:
        raise NumberNotKept(f"{case.reference} keeps no telephone number")
    number = safe.reveal(kept.sealed, case_id=case.id)
    journal.append(
        session,
        case,
        EntryKind.NUMBER_SHOWN,
        actor=actor,
        at=now,
        result={"number": "telephone"},
        personal={"reason": reason.strip()},
    )
    return number


def _of_round(session: Session, case: Case, kind: NoticeKind) -> ApplicantNotice | None:
    return session.exec(
        select(ApplicantNotice).where(
            ApplicantNotice.case_id == case.id,
            ApplicantNotice.round == case.round,
            ApplicantNotice.kind == kind,
        )
    ).one_or_none()
