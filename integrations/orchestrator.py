"""Prefect's API, as far as cases need it: runs and their states, in the pool that is ours."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterId,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from integrations.deployments import CASE_TAG, HOUSEKEEPING_TAG, Deployments
from integrations.prefect_faults import named

#: A person who sets one of these on a case's run decides nothing, but means something.
STOPS = (StateType.CANCELLED, StateType.CANCELLING, StateType.PAUSED, StateType.COMPLETED)
PAGE = 200  #: The most that Prefect gives at once.


class PrefectRuns:
    """Reads and writes flow runs; every method raises OrchestratorUnavailable when it must."""

    def __init__(self, client: PrefectClient, *, pool: str, pool_type: str, root: str) -> None:
        self._client, self._pool = client, pool
        self.deployments = Deployments(client, pool=pool, pool_type=pool_type, root=root)

    async def pool_is_paused(self) -> bool:
        """Whether somebody paused the pool; a missing pool is not paused."""
        with named():
            try:
                return (await self._client.read_work_pool(self._pool)).is_paused
            except ObjectNotFound:
                return False

    async def create(
        self, flow: str, version: int, *, reference: str, key: str, state: State
    ) -> FlowRun:
        """Make the run of a case; the same key gives the same run.

        Raises ObjectNotFound for a flow that no worker registered, or when somebody deleted its
        deployment.
        """
        with named():
            deployment = self.deployments.of_case(flow, version)
            if deployment is None:  # Another worker's, with more versions than we have.
                found = await self._client.read_deployment_by_name(f"{flow}/v{version}")
                deployment = found.id
            return await self._client.create_flow_run_from_deployment(
                deployment,
                parameters={"case": reference},
                name=reference,
                idempotency_key=key,
                tags=[CASE_TAG],
                state=state,
            )

    async def read(self, run_id: UUID) -> FlowRun | None:
        """Return the run, or None when it was deleted."""
        with named():
            try:
                return await self._client.read_flow_run(run_id)
            except ObjectNotFound:
                return None

    async def read_all(self, run_ids: Sequence[UUID]) -> dict[UUID, FlowRun]:
        """Return those of the runs that still exist, by id."""
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=list(run_ids)))
        return {run.id: run for run in await self._all(wanted, FlowRunSort.ID_DESC)}

    async def schedule(self, run_id: UUID, name: str, at: datetime) -> UUID | None:
        """Park the run under a name until an instant; None when Prefect did not accept it."""
        return await self.set_state(run_id, Scheduled(name=name, scheduled_time=at))

    async def set_state(
        self, run_id: UUID, state: State[Any], *, force: bool = False
    ) -> UUID | None:
        """Set the run's state and return its id; None when Prefect did not accept it."""
        with named():
            try:
                answer = await self._client.set_flow_run_state(run_id, state, force=force)
            except ObjectNotFound:
                return None
        accepted = answer.status is SetStateStatus.ACCEPT
        return answer.state.id if accepted and answer.state else None

    async def stop_since(
        self, run_id: UUID, known: UUID | None, *, ours: UUID | None = None
    ) -> State | None:
        """Return the latest stop that came on the run after a state that we know, if not by us.

        Prefect lets a stopped run be parked or started again, so a stop that falls between two
        calls of ours shows in the run's history only.
        """
        with named():
            states = await self._client.read_flow_run_states(run_id)
        states = sorted(states, key=lambda state: state.timestamp)
        since = next((at for at, state in enumerate(states, start=1) if state.id == known), 0)
        stops = [state for state in states[since:] if state.type in STOPS and state.id != ours]
        return stops[-1] if stops else None

    async def touched(self, since: datetime) -> list[FlowRun]:
        """Return case runs that ended since an instant, or stand where only people put them."""
        ours = FlowRunFilterTags(all_=[CASE_TAG])
        standing = FlowRunFilter(
            tags=ours,
            state=FlowRunFilterState(
                type=FlowRunFilterStateType(any_=[StateType.CANCELLING, StateType.PAUSED])
            ),
        )
        ended = FlowRunFilter(
            tags=ours, end_time=FlowRunFilterEndTime.model_validate({"after_": since})
        )
        return [
            *await self._all(standing, FlowRunSort.ID_DESC),
            *await self._all(ended, FlowRunSort.END_TIME_DESC),
        ]

    async def due(self, after: datetime, before: datetime) -> list[FlowRun]:
        """Return our runs that are scheduled for between two instants, the earliest first.

        Only a window: thousands of cases may stand past their date, waiting for a person.
        """
        window = {"after_": after, "before_": before}
        wanted = FlowRunFilter(
            tags=FlowRunFilterTags(any_=[CASE_TAG, HOUSEKEEPING_TAG]),
            next_scheduled_start_time=FlowRunFilterNextScheduledStartTime.model_validate(window),
        )
        return await self._all(wanted, FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC)

    async def _all(self, wanted: FlowRunFilter, sort: FlowRunSort) -> list[FlowRun]:
        found: list[FlowRun] = []
        with named():
            while True:
                page = await self._client.read_flow_runs(
                    flow_run_filter=wanted, sort=sort, limit=PAGE, offset=len(found)
                )
                found += page
                if len(page) < PAGE:
                    return found
