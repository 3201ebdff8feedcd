"""What the worker takes first, and what becomes of a case that kills it (design, 8 and 11)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from cases.operations import directory
from cases.rules.backoff import CASE_TRIES
from cases.store import leases
from cases.store.leases import Claim
from cases.vocabulary.errors import SettingsFault, StoreUnavailable
from cases.vocabulary.status import CaseStatus, Priority, Role
from flows.case_loop import CaseLoop
from flows.executor import DirectExecutor
from tests.story import Story, instant
from tests.world import office


class Watching:
    """A watch on a Prefect that is there, unless told otherwise."""

    must_wait = is_paused = goes_without = False

    def saw_it_away(self, words: str) -> None:
        """Fail: nobody asks Prefect here."""
        raise AssertionError(words)


class Recorder:
    """An executor that parks each case a month ahead and remembers the order."""

    def __init__(self, story: Story) -> None:
        self._story, self.order = story, list[str]()

    async def advance(self, claim: Claim) -> None:
        """Note the case and give it back."""
        self.order.append(claim.reference)
        with self._story.house.database.transaction("park") as session:
            case = leases.lock(session, claim.case_id)
            case.wake_at = self._story.clock.at + timedelta(days=30)
            session.flush()
            leases.release(session, claim, ended_well=True)


class Slow(Recorder):
    """Takes longer over a case than a lease lasts, and is asked to stop in the middle."""

    def __init__(self, story: Story, stop: asyncio.Event) -> None:
        super().__init__(story)
        self._stop = stop

    async def advance(self, claim: Claim) -> None:
        """Note the case and give it back, late."""
        self._stop.set()
        await asyncio.sleep(0.3)
        await super().advance(claim)


def loop_of(story: Story, executor: object) -> CaseLoop:
    """Return a loop that advances one case after the other through the executor."""
    story.house.settings = story.house.settings.model_copy(update={"concurrency": 1})
    return CaseLoop(
        story.house,
        holder="loop",
        through_prefect=executor,  # type: ignore[arg-type]
        watch=Watching(),  # type: ignore[arg-type]
    )


def drain(story: Story, loop: CaseLoop, seconds: float = 20) -> None:
    """Let the loop work until nothing is due."""

    async def work() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(loop.run(stop))
        async with asyncio.timeout(seconds):
            while await asyncio.to_thread(is_anything_due, story):
                await asyncio.sleep(0.02)
        stop.set()
        await running

    asyncio.run(work())


def is_anything_due(story: Story) -> bool:
    with story.house.database.reading() as session:
        return bool(leases.due_queues(session, story.clock.at))


def wake(story: Story, case: str, priority: Priority, minutes: int = 0) -> None:
    """Make the case due since some minutes."""
    with story.house.database.transaction("wake") as session:
        row = story.locked(session, case)
        row.wake_at = story.clock.at - timedelta(minutes=minutes)
        row.priority = priority.value


def test_replies_come_before_clerks_acts_before_dates_before_bulk(story: Story) -> None:
    cases = [story.open() for _ in range(8)]
    for case, priority in zip(cases, [*reversed(Priority), *reversed(Priority)], strict=True):
        wake(story, case, priority, minutes=5)
    recorder = Recorder(story)
    drain(story, loop_of(story, recorder))
    bulk, due, clerk, reply = ({cases[n], cases[n + 4]} for n in range(4))
    order = recorder.order
    assert [set(order[n : n + 2]) for n in range(0, 8, 2)] == [reply, clerk, due, bulk]


def test_of_one_office_the_longest_due_comes_first(story: Story) -> None:
    cases = [story.open() for _ in range(4)]
    for minutes, case in enumerate(cases):
        wake(story, case, Priority.DUE, minutes)
    recorder = Recorder(story)
    drain(story, loop_of(story, recorder))
    assert recorder.order == list(reversed(cases))


def test_an_office_with_many_cases_does_not_keep_a_small_one_waiting(story: Story) -> None:
    story.enter(office("XX", "示例市乙区小桥街道办事处", "Xiaoqiao Office (sample)", is_ours=True))
    with story.house.database.transaction("person") as session:
        directory.add_person(
            session, directory.FOUNDER, "sun", "孙示例", "XX", [Role.CLERK, Role.MANAGER]
        )
    many = [story.open() for _ in range(6)]
    few = [story.open("sun") for _ in range(2)]
    for case in many:
        wake(story, case, Priority.DUE, minutes=60)
    for case in few:
        wake(story, case, Priority.DUE, minutes=1)
    recorder = Recorder(story)
    drain(story, loop_of(story, recorder))
    assert {recorder.order[0] in few, recorder.order[1] in few} == {True, False}
    assert {recorder.order[2] in few, recorder.order[3] in few} == {True, False}


def test_a_case_that_took_every_worker_with_it_is_quarantined(story: Story) -> None:
    case = story.open()
    for _ in range(CASE_TRIES):
        (claim,) = story.claim(holder="killed")
        assert claim.reference == case
        story.expire_leases()  # The worker died in its turn and gave nothing back.
    drain(story, loop_of(story, DirectExecutor(story.house)))
    found = story.case(case)
    assert found.status is CaseStatus.QUARANTINED
    assert story.stands(case) == "release by manager:XQ on Mon 2026-03-02"
    assert story.life(case) == ["Mon 2026-03-02 opened", "Mon 2026-03-02 quarantined"]
    assert not story.outbox(case)


class Stumbler(Recorder):
    """An executor that one case makes stumble."""

    def __init__(self, story: Story, poison: str) -> None:
        super().__init__(story)
        self._poison = poison

    async def advance(self, claim: Claim) -> None:
        """Stumble over the poison; park the others."""
        if claim.reference == self._poison:
            raise RuntimeError("whatever a turn may raise")
        await super().advance(claim)


def test_a_turn_that_is_not_given_back_does_not_keep_the_others_from_theirs(story: Story) -> None:
    poison, *healthy = (story.open() for _ in range(3))
    wake(story, poison, Priority.REPLY, minutes=9)
    stumbler = Stumbler(story, poison)

    async def work() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(loop_of(story, stumbler).run(stop))
        async with asyncio.timeout(20):
            while len(stumbler.order) < len(healthy):
                await asyncio.sleep(0.02)
        stop.set()
        await running

    asyncio.run(work())
    assert sorted(stumbler.order) == sorted(healthy)
    assert (story.case(poison).attempts, story.case(poison).lease_holder) == (1, "loop")


@contextmanager
def broken_once(story: Story, fault: Exception) -> Iterator[None]:
    """Let the next look at the clock fail."""
    now = story.clock.now

    def fail() -> object:
        story.clock.now = now  # type: ignore[method-assign]
        raise fault

    story.clock.now = fail  # type: ignore[method-assign,assignment]
    yield


@pytest.mark.parametrize(
    "fault",
    [StoreUnavailable("locked"), SettingsFault("no clock"), RuntimeError("anything")],
    ids=["the database is away", "the clock cannot be read", "anything else"],
)
def test_the_loop_goes_on_when_it_cannot_claim(story: Story, fault: Exception) -> None:
    case = story.open()
    recorder = Recorder(story)
    with broken_once(story, fault):
        drain(story, loop_of(story, recorder))
    assert recorder.order == [case]
    assert story.clock.now() == instant("Mon 2026-03-02 09:00")


def test_asked_to_stop_it_waits_for_a_turn_that_takes_longer_than_its_lease(story: Story) -> None:
    case = story.open()
    story.house.settings = story.house.settings.model_copy(update={"lease_seconds": 0.1})

    async def work() -> None:
        stop = asyncio.Event()
        await loop_of(story, Slow(story, stop)).run(stop)

    asyncio.run(work())
    assert story.case(case).lease_holder is None
    assert story.case(case).attempts == 0
