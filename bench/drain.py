"""Fifty thousand due at once: do they drain in order, how fast, and what does a claim cost then?

A sample is drained, and the rest is arithmetic: the rate of the sample's second half against
its first says whether the arithmetic holds. A trigger in the database writes down the order in
which cases are claimed.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bench.copies import Row, opened
from bench.grounds import PATIENCE, Ground, standing
from bench.meters import Processes, middle, one, spent
from bench.scale import Scale
from cases.operations import directory
from cases.store import leases
from cases.store.tables.office import Office
from cases.vocabulary.status import Priority
from flows.case_flow import released
from tests.processes import wait_until
from tests.world import office

#: Of a hundred cases: those of the busiest office first.
SHARES = {"BUSY": 60, "B": 20, "C": 10, "D": 5, "E": 5}
FIRST_REPLIES, FIRST_CLERKS = 40, 80  #: The rest is due, and every twentieth is bulk.
WATCH_ORDER = (
    "CREATE TABLE bench_claim (n INTEGER PRIMARY KEY, case_id TEXT, at_ms REAL)",
    "CREATE TRIGGER bench_claims AFTER UPDATE OF fence ON cases WHEN new.fence > old.fence BEGIN"
    " INSERT INTO bench_claim (case_id, at_ms)"
    " VALUES (new.id, (julianday('now') - 2440587.5) * 86400000); END",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case that is due, as it was seeded."""

    priority: int
    office: UUID
    due_at: datetime


def run(scale: Scale) -> dict[str, object]:
    """Return rates, order and the cost of a claim, through Prefect and without it."""
    with TemporaryDirectory(prefix="hancha-bench-") as folder:
        ground = Ground(Path(folder))
        offices = _more_offices(ground)
        with standing(ground):
            original = ground.original_of(ground.sleeping_case())
            ground.worker.stop()
            claims = [_claim_costs(ground, scale, due=0)]
            plan = _Plan(scale.due_at_once, offices)
            ids = original.copy(scale.due_at_once, series="D", changes=plan.changes)
            waiting = dict(zip(ids, plan.cases(), strict=True))
            claims.append(_claim_costs(ground, scale, due=len(ids)))
            with opened(ground.url) as tables:
                for statement in WATCH_ORDER:
                    tables.run(statement)
            rows = [_through_prefect(ground, scale, waiting)]
            ground.worker.kill()
            ground.server.kill()
            rows.append(_directly(ground, scale, waiting))
        return {"rows": rows, "claims": claims}


class _Plan:
    """Who waits, for which office, how urgently and since when."""

    def __init__(self, count: int, offices: Sequence[UUID]) -> None:
        self._now = datetime.now(UTC).replace(microsecond=0)
        shares = list(zip(offices, SHARES.values(), strict=True))
        of_hundred = [office_id for office_id, share in shares for _ in range(share)]
        self._cases = [self._case(number, of_hundred) for number in range(count)]

    def cases(self) -> Sequence[Waiting]:
        """Return the cases by number."""
        return self._cases

    def changes(self, number: int) -> dict[str, Row]:
        """Return how a copy's rows differ from the original's."""
        case = self._cases[number]
        return {
            "cases": {
                "priority": case.priority,
                "office_id": case.office.hex,
                "wake_at": case.due_at.strftime("%F %T.000000"),
            }
        }

    def _case(self, number: int, of_hundred: Sequence[UUID]) -> Waiting:
        mixed = number * 7_919 % 100_003  # Neither by age nor by office.
        priority = Priority.BULK if number % 20 == 19 else Priority.DUE
        if number < FIRST_REPLIES:
            priority = Priority.REPLY
        elif number < FIRST_CLERKS:
            priority = Priority.CLERK
        due_at = self._now - timedelta(seconds=60 + mixed)
        return Waiting(priority.value, of_hundred[mixed % 100], due_at)


def _more_offices(ground: Ground) -> list[UUID]:
    made: list[Office] = []
    now = ground.house.clock.now()
    with ground.house.database.transaction("bench") as session:
        for code in SHARES:
            ours = office(code, f"示例市{code}街道办事处", f"{code} Office (sample)", is_ours=True)
            made.append(directory.add_office(session, directory.FOUNDER, ours, now=now))
    return [each.id for each in made]


