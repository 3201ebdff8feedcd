"""No claim takes more than it asked for, however PostgreSQL plans the statement.

It may run a subquery with a limit once for each row of the table around it, and as it passes over
rows that are locked, it finds others each time. That happened once statistics were there.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from cases.store import leases, outbox
from flows.case_flow import released
from tests.story import Story

PLANS = [
    pytest.param((), id="as it likes"),
    pytest.param(("hashjoin", "mergejoin", "hashagg", "sort", "material"), id="row by row"),
    pytest.param(("hashjoin", "mergejoin", "indexscan", "bitmapscan"), id="through the table"),
]


def force(session: Session, without: tuple[str, ...]) -> None:
    """Leave the planner no other way."""
    if session.get_bind().dialect.name == "postgresql":
        for way in without:
            session.execute(text(f"SET LOCAL enable_{way} = off"))


@pytest.mark.parametrize("without", PLANS)
def test_a_worker_takes_no_more_cases_than_it_has_room_for(
    story: Story, without: tuple[str, ...]
) -> None:
    opened = []
    for _ in range(6):
        opened.append(story.open())
        story.clock.at += timedelta(minutes=1)
    with story.house.database.transaction("claim") as session:
        force(session, without)
        (queue,) = leases.due_queues(session, story.clock.now())
        taken = leases.claim(
            session,
            queue,
            now=story.clock.now(),
            holder="w",
            lease_ms=60_000,
            versions=released().keys(),
            limit=2,
        )
    assert [claim.reference for claim in taken] == opened[:2]


@pytest.mark.parametrize("without", PLANS)
def test_a_sender_takes_no_more_mails_than_it_asked_for(
    story: Story, without: tuple[str, ...]
) -> None:
    for _ in range(6):
        story.open()
        story.turn()
    with story.house.database.transaction("claim") as session:
        force(session, without)
        taken = outbox.claim(session, now=story.clock.now(), holder="s", claim_ms=60_000, limit=2)
    assert len(taken) == 2
