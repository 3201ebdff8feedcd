"""Queries on telephone calls."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.telephone import TelephoneCall
from cases.vocabulary.errors import UnknownCall


def calls_of(session: Session, case_id: UUID) -> Sequence[TelephoneCall]:
    """Return every call of the case, first one first."""
    return session.exec(
        select(TelephoneCall)
        .where(TelephoneCall.case_id == case_id)
        .order_by(col(TelephoneCall.called_at), col(TelephoneCall.recorded_at))
    ).all()


def call_of_reply(session: Session, reply_id: UUID) -> TelephoneCall | None:
    """Return the call that a reply was given in, if it was written down as one."""
    return session.exec(
        select(TelephoneCall).where(TelephoneCall.reply_id == reply_id)
    ).one_or_none()


def get(session: Session, case: Case, call_id: UUID) -> TelephoneCall:
    """Return a call of the case. Raises UnknownCall."""
    call = session.get(TelephoneCall, call_id)
    if call is None or call.case_id != case.id:
        raise UnknownCall(f"{case.reference} has no call {call_id}")
    return call
