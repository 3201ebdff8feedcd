"""What a person sees and does in Prefect's pages: the same calls, without our code."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from integrations.deployments import CASE_TAG
from tests.processes import PrefectServer

PAGE = 200


@dataclass(frozen=True, slots=True)
class Run:
    """A flow run as its page shows it."""

    id: UUID
    name: str  #: The case's reference.
    type: str  #: "SCHEDULED", "COMPLETED" and so on.
    state: str  #: Its name: "AwaitingReply".

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self.type in ("CANCELLED", "CANCELLING")


class PrefectPages:
    """A person with the password. Every method raises httpx.HTTPError when Prefect is away."""

    def __init__(self, server: PrefectServer) -> None:
        user, _, password = server.password.partition(":")
        self._client = httpx.Client(base_url=server.api, auth=(user, password), timeout=10)

    def run(self, run_id: UUID) -> Run | None:
        """Return the run, or None when there is none."""
        answer = self._client.get(f"/flow_runs/{run_id}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        return _run(answer.raise_for_status().json())

    def cancel(self, run_id: UUID) -> bool:
        """Press "cancel"; return whether Prefect took it."""
        answer = self._client.post(
            f"/flow_runs/{run_id}/set_state",
            json={"state": {"type": "CANCELLING", "name": "Cancelling"}, "force": False},
        )
        if answer.status_code == httpx.codes.NOT_FOUND:
            return False
        state = answer.raise_for_status().json()["state"] or {}
        return state.get("type") in ("CANCELLING", "CANCELLED")

    def case_runs(self) -> list[Run]:
        """Return every run of a case, also those that were given up for a new one."""
        found: list[Run] = []
        while True:
            wanted = {
                "flow_runs": {"tags": {"all_": [CASE_TAG]}},
                "sort": "ID_DESC",
                "limit": PAGE,
                "offset": len(found),
            }
            page = self._client.post("/flow_runs/filter", json=wanted).raise_for_status().json()
            found += [_run(each) for each in page]
            if len(page) < PAGE:
                return found

    def close(self) -> None:
        """Leave."""
        self._client.close()


def _run(fields: dict[str, Any]) -> Run:
    state = fields["state"] or {"type": "", "name": ""}
    return Run(UUID(fields["id"]), fields["name"], state["type"], state["name"])
