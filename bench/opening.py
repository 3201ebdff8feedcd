"""Cases opened by one clerk: what `hancha case open` does once the documents are stored.

Every call checks the whole case (fields, glyphs of all letters, offices, consent), and returns
after our commit is on disk. "Worker idle": no worker takes what was opened meanwhile. "Worker
busy": a worker and its Prefect server work through a backlog on the same two things, the write
lock and the processor.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from uuid import uuid4

from bench.grounds import Ground, postgres
from bench.machine import yardsticks
from bench.scale import Scale
from cases.operations import register
from cases.operations.register import Opening
from cases.vocabulary.values import Actor
from integrations.wiring import House
from tests.world import PERSON_NUMBER

WARM_UP = 20
Rows = list[dict[str, object]]


def run(scale: Scale) -> dict[str, object]:
    """Return cases per second and what each one cost, for the three ways."""
    rows: Rows = []
    with TemporaryDirectory(prefix="hancha-bench-") as folder:
        root = Path(folder)
        with _ground(Ground(root / "idle")) as ground:
            rows.append({"database": "SQLite", "worker": "idle", **_measure(ground, scale)})
        with _ground(Ground(root / "busy")) as ground:
            ground.start()
            # The clerk's own cases keep the worker busy from the first one on.
            rows.append({"database": "SQLite", "worker": "busy", **_measure(ground, scale)})
        with (
            postgres() as (databases, _),
            _ground(Ground(root / "pg", databases.empty())) as ground,
        ):
            rows.append({"database": "PostgreSQL", "worker": "idle", **_measure(ground, scale)})
    return {"rows": rows, "note": "aim: 300 a second on SQLite with the worker idle"}


@contextmanager
def _ground(ground: Ground) -> Iterator[Ground]:
    try:
        yield ground
    finally:
        ground.end()


def _measure(ground: Ground, scale: Scale) -> dict[str, object]:
    house, clerk = ground.house, ground.world.actor("zhou")
    _open_all(house, clerk, _openings(house, WARM_UP))
    rates, cpus, calls = [], [], []
    for _ in range(scale.opening_rounds):
        openings = _openings(house, scale.openings)
        started, cpu = time.perf_counter(), time.process_time()
        calls += _open_all(house, clerk, openings)
        cpus.append((time.process_time() - cpu) / len(openings) * 1000)
        rates.append(len(openings) / (time.perf_counter() - started))
    return {
        "cases_per_s": round(median(rates)),
        "best_round_per_s": round(max(rates)),
        "cpu_ms_per_case": round(median(cpus), 2),
        "call_ms_p50": round(median(calls), 2),
        "call_ms_p95": round(quantiles(calls, n=20)[-1], 2),
        **yardsticks(ground.folder),
    }


def _openings(house: House, count: int) -> list[Opening]:
    """Return openings whose documents are on disk already."""
    found = []
    for _ in range(count):
        case_id = uuid4()
        document = house.documents.put(b"%PDF-1.4 synthetic", case_id=case_id)
        found.append(
            Opening(
                case_type="certificate-issuance",
                home_office="YZ",
                applicant_name="林小禾",
                person_number=PERSON_NUMBER,
                fields={"certificate": "户籍情况证明", "purpose": "办理居住登记"},
                applicant_email="applicant@person.example",
                consent_on=date(2026, 3, 2),
                enclosures={"application": document},
                case_id=case_id,
            )
        )
    return found


def _open_all(house: House, clerk: Actor, openings: Sequence[Opening]) -> list[float]:
    """Open the cases one after the other; return the milliseconds of each call."""
    took = []
    for opening in openings:
        now = house.clock.now()
        started = time.perf_counter()
        with house.database.reading() as session:
            prepared = register.prepare(session, clerk, opening, house.printer, house.safe, now=now)
        with house.database.transaction("open") as session:
            register.open_case(session, clerk, prepared, now=now)
        took.append((time.perf_counter() - started) * 1000)
    return took
