"""What `hancha up` uses: seconds until it is ready, memory of each process, idle processor time."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from bench.grounds import PATIENCE, Ground
from bench.machine import yardsticks
from bench.meters import memory_mib, spent
from bench.scale import Scale
from tests.processes import Program, wait_until

MODULES = {"prefect server": "integrations.prefect_server", "worker": "flows.service"}
DISTINCT = 250  #: Cases that share the wake-ups, so that no run grows an unlikely history.


def run(scale: Scale) -> dict[str, object]:
    """Return what the processes of one installation use, doing nothing and after work."""
    with TemporaryDirectory(prefix="hancha-bench-") as folder:
        ground = Ground(Path(folder))
        roof = Program("supervisor", ["-m", "integrations.supervisor"], ground.folder)
        try:
            ready = {"ready_s_fresh": _start(roof, ground)}
            roof.stop()
            ready["ready_s_again"] = _start(roof, ground)
            found = _processes(roof)
            rows = [{"process": name, **_memory(process)} for name, process in found.items()]
            for row, idle in zip(rows, _idle(found, scale), strict=True):
                row["idle_percent_of_a_core"] = idle
            _work(ground, scale)
            for row, process in zip(rows, found.values(), strict=True):
                after = _memory(process)
                row.update({f"{name}_after": value for name, value in after.items()})
            rows.append(_summed(rows))
            return {"rows": rows, **ready, "wakes": scale.memory_wakes, **yardsticks(ground.folder)}
        finally:
            if roof.is_running:
                roof.stop()
            ground.house.database.close()


def _start(roof: Program, ground: Ground) -> float:
    """Start everything and return the seconds until cases are advanced."""
    ready = ground.folder / "run" / "worker.ready"
    ready.unlink(missing_ok=True)
    began = time.monotonic()
    roof.launch(ground.environment())
    wait_until(ready.exists, PATIENCE, what="everything is ready")
    return round(time.monotonic() - began, 1)


def _processes(roof: Program) -> dict[str, psutil.Process]:
    supervisor = psutil.Process(roof.pid)
    found = {"supervisor": supervisor}
    for child in supervisor.children(recursive=True):
        for name, module in MODULES.items():
            if module in child.cmdline():
                found[name] = child
    return found


def _memory(process: psutil.Process) -> dict[str, object]:
    return dict(memory_mib([process]))


def _idle(found: dict[str, psutil.Process], scale: Scale) -> list[float]:
    time.sleep(scale.idle_seconds / 2)  # What starting left to do is done.
    groups = {name: lambda process=process: [process] for name, process in found.items()}
    with spent(groups) as used:
        time.sleep(scale.idle_seconds)
    return [round(used.cpu_ms[name] / used.seconds / 10, 2) for name in found]


def _work(ground: Ground, scale: Scale) -> None:
    original = ground.original_of(ground.sleeping_case())
    cases = original.copy(min(DISTINCT, scale.memory_wakes), series="M")
    for _ in range(max(1, scale.memory_wakes // len(cases))):
        ground.wake(cases)
        ground.wait_asleep(cases)


def _summed(rows: list[dict[str, object]]) -> dict[str, object]:
    columns = [name for name in rows[0] if name != "process"]
    sums = {name: round(sum(float(str(row[name])) for row in rows), 1) for name in columns}
    return {"process": "all", **sums}
