"""Queries on person numbers as they are kept: sealed, and found by a keyed hash."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import inspect
from sqlmodel import Session, col, select

from cases.store.tables.case import Case, Party
from cases.store.tables.telling import ApplicantTelephone


def cases_of_number(
    session: Session, search_keys: Sequence[str], *, office_id: UUID, limit: int = 100
) -> Sequence[Case]:
    """Return the office's cases about whoever has this number, the newest first.

    `search_keys` are its hashes under every key of the index that is in use.
    """
    return session.exec(
        select(Case)
        .join(Party, col(Party.case_id) == Case.id)
        .where(col(Party.person_number_key).in_(search_keys), Case.office_id == office_id)
        .order_by(col(Case.opened_at).desc(), col(Case.reference).desc())
        .limit(limit)
    ).all()


def sealed_after(session: Session, party_id: UUID, *, limit: int) -> Sequence[Party]:
    """Return the next parties by id whose numbers are sealed, their rows locked."""
    return session.exec(
        select(Party)
        .where(col(Party.id) > party_id, col(Party.person_number_sealed).is_not(None))
        .order_by(col(Party.id))
        .limit(limit)
        .with_for_update()
    ).all()


def sealed(session: Session) -> Iterator[tuple[UUID, bytes]]:
    """Yield the case and the sealed number of every party that has one, and every telephone's."""
    wanted = select(Party.case_id, Party.person_number_sealed).where(
        col(Party.person_number_sealed).is_not(None)
    )
    for case_id, number in session.exec(wanted).yield_per(1_000):
        if number is not None:
            yield case_id, number
    telephones = select(ApplicantTelephone.case_id, ApplicantTelephone.sealed)
    yield from session.exec(telephones).yield_per(1_000)


def telephones_after(
    session: Session, case_id: UUID, *, limit: int
) -> Sequence[ApplicantTelephone]:
    """Return the next telephone numbers by case, their rows locked."""
    return session.exec(
        select(ApplicantTelephone)
        .where(col(ApplicantTelephone.case_id) > case_id)
        .order_by(col(ApplicantTelephone.case_id))
        .limit(limit)
        .with_for_update()
    ).all()


def keyed(session: Session) -> Iterator[tuple[UUID, bytes | None, str]]:
    """Yield the case, the sealed number and its search key of every party that can be found."""
    wanted = select(Party.case_id, Party.person_number_sealed, Party.person_number_key).where(
        col(Party.person_number_key).is_not(None)
    )
    for case_id, number, key in session.exec(wanted).yield_per(1_000):
        yield case_id, number, key or ""


def has_sealed(session: Session) -> bool:
    """Whether any number was sealed yet; none was in a database without tables."""
    if not inspect(session.connection()).has_table("party"):
        return False
    wanted = select(Party.id).where(col(Party.person_number_sealed).is_not(None)).limit(1)
    return session.exec(wanted).first() is not None
