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
from itertools import chain
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
        rows = _on_sqlite(root / "sqlite", scale)
        if scale.wakes_on_postgresql:
            rows += _on_postgresql(root / "postgresql", scale)
        return {"rows": rows, "ratios": _ratios(rows), **yardsticks(root)}


def _on_sqlite(folder: Path, scale: Scale) -> list[Row]:
    """Measure our worker and the stock worker in turns, then the direct way."""
    with standing(Ground(folder)) as ground:
        original = ground.original_of(ground.sleeping_case())
        _settle(ground, original)
        looks = original.copy(scale.wakes, series="L")
        their_looks = original.copy(scale.stock_wakes, series="SL")
        their_climbs = [_climbs(original, scale.stock_wakes, f"S{n}") for n in _rounds(scale)]
        ours, theirs = _kinds("in process", "SQLite"), _kinds("stock process worker", "SQLite")
        with StockWorker(ground).standing([*their_looks, *chain(*their_climbs)]) as stock:
            for n in _rounds(scale):
                climbs = _climbs(original, scale.wakes, f"C{n}")
                with standing_still(stock.worker.pid):
                    _measure(ground, ground.groups(), ours, (looks, climbs))
                with standing_still(ground.worker.pid):
                    _measure_stock(ground, stock, theirs, (their_looks, their_climbs[n]))
        direct = _directly(ground, scale, original, {}, "SQLite")
    return [kind.row() for kind in (*ours, *theirs, *direct)]


def _on_postgresql(folder: Path, scale: Scale) -> list[Row]:
    with (
        postgres() as (databases, server),
        standing(Ground(folder, databases.empty())) as ground,
    ):
        original = ground.original_of(ground.sleeping_case())
        _settle(ground, original)
        looks = original.copy(scale.wakes, series="L")
        ours = _kinds("in process", "PostgreSQL")
        groups = {**ground.groups(), "database": server}
        for n in _rounds(scale):
            _measure(ground, groups, ours, (looks, _climbs(original, scale.wakes, f"C{n}")))
        direct = _directly(ground, scale, original, {"database": server}, "PostgreSQL")
        return [kind.row() for kind in (*ours, *direct)]


def _directly(
    ground: Ground,
    scale: Scale,
    original: Original,
    more: Mapping[str, Processes],
    database: str,
) -> Sequence[Kind]:
    """Measure the same without Prefect: its server is gone, and states are owed."""
    ground.worker.kill()
    ground.server.kill()
    ground.start_worker_alone()
    _settle(ground, original, series="DS")
    looks = original.copy(scale.direct_wakes, series="D")
    kinds = _kinds("direct, states owed", database)
    groups = {"worker": one(ground.worker.pid), **more}
    for n in _rounds(scale):
        _measure(ground, groups, kinds, (looks, _climbs(original, scale.direct_wakes, f"E{n}")))
    return kinds


def _measure(
    ground: Ground,
    groups: Mapping[str, Processes],
    kinds: Sequence[Kind],
    cases_of_kinds: Sequence[Sequence[UUID]],
) -> None:
    for kind, cases in zip(kinds, cases_of_kinds, strict=True):
        with spent(groups) as used:
            ground.wake(cases)
            ground.wait_asleep(cases)
        kind.rounds.append((len(cases), used))


def _measure_stock(
    ground: Ground,
    stock: StockWorker,
    kinds: Sequence[Kind],
    cases_of_kinds: Sequence[Sequence[UUID]],
) -> None:
    groups = {"worker": stock.processes, "prefect server": one(ground.server.pid)}
    for kind, cases in zip(kinds, cases_of_kinds, strict=True):
        with spent(groups) as used:
            stock.turn(cases)
        kind.rounds.append((len(cases), used))


def _settle(ground: Ground, original: Original, series: str = "S") -> None:
    looks = original.copy(SETTLE, series=f"{series}-look")
    for cases in (looks, _climbs(original, SETTLE, f"{series}-climb")):
        ground.wake(cases)
        ground.wait_asleep(cases)


def _climbs(original: Original, count: int, series: str) -> list[UUID]:
    """Return cases whose first letter came so long ago that the first rung is due."""
    received_on = (datetime.now(UTC) - LONG_AGO).date().isoformat()
    changes: dict[str, Row] = {"letter": {"received_on": received_on}}
    return original.copy(count, series=series, changes=lambda _number: changes)


def _kinds(way: str, database: str) -> tuple[Kind, Kind]:
    return Kind(way, "look", database), Kind(way, "climb", database)


def _rounds(scale: Scale) -> range:
    return range(scale.wake_rounds)


def _ratios(rows: Sequence[Row]) -> list[Row]:
    """Return how many times dearer the stock worker is, and what Prefect adds to our own work."""
    cost = {(row["way"], row["turn"]): row for row in rows if row["database"] == "SQLite"}
    found: list[Row] = []
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
