"""A worker that was slow, and whose case another worker has by now, writes nothing.

Found by a campaign (seed 1): while Prefect came back with an empty database, a worker waited for
its answer for longer than its lease. Then it noted the run's state as ours, which was a person's
cancel by then, so that nobody heard the cancel.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelled, Scheduled

from cases.store import leases, runs
from cases.store.leases import Claim
from cases.vocabulary.errors import LeaseLost
from flows.run_keeper import RunKeeper
from tests.story import Story

NOW = uuid4()


class SlowPrefect:
    """Knows no run until it is asked to make one; by then somebody has cancelled it."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self.meanwhile: list[Claim] = []

    async def read(self, _run_id: UUID) -> FlowRun | None:
        """Know nothing."""
        return None

    async def create(self, *_flow: Any, reference: str, **_given: Any) -> FlowRun:
        """Take longer than the lease; return the run that another worker made by the same key."""
        with self._story.house.database.transaction("expire") as session:
            case = self._story.case(reference)
            leases.lock(session, case.id).lease_until_ms = 0
        self.meanwhile = self._story.claim(holder="another")
        with self._story.house.database.transaction("link") as session:
            runs.link_of(session, case.id).run_id = NOW
        state: State[Any] = Cancelled()
        return FlowRun(id=NOW, flow_id=uuid4(), name=reference, state=state)


def test_a_slow_worker_does_not_take_a_cancel_for_a_state_of_its_own(story: Story) -> None:
    reference = story.open()
    prefect = SlowPrefect(story)
    keeper = RunKeeper(story.house, prefect)  # type: ignore[arg-type]
    (claim,) = story.claim(holder="slow")
    fresh: State[Any] = Scheduled(name="AwaitingEngine", scheduled_time=datetime.now(UTC))
    with pytest.raises(LeaseLost):
        asyncio.run(keeper.run_of(claim, fresh))
    with story.house.database.reading() as session:
        link = runs.find_link(session, claim.case_id)
    assert link is not None
    assert (link.run_id, link.state_id) == (NOW, None)
    assert [each.reference for each in prefect.meanwhile] == [reference]


def test_workers_that_wait_for_prefect_longer_than_their_lease_bring_no_case_into_quarantine(
    story: Story,
) -> None:
    reference = story.open()
    for _ in range(3):
        [held] = story.claim()
        story.expire_leases()
        [other] = story.claim()
        for claim in (held, other):
            with story.house.database.transaction("not-begun") as session:
                leases.forget_attempt(session, claim)
        story.expire_leases()
    assert story.case(reference).attempts == 0
