"""The steps through the index find exactly the queues that reading every case would find."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col

from cases.operations import directory
from cases.store import leases
from cases.store.session import Database
from cases.store.tables.case import Case
from cases.vocabulary.status import Priority
from tests.story import Story
from tests.world import office

CASES = 6
HOURS = st.none() | st.integers(-2, 2)  #: None: only a person wakes it; 0: due at this instant.
STANDINGS = st.lists(
    st.tuples(st.sampled_from(Priority), st.integers(0, 2), HOURS), min_size=CASES, max_size=CASES
)


@dataclass
class Waiting:
    """Six cases of one house, which every example puts elsewhere."""

    database: Database
    now: datetime
    cases: list[UUID]
    offices: list[UUID]

    def stand(self, case: int, priority: Priority, office_id: UUID, at: datetime | None) -> None:
        """Put one case where the example wants it."""
        with self.database.transaction("stand") as session:
            session.execute(
                update(Case)
                .where(col(Case.id) == self.cases[case])
                .values(priority=priority.value, office_id=office_id, wake_at=at)
            )


@pytest.fixture
def waiting(story: Story) -> Waiting:
    """Give six cases and three offices of ours."""
    with story.house.database.transaction("offices") as session:
        offices = [
            directory.add_office(
                session,
                directory.FOUNDER,
                office(code, "示例街道办事处", "Office (sample)", is_ours=True),
                now=story.clock.now(),
            ).id
            for code in ("Q1", "Q2", "Q3")
        ]
    cases = [story.case(story.open()).id for _ in range(CASES)]
    return Waiting(story.house.database, story.clock.now(), cases, offices)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(standings=STANDINGS)
def test_the_queues_are_those_that_reading_every_case_would_find(
    waiting: Waiting, standings: list[tuple[Priority, int, int | None]]
) -> None:
    expected: dict[tuple[int, UUID], datetime] = {}
    for case, (priority, which, hours) in enumerate(standings):
        at = None if hours is None else waiting.now + timedelta(hours=hours)
        waiting.stand(case, priority, waiting.offices[which], at)
        if at is not None and at <= waiting.now:
            key = (priority.value, waiting.offices[which])
            expected[key] = min(at, expected.get(key, at))
    with waiting.database.reading() as session:
        found = leases.due_queues(session, waiting.now)
    assert {(each.priority, each.office_id): each.oldest for each in found} == expected
    order = [(each.priority, each.oldest) for each in found]
    assert order == sorted(order)