def _claim_costs(ground: Ground, scale: Scale, *, due: int) -> dict[str, object]:
    """Measure the two halves of a claim, with nobody else at the database."""
    database, now = ground.house.database, ground.house.clock.now()
    looking, taking = [], []
    for _ in range(scale.claims):
        started = time.perf_counter()
        with database.reading() as session:
            queues = leases.due_queues(session, now)
        looking.append((time.perf_counter() - started) * 1000)
        if not queues:
            continue
        started = time.perf_counter()
        with suppress(_Undo), database.transaction("bench") as session:
            leases.claim(
                session,
                queues[0],
                now=now,
                holder="bench",
                lease_ms=60_000,
                versions=released().keys(),
                limit=ground.house.settings.concurrency,
            )
            raise _Undo
        taking.append((time.perf_counter() - started) * 1000)
    return {
        "due": due,
        "queues": len(queues),
        "look_ms": middle(looking, 2),
        "claim_ms": middle(taking, 2) if taking else None,
    }


class _Undo(Exception):
    """Takes a measured claim back."""


def _through_prefect(
    ground: Ground, scale: Scale, waiting: dict[UUID, Waiting]
) -> dict[str, object]:
    ground.start_worker()
    groups = {"worker": one(ground.worker.pid), "prefect server": one(ground.server.pid)}
    return {"way": "in process", **_sample(ground, groups, scale, waiting)}


def _directly(ground: Ground, scale: Scale, waiting: dict[UUID, Waiting]) -> dict[str, object]:
    ground.house.database.close()
    left = {case: waiting[case] for case in waiting.keys() - _claimed_ids(ground)}
    with opened(ground.url) as tables:
        tables.run("UPDATE cases SET lease_until_ms = 0, lease_holder = NULL")
        tables.run("DELETE FROM bench_claim")
    ground.start_worker_alone()
    groups = {"worker": one(ground.worker.pid)}
    return {"way": "direct, states owed", **_sample(ground, groups, scale, left)}


def _sample(
    ground: Ground, groups: dict[str, Processes], scale: Scale, waiting: dict[UUID, Waiting]
) -> dict[str, object]:
    wait_until(lambda: _claims(ground), PATIENCE, what="the first case is claimed")
    with spent(groups) as used:
        time.sleep(scale.drain_seconds)
        claims = _claims(ground)
    order = [waiting[case_id] for case_id, _ in claims if case_id in waiting]
    at_ms = [at for _, at in claims]
    middle_ms = at_ms[0] + (at_ms[-1] - at_ms[0]) / 2
    first_half = sum(at <= middle_ms for at in at_ms)
    rate = len(claims) / used.seconds
    return {
        "due": len(waiting),
        "drained": len(claims),
        "per_s": round(rate, 1),
        "second_half_to_first": round((len(claims) - first_half) / max(first_half, 1), 2),
        "all_would_take": str(timedelta(seconds=round(len(waiting) / rate))),
        **{f"{name}_cpu_ms": round(ms / len(claims), 1) for name, ms in used.cpu_ms.items()},
        **_order(order, ground.house.settings.concurrency),
    }


def _order(order: Sequence[Waiting], at_a_time: int) -> dict[str, object]:
    """Return how far the order of claims is from: urgent first, offices in turn, oldest first.

    Cases of one batch begin together, so places within `at_a_time` do not count.
    """
    served = Counter(case.office for case in order if case.priority == Priority.DUE)
    return {
        "less_urgent_before_urgent": _inversions([case.priority for case in order], at_a_time),
        "younger_before_older": sum(
            _inversions(list(_ages(order, priority, office_id)), at_a_time)
            for priority, office_id in {(case.priority, case.office) for case in order}
        ),
        "most_to_least_served_office": (
            f"{max(served.values())}:{min(served.values())}" if served else "-"
        ),
    }


def _ages(order: Sequence[Waiting], priority: int, office_id: UUID) -> Iterator[float]:
    for case in order:
        if (case.priority, case.office) == (priority, office_id):
            yield case.due_at.timestamp()


def _inversions(values: Sequence[float], at_a_time: int) -> int:
    """Count values that come after one that is greater, more than `at_a_time` places earlier."""
    greatest, found = float("-inf"), 0
    for place, value in enumerate(values):
        if place >= at_a_time:
            greatest = max(greatest, values[place - at_a_time])
        found += value < greatest
    return found


def _claims(ground: Ground) -> list[tuple[UUID, float]]:
    with opened(ground.url) as tables:
        return [(UUID(row["case_id"]), row["at_ms"]) for row in tables.rows("bench_claim")]


def _claimed_ids(ground: Ground) -> set[UUID]:
    return {case_id for case_id, _ in _claims(ground)}
