"""Prefect shows in the end what the database says, whatever came between (design, points 9, 10)."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from cases.operations import supervision
from cases.rules.backoff import CASE_TRIES
from cases.store import leases, owed
from cases.store.tables.outbox import OwedState
from cases.vocabulary.errors import OrchestratorUnavailable
from cases.vocabulary.status import CaseStatus
from tests.flows.engine_room import EngineRoom, Perform

pytestmark = pytest.mark.prefect


class Line:
    """The line between us and Prefect."""

    def __init__(self, room: EngineRoom) -> None:
        self._http: Any = room.client._client
        self._send = self._http.send

    def cut(self) -> None:
        """Let nothing reach Prefect."""

        async def fail(*_given: Any, **_more: Any) -> Any:
            raise httpx.ConnectError("the line is cut")

        self._http.send = fail

    def mend(self) -> None:
        """Let everything through."""
        self._http.send = self._send


def test_a_date_that_an_act_moves_is_shown_without_a_turn(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.rest()
        room.story.reply(case)
        assert await room.turn() == 0
        await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingLook"
        assert room.owed(case) is None
        assert room.story.case(case).lease_holder is None

    perform(scene)


def test_what_is_owed_anew_while_it_is_told_stays_owed(perform: Perform) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.rest()
        schedule = room.prefect.schedule

        async def meanwhile(*given: Any) -> Any:
            room.prefect.schedule = schedule  # type: ignore[method-assign]
            room.story.reply(case)
            return await schedule(*given)

        room.prefect.schedule = meanwhile  # type: ignore[method-assign]
        await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingReply"
        left = room.owed(case)
        assert left is not None
        assert left.name == "AwaitingLook"
        await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingLook"
        assert room.owed(case) is None

    perform(scene)


def test_the_oldest_debt_is_paid_first_and_none_of_a_case_that_is_in_hand(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        cases = []
        for _ in range(3):
            cases.append(room.story.open())
            await room.rest()
            room.story.clock.at += timedelta(minutes=1)
        with room.story.house.database.reading() as session:
            oldest = owed.oldest(session, limit=2)
        assert oldest == [room.story.case(case).id for case in cases[:2]]
        with room.story.house.database.transaction("claim") as session:
            claim = leases.claim_one(session, oldest[0], holder="turn", lease_ms=60_000)
        assert claim is not None
        await room.reporter.pay()
        assert [room.owed(case) is None for case in cases] == [False, True, True]

    perform(scene)


@pytest.mark.parametrize("moment", ["before the turn", "in the middle", "when it is parked"])
def test_prefect_goes_away_and_the_case_is_neither_lost_nor_blamed(
    perform: Perform, moment: str
) -> None:
    async def scene(room: EngineRoom) -> None:
        case, line = room.story.open(), Line(room)
        if moment == "before the turn":
            line.cut()
        elif moment == "in the middle":
            room.story.on_point("asked:before-commit", line.cut)
        else:
            room.story.on_point("report:before", line.cut)
        with pytest.raises(OrchestratorUnavailable):
            await room.turn()
        line.mend()
        found = room.story.case(case)
        assert (found.status, found.attempts, found.lease_holder) == (CaseStatus.OPEN, 0, None)
        await asyncio.to_thread(room.story.expire_leases)  # It rests for two seconds.
        await room.rest()
        await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingReply"
        assert [each.recipient for each in room.story.mail.accepted] == ["yz@office.example"]
        assert [entry.kind.value for entry in room.story.entries(case)] == [
            "opened",
            "drafted",
            "asked",
            "left",
        ]

    perform(scene)


def test_a_wrong_password_is_prefect_being_away_and_no_fault_of_the_case(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        http: Any = room.client._client
        right = http.headers["Authorization"]
        http.headers["Authorization"] = "Basic Z3Vlc3M6Z3Vlc3M="
        for _ in range(CASE_TRIES + 1):
            with pytest.raises(OrchestratorUnavailable, match="401"):
                await room.turn()
            await asyncio.to_thread(room.story.expire_leases)
        http.headers["Authorization"] = right
        assert room.story.case(case).attempts == 0
        await room.rest()
        await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingReply"

    perform(scene)


def test_a_failed_turn_is_shown_as_awaiting_retry_and_after_five_as_held(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        documents = room.story.house.documents

        class FullDisk:
            def put(self, content: bytes) -> str:
                raise OSError(f"no space for {len(content)} bytes")

        room.story.house.documents = FullDisk()  # type: ignore[assignment]
        for attempt in range(1, CASE_TRIES + 1):
            assert await room.turn() == 1
            assert room.story.case(case).attempts == attempt
            shown = (await room.run_of(case)).state
            assert shown is not None
            assert (shown.name, shown.id) == ("AwaitingRetry", room.link(case).state_id)
            await asyncio.to_thread(room.story.expire_leases)
        assert room.story.case(case).status is CaseStatus.QUARANTINED
        assert await room.turn() == 0
        await room.reporter.pay()
        first = await room.run_of(case)
        assert first.state_name == "Held"

        room.story.house.documents = documents
        room.story.act("wu", supervision.release, case, "the disk is larger now")
        await room.rest()
        await room.reporter.pay()
        assert await room.state_name(case) == "AwaitingReply"
        assert (await room.run_of(case)).id != first.id
        assert (await room.client.read_flow_run(first.id)).state_name == "Held"

    perform(scene)


def test_the_debt_of_a_closed_case_is_paid_on_the_run_that_it_had(
    perform: Perform,
) -> None:
    async def scene(room: EngineRoom) -> None:
        case = room.story.open()
        await room.rest()
        await room.reporter.pay()
        run = await room.run_of(case)
        room.story.answer(case)
        await asyncio.to_thread(room.story.rest)  # Without Prefect.
        assert room.story.case(case).status is CaseStatus.CLOSED
        debt: OwedState | None = room.owed(case)
        assert debt is not None
        assert debt.name == owed.COMPLETED
        await room.reporter.pay()
        assert await room.state_name(case) == "Completed"
        assert (await room.run_of(case)).id == run.id

    perform(scene)
