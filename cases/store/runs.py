"""Which flow run carries which case; a reopened or rebuilt case has the next generation."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col, select

from cases.store.tables.case import Case
from cases.store.tables.outbox import RunLink
from cases.vocabulary.status import CaseStatus


def find_link(session: Session, case_id: UUID) -> RunLink | None:
    """Return the case's link, or None when it never had a run."""
    return session.get(RunLink, case_id)


def link_of(session: Session, case_id: UUID) -> RunLink:
    """Return the case's link, made on first use; without a run while none exists."""
    link = session.get(RunLink, case_id)
    if link is None:
        link = RunLink(case_id=case_id)
        session.add(link)
    return link


def remember_state(session: Session, case_id: UUID, state_id: UUID) -> None:
    """Remember the last state that we gave the run."""
    session.execute(
        update(RunLink).where(col(RunLink.case_id) == case_id).values(state_id=state_id)
    )


def begin_generation(session: Session, case_id: UUID) -> None:
    """Forget a run that is gone; the next one has a key of its own."""
    link = link_of(session, case_id)
    link.generation, link.run_id, link.state_id = link.generation + 1, None, None


def case_of_run(session: Session, run_id: UUID) -> tuple[Case, RunLink] | None:
    """Return the case that a run carries at present."""
    return session.exec(
        select(Case, RunLink)
        .join(RunLink, col(RunLink.case_id) == Case.id)
        .where(RunLink.run_id == run_id)
    ).one_or_none()


def carries(session: Session, run_id: UUID, case_id: UUID) -> bool:
    """Whether the run is the one that carries the case at present."""
    link = session.get(RunLink, case_id, populate_existing=True)
    return link is not None and link.run_id == run_id


def links_after(session: Session, case_id: UUID | None, *, limit: int) -> Sequence[RunLink]:
    """Return links of unfinished cases by case id, for a slow sweep."""
    wanted = (
        select(RunLink)
        .join(Case, col(Case.id) == RunLink.case_id)
        .where(Case.status != CaseStatus.CLOSED, col(RunLink.run_id).is_not(None))
        .order_by(col(RunLink.case_id))
        .limit(limit)
    )
    if case_id is not None:
        wanted = wanted.where(RunLink.case_id > case_id)
    return session.exec(wanted).all()
