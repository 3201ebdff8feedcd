"""What a person sees and does in Prefect's pages: the same calls, none of our code."""

import time
from typing import Any
from uuid import UUID

import httpx

from tests.processes import PrefectServer


class PrefectPages:
    """Prefect's pages, each method one click or one look."""

    def __init__(self, server: PrefectServer) -> None:
        user, _, password = server.password.partition(":")
        self._client = httpx.Client(base_url=server.api, auth=(user, password), timeout=60)

    def close(self) -> None:
        """Leave the pages."""
        self._client.close()

    def get(self, path: str) -> Any:
        """Return what a page shows; None when it is not there."""
        answer = self._ask("GET", path)
        return None if answer.status_code == 404 else answer.raise_for_status().json()

    def post(self, path: str, /, **body: Any) -> Any:
        """Send a form and return the answer."""
        return self._ask("POST", path, body).raise_for_status().json()

    def delete(self, path: str) -> None:
        """Delete what a page is about."""
        self._ask("DELETE", path).raise_for_status()

    def _ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask, and again when Prefect says that its database is busy, as its own client does."""
        for _ in range(20):
            answer = self._client.request(method, path, json=body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.5)
        return answer

    def run(self, run_id: UUID | None) -> Any:
        """Return a run."""
        return self.get(f"/flow_runs/{run_id}")

    def runs_named(self, name: str) -> list[Any]:
        """Return all runs of a case, the newest first."""
        wanted = {"name": {"any_": [name]}}
        found: list[Any] = self.post("/flow_runs/filter", flow_runs=wanted, sort="ID_DESC")
        return found

    def history(self, run_id: UUID) -> list[Any]:
        """Return the states that a run has had, the oldest first."""
        states = self.get(f"/flow_run_states/?flow_run_id={run_id}")
        return sorted(states, key=lambda state: state["timestamp"])

    def set_state(self, run_id: UUID | None, state: str, *, force: bool = False) -> None:
        """Set a run's state by the name of its type."""
        proposed = {"type": state.upper(), "name": state}
        self.post(f"/flow_runs/{run_id}/set_state", state=proposed, force=force)

    def pause_pool(self, pool: str, is_paused: bool) -> None:
        """Pause the pool, or let it go on."""
        self._ask("PATCH", f"/work_pools/{pool}", {"is_paused": is_paused}).raise_for_status()

    def workers(self, pool: str) -> list[Any]:
        """Return the workers of a pool."""
        found: list[Any] = self.post(f"/work_pools/{pool}/workers/filter")
        return found

    def deployments(self, pool: str) -> dict[str, Any]:
        """Return the deployments of a pool by "flow/name"."""
        found = self.post("/deployments/filter", work_pools={"name": {"any_": [pool]}})
        flows = {each["flow_id"]: self.get(f"/flows/{each['flow_id']}")["name"] for each in found}
        return {f"{flows[each['flow_id']]}/{each['name']}": each for each in found}
