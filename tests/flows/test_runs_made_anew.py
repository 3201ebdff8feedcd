"""Which run carries a case: deleted ones are made anew, held ones are followed (design, 12)."""

from typing import Any
from uuid import uuid4

import pytest

from cases.operations import supervision
from cases.store import owed
from cases.store.tables.outbox import RunLink
from cases.vocabulary.status import CaseStatus
from flows.prefect_watch import SWEEP_BATCH
from tests.flows.engine_room import EngineRoom, Perform
from tests.story import Story
from tests.world import START

pytestmark = pytest.mark.prefect


def test_deleted_runs_are_made_anew_some_at_a_time(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.rest()
        await room.reporter.pay()
        many = SWEEP_BATCH + 10
        with room.story.house.database.transaction("many") as session:
            row = room.story.case(case)
            for number in range(many):
                copy = type(row)(**{**row.model_dump(), "id": uuid4(), "reference": f"X-{number}"})
                session.add(copy)
                session.flush()
                session.add(RunLink(case_id=copy.id, run_id=uuid4(), state_id=uuid4()))
        for owing in (SWEEP_BATCH, many, many):
            await room.watch.sweep()
            assert SWEEP_BATCH - 1 <= count(room.story) <= owing
        assert count(room.story) == many
        assert await room.reporter.pay() == 20
        assert count(room.story) == many - 20

    perform(scene)


def count(story: Story) -> int:
    """Count what is owed."""
    with story.house.database.reading() as session:
        return owed.count(session)


def test_a_run_that_another_worker_made_anew_is_not_given_up(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.rest()
        await room.reporter.pay()
        keeper = room.executor._keeper
        await keeper.make_anew(room.story.case(case).id, uuid4())
        assert room.owed(case) is None
        assert room.link(case).generation == 1

    perform(scene)


def test_a_worker_tells_prefect_of_a_flow_that_only_a_newer_worker_has(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        unknown, newer = (room.story.open(case_type=of_version(room, n)) for n in (8, 9))
        plain = room.story.open()
        flow = await room.client.create_flow_from_name("certificate-issuance")
        await room.client.create_deployment(flow_id=flow, name="v9")
        for case in (unknown, newer, plain):
            with room.story.house.database.transaction("owe") as session:
                owed.owe(session, room.story.case(case).id, "AwaitingLook", None, now=START)
        await room.reporter.pay()
        assert [room.owed(case) is None for case in (unknown, newer, plain)] == [
            False,
            True,
            True,
        ]
        assert await room.state_name(newer) == "AwaitingLook"

    perform(scene)


def of_version(room: EngineRoom, version: int) -> str:
    """Publish a case type that follows a version of the flow, and return its code."""
    return room.story.publish(f"by-{version}", flow_version=version)


def test_a_case_that_is_released_while_prefect_is_told_that_it_is_held_is_not_held_again(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.rest()
        room.story.hold(case)
        read = room.prefect.read

        async def meanwhile(*given: Any) -> Any:
            room.prefect.read = read  # type: ignore[method-assign]
            found = await read(*given)
            room.story.act("wu", supervision.release, case, "it was a mistake")
            return found

        room.prefect.read = meanwhile  # type: ignore[method-assign]
        await room.reporter.pay()
        for _ in range(3):
            await room.rest()
            await room.watch.look()
            await room.reporter.pay()
        assert room.story.case(case).status is CaseStatus.OPEN
        assert await room.state_name(case) == "AwaitingReply"

    perform(scene)
