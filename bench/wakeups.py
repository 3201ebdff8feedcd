"""What one wake-up costs: through Prefect in our process, by Prefect's stock worker, directly.

A *look* is the smallest wake-up there is: a sleeping case is due, its flow is run again from
the journal, finds that it still waits, and parks. A *climb* finds a rung due, writes and prints
the reminder, puts it in the outbox, and parks. The stock worker starts a process for each. All
kinds take turns on one machine, so that the ratios hold where the numbers do not; whoever is
not measured is stopped meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bench.copies import Original, Row
from bench.grounds import Ground, postgres, standing
from bench.machine import yardsticks
from bench.meters import Processes, Spent, middle, one, spent, standing_still
from bench.scale import Scale
from bench.stock import StockWorker

LONG_AGO = timedelta(days=40)  #: Fifteen working days are over since.
SETTLE = 8  #: Wake-ups that are not counted: caches, connections, the first letter.


@dataclass(slots=True)
class Kind:
    """One way of waking cases, and what each round of it used."""

    way: str
    turn: str
    database: str
    rounds: list[tuple[int, Spent]] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """Return medians over the rounds."""
        per_wake = [
            {name: ms / count for name, ms in used.cpu_ms.items()} for count, used in self.rounds
        ]
        return {
            "way": self.way,
            "turn": self.turn,
            "database": self.database,
            "wakes": sum(count for count, _ in self.rounds),
            "wakes_per_s": middle([count / used.seconds for count, used in self.rounds], 2),
            **{f"{name}_cpu_ms": middle([each[name] for each in per_wake]) for name in per_wake[0]},
            "all_cpu_ms": middle([sum(each.values()) for each in per_wake]),
        }


def run(scale: Scale) -> dict[str, object]:
    """Return processor time per wake-up by process, and the ratios to the stock worker."""
    with TemporaryDirectory(prefix="hancha-bench-") as folder:
        root = Path(folder)
        with standing(Ground(root / "sqlite")) as ground:
            rows = _through_prefect(ground, scale, {}, "SQLite", with_stock=True)
            rows += _directly(ground, scale, {}, "SQLite")
        with (
            postgres() as (databases, server),
            standing(Ground(root / "postgresql", databases.empty())) as ground,
        ):
            groups = {"database": server}
            rows += _through_prefect(ground, scale, groups, "PostgreSQL", with_stock=False)
            rows += _directly(ground, scale, groups, "PostgreSQL")
        return {"rows": rows, "ratios": _ratios(rows), **yardsticks(root)}


def _through_prefect(
    ground: Ground,
    scale: Scale,
    more: Mapping[str, Processes],
    database: str,
    *,
    with_stock: bool,
) -> list[dict[str, object]]:
    original = ground.original_of(ground.sleeping_case())
    looks = original.copy(scale.wakes, series="L")
    ours = [Kind("in process", turn, database) for turn in ("look", "climb")]
    groups = {**ground.groups(), **more}
    _settle(ground, original)
    stock = StockWorker(ground) if with_stock else None
    theirs = [Kind("stock process worker", turn, database) for turn in ("look", "climb")]
    try:
        their_looks, their_climbs = _stock_cases(original, scale)
        if stock is not None:
            stock.start([*their_looks, *their_climbs])
        for n in range(scale.wake_rounds):
            climbs = original.copy(scale.wakes, series=f"C{n}", changes=_long_overdue)
            with standing_still(stock.worker.pid if stock else None):
                for kind, cases in zip(ours, (looks, climbs), strict=True):
                    kind.rounds.append(_round(ground, groups, cases))
            if stock is not None:
                some = slice(n * scale.stock_wakes, (n + 1) * scale.stock_wakes)
                with standing_still(ground.worker.pid):
                    for kind, cases in zip(theirs, (their_looks, their_climbs[some]), strict=True):
                        kind.rounds.append(_stock_round(ground, stock, cases))
    finally:
        if stock is not None:
            stock.end()
    return [kind.row() for kind in [*ours, *theirs] if kind.rounds]


def _directly(
    ground: Ground, scale: Scale, more: Mapping[str, Processes], database: str
) -> list[dict[str, object]]:
    """Measure the same without Prefect: its server is gone, and states are owed."""
    original = ground.original_of(ground.sleeping_case())
    ground.worker.kill()
    ground.server.kill()
    ground.start_worker_alone()
    looks = original.copy(scale.direct_wakes, series="D")
    _settle(ground, original, series="DS")
    groups = {"worker": one(ground.worker.pid), **more}
    kinds = [Kind("direct, states owed", turn, database) for turn in ("look", "climb")]
    for n in range(scale.wake_rounds):
        climbs = original.copy(scale.direct_wakes, series=f"E{n}", changes=_long_overdue)
        for kind, cases in zip(kinds, (looks, climbs), strict=True):
            kind.rounds.append(_round(ground, groups, cases))
    return [kind.row() for kind in kinds]


def _round(
    ground: Ground, groups: Mapping[str, Processes], cases: Sequence[UUID]
) -> tuple[int, Spent]:
    with spent(groups) as used:
        ground.wake(cases)
        ground.wait_asleep(cases)
    return len(cases), used


def _stock_round(ground: Ground, stock: StockWorker, cases: Sequence[UUID]) -> tuple[int, Spent]:
    groups = {"worker": stock.processes, "prefect server": one(ground.server.pid)}
    with spent(groups) as used:
        stock.turn(cases)
    return len(cases), used


def _settle(ground: Ground, original: Original, series: str = "S") -> None:
    for turn, changes in (("look", lambda _n: {}), ("climb", _long_overdue)):
        cases = original.copy(SETTLE, series=f"{series}-{turn}", changes=changes)
        ground.wake(cases)
        ground.wait_asleep(cases)


def _stock_cases(original: Original, scale: Scale) -> tuple[list[UUID], list[UUID]]:
    return (
        original.copy(scale.stock_wakes, series="SL"),
        original.copy(scale.stock_wakes * scale.wake_rounds, series="SC", changes=_long_overdue),
    )


def _long_overdue(_number: int) -> dict[str, Row]:
    """Let the first letter have come so long ago that the first rung is due."""
    return {"letter": {"received_on": (datetime.now(UTC) - LONG_AGO).date().isoformat()}}


def _ratios(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Return how many times dearer the stock worker is, and what Prefect adds to our own work."""
    cost = {(row["way"], row["turn"]): row for row in rows if row["database"] == "SQLite"}
    found = []
    for turn in ("look", "climb"):
        ours, stock = cost["in process", turn], cost["stock process worker", turn]
        direct = cost["direct, states owed", turn]
        found.append(
            {
                "turn": turn,
                "stock_to_ours_all": _ratio(stock, ours, "all_cpu_ms"),
                "stock_to_ours_worker": _ratio(stock, ours, "worker_cpu_ms"),
                "ours_to_direct_all": _ratio(ours, direct, "all_cpu_ms"),
            }
        )
    return found


def _ratio(dear: Mapping[str, object], cheap: Mapping[str, object], column: str) -> float:
    return round(float(str(dear[column])) / max(float(str(cheap[column])), 0.1), 1)
