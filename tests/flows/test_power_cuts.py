"""A cancel that a state of ours covers is heard even if the power fails before we look back.

Prefect lets a cancelled run be parked, so such a cancel stands in the run's history alone; what
comes there after the last state that we remember, and is not ours, is a person's. Found by
`tests/faults` (seed 1 on PostgreSQL).
"""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from cases.vocabulary.status import CaseStatus
from tests.flows.engine_room import EngineRoom, Perform, soon
from tests.outside_world import PowerCut

pytestmark = pytest.mark.prefect


async def begin_anew(room: EngineRoom, case: str) -> None:
    """Come back after the power cut: leases run out, what is owed is paid, what is due is done."""
    room.story.power.cut_at = ""
    room.story.expire_leases()
    await room.reporter.pay()
    await room.turn()
    assert room.story.case(case).status is CaseStatus.HELD


def test_the_power_fails_while_a_state_is_reported(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.turn()
        await asyncio.to_thread(room.story.send)
        schedule = room.prefect.schedule

        async def cover_a_cancel(*given: Any) -> Any:
            room.prefect.schedule = schedule  # type: ignore[method-assign]
            room.person_sets(case, "Cancelling")
            await schedule(*given)
            room.story.power.cut_at = "reported:before-commit"
            raise PowerCut

        room.prefect.schedule = cover_a_cancel  # type: ignore[method-assign]
        with pytest.raises(PowerCut):
            await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingReply"
        await begin_anew(room, case)

    perform(scene)


@pytest.mark.parametrize("point", ["hold:before-commit", "give-back:before-commit"])
def test_the_power_fails_when_a_turn_is_over(perform: Perform, point: str) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        room.story.on_point("report:before", lambda: room.person_sets(case, "Cancelled"))
        room.story.power.cut_at = point
        with pytest.raises(PowerCut):
            await room.turn()
        assert await room.state_name(case) == "AwaitingDispatch"
        await begin_anew(room, case)

    perform(scene)


def test_the_power_fails_before_a_turn_that_covered_a_cancel_was_over(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.rest()
        await room.reporter.pay()
        room.story.clock.at += timedelta(days=25)  # The first reminder is due.
        # Prefect lives by the real time; there the run shall still be parked for later.
        await room.prefect.schedule((await room.run_of(case)).id, "AwaitingReply", soon(3600))
        schedule = room.prefect.schedule

        async def cover_a_cancel(*given: Any) -> Any:
            room.prefect.schedule = schedule  # type: ignore[method-assign]
            room.person_sets(case, "Cancelled")
            return await schedule(*given)

        room.prefect.schedule = cover_a_cancel  # type: ignore[method-assign]
        room.story.power.cut_at = "reminded:before-commit"
        with pytest.raises(PowerCut):
            await room.turn()
        await begin_anew(room, case)

    perform(scene)
