"""Prefect shows in the end what the database says, whatever came between (design, points 9, 10)."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from cases.operations import supervision
from cases.rules.backoff import CASE_TRIES
from cases.store import leases, owed
from cases.store.tables.outbox import OwedState, RunLink
from cases.vocabulary.errors import OrchestratorUnavailable
from cases.vocabulary.status import CaseStatus
from flows.prefect_watch import SWEEP_BATCH
from tests.databases import SQLITE
from tests.flows.engine_room import EngineRoom, Scene, play
from tests.processes import PrefectServer
from tests.story import Story
from tests.world import START

pytestmark = pytest.mark.prefect


@pytest.fixture
def database_kind() -> str:
    """Use one kind of database: what differs between the two, `test_workers` shows."""
    return SQLITE


@pytest.fixture
def perform(story: Story, prefect_api: PrefectServer) -> Callable[[Scene], None]:
    """Give a function that plays a scene with a story and the server."""
    return lambda scene: play(story, prefect_api, scene)


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
    perform: Callable[[Scene], None],
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


def test_what_is_owed_anew_while_it_is_told_stays_owed(perform: Callable[[Scene], None]) -> None:
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
    perform: Callable[[Scene], None],
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
    perform: Callable[[Scene], None], moment: str
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
    perform: Callable[[Scene], None],
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
    perform: Callable[[Scene], None],
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


def test_deleted_runs_are_made_anew_some_at_a_time(perform: Callable[[Scene], None]) -> None:
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
    perform: Callable[[Scene], None],
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


def test_the_debt_of_a_closed_case_is_paid_on_the_run_that_it_had(
    perform: Callable[[Scene], None],
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


def test_a_worker_tells_prefect_of_a_flow_that_only_a_newer_worker_has(
    perform: Callable[[Scene], None],
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
    perform: Callable[[Scene], None],
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
