"""Queries on reply links and their receipts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from cases.store.tables.correspondence import Letter
from cases.store.tables.reply_link import ReplyLink, ReplyReceipt
from cases.vocabulary.reply_link import LinkAct, NewReplyLink


def keep(session: Session, letter: Letter, new: NewReplyLink, *, now: datetime) -> None:
    """Keep what is kept of the link that a letter prints."""
    assert letter.office_id is not None  # A request goes to an office.
    session.add(
        ReplyLink(
            case_id=letter.case_id,
            letter_id=letter.id,
            office_id=letter.office_id,
            token_hash=new.token_hash,
            code_hash=new.code_hash,
            made_at=now,
            expires_at=new.expires_at,
        )
    )


def by_token_hash(session: Session, token_hash: str) -> ReplyLink | None:
    """Return the link of a token, or None."""
    return session.exec(select(ReplyLink).where(ReplyLink.token_hash == token_hash)).one_or_none()


def of_case(session: Session, case_id: UUID) -> Sequence[ReplyLink]:
    """Return the links of a case, the first one first."""
    return session.exec(
        select(ReplyLink).where(ReplyLink.case_id == case_id).order_by(col(ReplyLink.made_at))
    ).all()


def receipts_of(session: Session, link_id: UUID) -> Sequence[ReplyReceipt]:
    """Return the receipts of a link, the first one first."""
    return session.exec(
        select(ReplyReceipt)
        .where(ReplyReceipt.link_id == link_id)
        .order_by(col(ReplyReceipt.at), col(ReplyReceipt.number))
    ).all()


def receipt_of_form(session: Session, link_id: UUID, form_key: str) -> ReplyReceipt | None:
    """Return the receipt of a form that was sent before, or None."""
    return session.exec(
        select(ReplyReceipt).where(
            ReplyReceipt.link_id == link_id, ReplyReceipt.form_key == form_key
        )
    ).one_or_none()


def receipt_of_act(session: Session, link_id: UUID, act: LinkAct) -> ReplyReceipt | None:
    """Return the first receipt of an act by a link, or None."""
    return session.exec(
        select(ReplyReceipt)
        .where(ReplyReceipt.link_id == link_id, ReplyReceipt.act == act)
        .order_by(col(ReplyReceipt.at))
        .limit(1)
    ).one_or_none()


def receipts_given(session: Session, case_id: UUID) -> int:
    """Return how many receipts a case has given; the caller holds the case's row."""
    return session.exec(
        select(func.count()).select_from(ReplyReceipt).where(ReplyReceipt.case_id == case_id)
    ).one()
